# Feeds that fail, fall silent or move.
health-context = About the feeds that you subscribed; only you get this.
health-title = How your feeds are doing
# { $said } is one of the lines below; { $places } are channels.
health-line = { $feed }: { $said } ({ $places })
health-well = { $feed }: works again.
health-how = "status" there shows it at any time; "unsubscribe" ends what is gone for good.
health-failing = failing for { $span }: { $error }
health-silent = silent for { $span }, usually { $usual }
health-moved = moved to { $to }, which is followed
health-parked = no longer asked: { $reason }; "subscribe" again tries it once more
health-a-day = { $count ->
    [one] { $count } a day
   *[other] { $count } a day
}
health-a-week = { $count ->
    [one] { $count } a week
   *[other] { $count } a week
}
