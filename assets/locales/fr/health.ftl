# Feeds that fail, fall silent or move.
health-context = Au sujet des flux auxquels vous êtes abonné ; vous seul recevez ceci.
health-title = L’état de vos flux
# { $said } is one of the lines below; { $places } are channels.
health-line = { $feed } : { $said } ({ $places })
health-well = { $feed } : fonctionne de nouveau.
health-how = « status » là-bas le montre à tout moment ; « unsubscribe » met fin à ce qui a disparu pour de bon.
health-failing = en panne depuis { $span } : { $error }
health-silent = silencieux depuis { $span }, d’habitude { $usual }
health-moved = déplacé vers { $to }, et suivi là-bas
health-parked = n’est plus interrogé : { $reason } ; un nouveau « subscribe » réessaie une fois
health-a-day = { $count ->
    [one] { $count } par jour
   *[other] { $count } par jour
}
health-a-week = { $count ->
    [one] { $count } par semaine
   *[other] { $count } par semaine
}
