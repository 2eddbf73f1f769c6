# Answers to people's words.

# A picture that belongs to an answer which one person alone sees in a channel.
words-picture-elsewhere = Das Bild dazu ist in Ihren Nachrichten mit dieser App.

# What is said wrongly.
words-unknown = Das Wort „{ $word }“ gibt es nicht. Versuchen Sie „help“.
words-unknown-but = Das Wort „{ $word }“ gibt es nicht. Ist „{ $nearest }“ gemeint?
words-goes-on = „{ $word }“ geht noch weiter: { $words }.
words-line-too-long = Das sind mehr als { $max } Zeichen.
words-too-much = „{ $text }“ ist hier zu viel: { $usage }
words-missing =
    Es fehlt: { $name }. { $usage }
    Beispiel: { $example }
words-no-choice = { $name } ist { $choices }, nicht „{ $text }“.
words-no-number = { $name } ist eine Zahl von { $min } bis { $max }, nicht „{ $text }“.
words-no-target = „{ $text }“ ist weder Adresse noch Thema. Möglich sind https://..., all oder ein Thema (siehe „topics“).
words-no-target-but = „{ $text }“ ist weder Adresse noch Thema; ist „{ $nearest }“ gemeint? Möglich sind https://..., all oder ein Thema (siehe „topics“).
words-no-audience = Eine Zielgruppe „{ $name }“ gibt es nicht. Siehe „topics“.
words-no-audience-but = Eine Zielgruppe „{ $name }“ gibt es nicht; ist „{ $nearest }“ gemeint? Siehe „topics“.
words-no-subscription = Ein Abo „{ $name }“ gibt es hier nicht, nur { $numbers }. Siehe „subscriptions“.
words-no-quiet-hours = „{ $text }“ ist keine Ruhezeit. Möglich sind etwa 22:00-07:00 oder off.
words-no-period = In „{ $text }“ fehlt weekly oder daily. Richtig ist etwa „weekly monday 09:00 Europe/Berlin“ oder „daily 08:30“.
words-no-time = „{ $text }“ ist weder Wochentag noch Uhrzeit noch Zeitzone. Richtig ist etwa „weekly monday 09:00 Europe/Berlin“ oder „daily 08:30“.
words-no-duration = „{ $text }“ ist keine Dauer. Möglich sind etwa 1h, 1d oder 1w.
words-no-address = Das ist keine Adresse. Richtig ist etwa https://example.com.
words-no-channel = Einen Kanal „{ $text }“, in den gepostet werden könnte, gibt es nicht.
words-no-feed = Dort ist kein Feed: { $error }.
words-feed-unknown = Dieser Feed ist nicht bekannt.
words-did-not-work = Das hat nicht geklappt, und nichts wurde geändert: { $error }

# Who may.
words-managers-only = Nur wer diesen Kanal verwalten darf, kann ändern, was hier gepostet wird.
words-managers-there = Nur wer jenen Kanal verwalten darf, kann ändern, was dort gepostet wird.

# Questions.
words-yes = Ja
words-no = Nein
words-nothing-changed = Nichts wurde geändert.
words-nothing-asked = Hier ist keine Frage offen.
words-answered-already = Das ist schon beantwortet oder zu lange her. Bitte noch einmal eingeben.
words-asked-of-another = Diese Frage ging an jemand anderen.
words-asked-long-ago = Das ist zu lange her. Bitte noch einmal eingeben.
words-ask-digest-off = Die Rückblicke beenden, die hier von selbst kommen?
words-ask-alerts-off = Ihre Alarme beenden?
words-ask-unsubscribe = Abo { $number }, { $name }, beenden?
words-ask-filter-clear = Wieder alles von Abo { $number }, { $name }, posten? Der Filter ist: { $filter }
words-ask-import = Ausführen? Was die Feeds jetzt enthalten, wird nicht gepostet.

# Subscriptions.
words-everything = alles
words-everybody = alle
words-alerts = Alarme für { $who }
words-alerts-at-least = Alarme für { $who }, mindestens „{ $urgency }“
words-how-filter = Filter { $filter }
words-how-mention = ruft { $mention }
words-how-paused = ruht: { $reason }
words-how-paused-as-asked = pausiert
words-what-and-how = { $what } ({ $how })
words-nothing-subscribed = Hier ist noch nichts abonniert. Los geht es mit „subscribe <Adresse>“.
words-start-subscribing = Hier ist noch nichts abonniert. Los geht es mit „subscribe <Adresse>“, oder siehe „topics“.
words-posted-here = Das wird hier gepostet
words-column-number = Nr.
words-column-what = was
words-column-how = wie
words-subscribed = Abo { $number } ist { $what }, gepostet wird hier.
words-subscribed-again = Abo { $number } gab es schon, jetzt ist es { $what }, gepostet wird hier.
words-subscribed-there = Abo { $number } ist { $what }, gepostet wird in { $place }.
words-subscribed-again-there = Abo { $number } gab es schon, jetzt ist es { $what }, gepostet wird in { $place }.
words-nothing-old = Altes wird nicht gepostet; Neues folgt.
words-backfilled = { $count ->
    [one] Der neueste Beitrag wird jetzt gepostet; Neues folgt.
   *[other] Die { $count } neuesten Beiträge werden jetzt gepostet; Neues folgt.
}
words-posts-follow = { $count ->
    [one] { $said } 1 Post, der inzwischen nicht möglich war, folgt.
   *[other] { $said } { $count } Posts, die inzwischen nicht möglich waren, folgen.
}
words-too-many = Hier gibt es schon { $max } Abos, und mehr passen nicht; bitte zuerst eines beenden.
words-named-in-config = Dieser Feed steht in config.toml und wäre beim nächsten Start wieder da; bitte dort entfernen.
words-unsubscribed = Abo { $number }, { $name }, ist beendet.
words-ended-meanwhile = Abo { $number } wurde inzwischen beendet.
words-nothing-to-pause = Es gibt nichts mehr zu pausieren.
words-nothing-rests = Hier ruht nichts.
words-paused = { $count ->
    [one] 1 Abo pausiert. Mit „settings resume“ geht es weiter.
   *[other] { $count } Abos pausiert. Mit „settings resume“ geht es weiter.
}
words-resumed = { $count ->
    [one] 1 Abo fortgesetzt.
   *[other] { $count } Abos fortgesetzt.
}

# Filters and previews.
words-filter-set = Abo { $number } lässt nur noch durch: { $filter }
words-filter-tried = Nichts wurde geändert. Abo { $number } mit: { $filter }
words-filter-cleared = Abo { $number } postet wieder alles.
words-no-filter = Abo { $number } hat keinen Filter.
words-tried-nothing = Es gibt noch keine Beiträge, an denen sich das ausprobieren ließe.
words-tried = { $items ->
    [one] Treffer beim letzten Beitrag: { $heard }.
   *[other] Treffer unter den letzten { $items } Beiträgen: { $heard }.
}
words-tried-latest = { $items ->
    [one] Treffer beim letzten Beitrag: { $heard }; zuletzt: „{ $title }“.
   *[other] Treffer unter den letzten { $items } Beiträgen: { $heard }; zuletzt: „{ $title }“.
}
words-about-feed = { $items ->
    [one] { $url }: zurzeit 1 Beitrag, { $pace }.
   *[other] { $url }: zurzeit { $items } Beiträge, { $pace }.
}
words-pace-day = etwa { $count } am Tag
words-pace-week = etwa { $count } in der Woche
words-pace-month = etwa { $count } im Monat
words-pace-unknown = das Tempo ist noch nicht abzusehen
words-card-not-kept = Diese Karte ist nicht mehr gespeichert.

# status
words-version = Version
words-feeds = Feeds
words-subscriptions = Abos
words-waiting = wartend
words-waits = { $items } zu lesen, { $posts } zu posten
words-dead = gescheitert
words-column-feed = Feed
words-column-state = Zustand
words-column-last-new = zuletzt neu
words-column-next-look = nächster Blick
words-standing = { $state ->
    [parked] abgestellt
    [failing] gestört
    [new] neu
   *[ok] ok
}
words-feeds-here = Feeds hier
words-the-bot = Der Bot

# topics
words-topics = Themen
words-audiences = Zielgruppen
words-column-name = Name
words-column-meaning = was das heißt
words-topics-how = So verwendet man sie: subscribe security,cloud, filter topic:security, alerts on enterprise-security.

# help
words-what-can-be-said = Was sich sagen lässt
words-help-more = Auch: { $aliases }. Mehr: help <Wort>, etwa help subscribe.
words-help-everyone = { $summary }.
words-help-managers = { $summary }. Für alle, die den Kanal verwalten dürfen.
words-help-choices = { $summary } ({ $choices })
words-help-numbers = { $summary } ({ $min } bis { $max })

# What completes an argument.
words-choice-all = Alles
words-choice-all-mutes = Alle

# import and export
words-import-counts = { $new } neu, { $changed } geändert, { $same } schon da, { $refused } abgelehnt.
words-import-new = Neu
words-import-changed = Geändert
words-import-refused = Abgelehnt
words-and-more = und { $count } weitere
words-now-then = jetzt { $now }, dann { $then }
words-import-same = { $count ->
    [one] Nichts würde sich ändern: 1 Abo ist schon da.
   *[other] Nichts würde sich ändern: { $count } Abos sind schon da.
}
words-import-same-refused = { $count ->
    [one] Nichts würde sich ändern: 1 Abo ist schon da. Abgelehnt: { $refused }.
   *[other] Nichts würde sich ändern: { $count } Abos sind schon da. Abgelehnt: { $refused }.
}
words-import-how = Bitte eine OPML- oder JSON-Datei senden oder ihre Adresse angeben: import https://...
words-import-not = Diese Datei lässt sich nicht übernehmen: { $error }.
words-import-unread = Die Datei ist nicht lesbar: { $error }.
words-import-no-text = Die Datei ist kein UTF-8-Text.
words-import-no-address = das ist keine Adresse
words-import-no-topic = ein Thema { $name } gibt es nicht
words-room-for = hier ist Platz für { $max } Abos
words-imported = { $count ->
    [one] 1 Abo übernommen.
   *[other] { $count } Abos übernommen.
}
words-nothing-to-export = Hier ist nichts abonniert, also gibt es nichts auszugeben.
words-exported = { $count ->
    [one] 1 Abo von hier als OPML.
   *[other] { $count } Abos von hier als OPML.
}
words-file-too-long = Diese Datei ist zu lang, um sie hier zu senden. Bitte ins Web stellen und die Adresse angeben.
words-file-too-large = die Datei ist größer als 5 MB
words-file-too-many = die Datei hat mehr als { $max } Abos
words-file-unreadable = das ist weder OPML noch das JSON, das tidings ausgibt: { $error }
words-file-empty = es ist kein Abo darin
words-file-newer = sie stammt von einem neueren tidings (Version { $version })
