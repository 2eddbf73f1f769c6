# Feeds that fail, fall silent or move.
health-context = Zu den Feeds, die Sie abonniert haben; das bekommen nur Sie.
health-title = Wie es Ihren Feeds geht
# { $said } is one of the lines below; { $places } are channels.
health-line = { $feed }: { $said } ({ $places })
health-well = { $feed }: funktioniert wieder.
health-how = „status“ dort zeigt es jederzeit; „unsubscribe“ beendet, was für immer weg ist.
health-failing = gestört seit { $span }: { $error }
health-silent = still seit { $span }, sonst { $usual }
health-moved = umgezogen nach { $to }, dem wird gefolgt
health-parked = wird nicht mehr abgefragt: { $reason }; ein neues „subscribe“ versucht es noch einmal
health-a-day = { $count ->
    [one] { $count } am Tag
   *[other] { $count } am Tag
}
health-a-week = { $count ->
    [one] { $count } in der Woche
   *[other] { $count } in der Woche
}
