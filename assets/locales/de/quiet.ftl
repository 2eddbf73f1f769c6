# Quiet hours and mutes.
quiet-waits-label = wartend
quiet-waiting = { $count ->
    [one] { $count } Karte wartet bis { $when }
   *[other] { $count } Karten warten bis { $when }
}
quiet-held = Wird hier ab { $when } gepostet, zusammen mit dem, was sonst inzwischen kam.
quiet-telling = Wird hier gerade gepostet, in einer Zusammenfassung.
quiet-told = Hier gepostet: { $when }, in einer Zusammenfassung oder einzeln.
quiet-dead = Konnte hier nicht gepostet werden: { $reason }.
quiet-muted-until = { $what } ist hier stumm bis { $until }. Beenden mit: unmute { $what }
quiet-muted = { $what } ist hier stumm bis „unmute“. Beenden mit: unmute { $what }
quiet-unmute-button = Nicht mehr stumm
quiet-unmuted = { $what } ist hier wieder zu hören.
quiet-not-muted = { $what } ist hier nicht stumm. Stumm: { $all }.
quiet-nothing = nichts
quiet-too-many = Hier ist schon { $max }-mal etwas stumm; bitte zuerst etwas mit unmute aufheben.
quiet-what = „{ $what }“ lässt sich nicht stumm schalten. Möglich sind source:x, topic:x, story:x oder all.
quiet-no-topic = Ein Thema „{ $name }“ gibt es nicht. Siehe „topics“.
quiet-no-story = Keine Karte hat die Kennung oder den Link „{ $name }“.
quiet-choose = Hier einen Tag lang nichts mehr hören von:
quiet-source = Quelle: { $name }
quiet-topic = Thema: { $name }
quiet-story = Diese Story
quiet-topicless = Diese Karte hat kein Thema, das sich stumm schalten ließe.
quiet-managers = Nur wer diesen Kanal verwalten darf, kann etwas für alle darin stumm schalten.
quiet-unlimited = eine Zusammenfassung enthält es
quiet-daily = heute kamen so viele Alarme wie gewünscht ({ $count }); eine Zusammenfassung enthält die übrigen
quiet-held-label = zurückgehalten
