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
