# Alerts to one person.
alerts-get = You get { $what }.
alerts-get-filtered = You get { $what }, filtered by { $filter }.
alerts-quiet = Whatever comes to you waits from { $from } to { $to } and comes as one summary then; "settings quiet off" there ends that.
alerts-alone = They come to you alone, { $max } a day at most and the rest as one summary the next morning ("settings cap 5" there changes that); "alerts off" ends them.
alerts-stay = You get { $what } already, and that stays so. To have other alerts instead, say it yourself: alerts on { $audience }
alerts-none = You have no alerts.
alerts-ended = You get no alerts any more.
alerts-again = To have the same ones again, press the button or write:
alerts-again-button = Turn on again
alerts-off-button = Alerts off
# { $max } is a number.
alerts-cap = { $max ->
    [one] { $max } alert a day
   *[other] { $max } alerts a day
}
alerts-cap-wrong = cap is a number of alerts a day from 1 to 1000, or off for the usual { $max }; not "{ $value }".
alerts-over = it comes with the other alerts beyond the day's limit
