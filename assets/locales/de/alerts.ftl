# Alerts to one person.
alerts-get = Sie bekommen { $what }.
alerts-get-filtered = Sie bekommen { $what }, gefiltert nach { $filter }.
alerts-quiet = Was für Sie kommt, wartet von { $from } bis { $to } und kommt dann als eine Zusammenfassung; „settings quiet off“ dort beendet das.
alerts-alone = Sie kommen nur zu Ihnen, höchstens { $max } am Tag, der Rest am nächsten Morgen als eine Zusammenfassung („settings cap 5“ dort ändert das); „alerts off“ beendet sie.
alerts-stay = Sie bekommen bereits { $what }, und das bleibt so. Für andere Alarme bitte selbst eingeben: alerts on { $audience }
alerts-none = Sie haben keine Alarme.
alerts-ended = Sie bekommen keine Alarme mehr.
alerts-again = Um dieselben wieder zu bekommen, den Knopf drücken oder schreiben:
alerts-again-button = Wieder einschalten
alerts-off-button = Alarme aus
# { $max } is a number.
alerts-cap = { $max ->
    [one] { $max } Alarm am Tag
   *[other] { $max } Alarme am Tag
}
alerts-cap-wrong = cap ist eine Zahl von Alarmen am Tag zwischen 1 und 1000, oder off für die üblichen { $max }; nicht „{ $value }“.
alerts-over = kommt mit den übrigen Alarmen über der Tagesgrenze
