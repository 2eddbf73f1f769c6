# Settings of a place.

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
