# Settings of a place.
settings-here = Einstellungen hier
settings-operators-zone = { $zone } (die des Betreibers)
settings-cards-an-hour = { $count } Karten pro Stunde
settings-recap = Rückblick
settings-muted = stumm
settings-muted-until = { $what } bis { $until }
settings-how = Ändern: settings quiet 22:00-07:00. Für ein einzelnes Abo: settings mention 2 @role, settings pause 2, settings resume 2.
settings-unknown = Es gibt keine Einstellung „{ $name }“. Es gibt { $names }.
settings-mention-how = Bitte angeben, welche Posts wen rufen: settings mention 2 @role, oder settings mention 2 off.
settings-mention-set = Posts von Abo { $number } rufen { $mention }.
settings-mention-off = Posts von Abo { $number } rufen niemanden.
settings-no-zone = Es gibt keine Zeitzone „{ $value }“. Richtig ist etwa Europe/Berlin.
settings-no-limit = limit ist eine Zahl von Karten pro Stunde zwischen 1 und 1000 oder off, nicht „{ $value }“.
settings-no-fold = fold ist on (Berichte zu einer Story sind eine Karte) oder off, nicht „{ $value }“.
settings-no-crosspost = crosspost ist on oder off, nicht „{ $value }“.
settings-no-language = Es gibt keine Sprache „{ $value }“. Es gibt { $languages }.
settings-not-so = „{ $name }“ lässt sich so nicht einstellen.

# What readers here found useful, in points of sources and topics.
settings-weights = Was hier nützlich gefunden wurde
settings-weights-none = Alle Quellen und Themen haben hier dasselbe Gewicht.
settings-weights-hint = Von { $min } bis +{ $max }: Gewichte ordnen Rückblicke und ändern nichts daran, was gepostet wird. Ändern: settings weights topic:security +2. Zurück auf null: settings weights topic:security off, oder settings weights off für alle.
settings-weights-wrong = „{ $text }“ ist kein Gewicht. Möglich sind settings weights topic:security +2, settings weights source:"The Register" off oder settings weights off.
settings-weights-out = Ein Gewicht ist eine Zahl von { $min } bis +{ $max } oder off, nicht „{ $text }“.
settings-weights-no-topic = Ein Thema „{ $name }“ gibt es nicht. Siehe „topics“.
settings-weights-full = Hier gibt es schon { $count } Gewichte; bitte zuerst eines zurücknehmen.
settings-vote-again = Das haben Sie schon gesagt; es zählt einmal.
settings-vote-more = Danke. Rückblicke achten hier mehr auf solche Nachrichten.
settings-vote-less = Danke. Rückblicke achten hier weniger auf solche Nachrichten.
