# Settings of a place.
settings-here = Settings of this place
settings-operators-zone = { $zone } (the operator's)
settings-cards-an-hour = { $count } cards an hour
settings-recap = recap
settings-muted = muted
settings-muted-until = { $what } until { $until }
settings-how = Change one: settings quiet 22:00-07:00. Of one subscription: settings mention 2 @role, settings pause 2, settings resume 2.
settings-unknown = There is no setting "{ $name }". There is { $names }.
settings-mention-how = Say whose posts call whom: settings mention 2 @role, or settings mention 2 off.
settings-mention-set = Posts of subscription { $number } call { $mention }.
settings-mention-off = Posts of subscription { $number } call nobody.
settings-no-zone = There is no time zone "{ $value }". Write Europe/Berlin.
settings-no-limit = limit is a number of cards an hour from 1 to 1000, or off; not "{ $value }".
settings-no-fold = fold is on (reports of one story are one card) or off, not "{ $value }".
settings-no-crosspost = crosspost is on or off, not "{ $value }".
settings-no-language = There is no language "{ $value }". There are { $languages }.
settings-not-so = "{ $name }" cannot be set that way.

# What readers here found useful, in points of sources and topics.
settings-weights = What readers here found useful
settings-weights-none = All sources and topics weigh the same here.
settings-weights-hint = From { $min } to +{ $max }: they order recaps, and change nothing of what is posted. Change one: settings weights topic:security +2. Back to none: settings weights topic:security off, or settings weights off for all.
settings-weights-wrong = "{ $text }" is no weight. Write settings weights topic:security +2, settings weights source:"The Register" off, or settings weights off.
settings-weights-out = A weight is a number from { $min } to +{ $max }, or off; not "{ $text }".
settings-weights-no-topic = There is no topic "{ $name }". See "topics".
settings-weights-full = There are { $count } weights here already; take one back first.
settings-vote-again = That is what you said before; it counts once.
settings-vote-more = Thank you. Recaps here look more for such news.
settings-vote-less = Thank you. Recaps here look less for such news.
