# Recaps.

recap-week = Die Woche, { $from } bis { $to }
recap-day = Der Tag bis { $to }, { $time }
recap-quiet = Während der Ruhezeit, bis { $to }, { $time }
recap-overflow = Weitere Alarme, bis { $to }, { $time }
recap-part = { $part } von { $parts }
recap-stories =
    { $count ->
        [one] 1 Story
       *[other] { $count } Storys
    }
recap-new = { $count } neu
recap-continued = { $count } fortgesetzt
recap-resolved = { $count } abgeschlossen
recap-left-out =
    { $count ->
        [one] 1 weitere fand hier keinen Platz
       *[other] { $count } weitere fanden hier keinen Platz
    }
recap-more-on = { $count } weitere zu { $topic }
recap-is-new = neu
recap-is-continued = fortgesetzt
recap-is-resolved = abgeschlossen
recap-act-now = Sofort handeln
recap-this-week = Diese Woche
recap-also =
    { $count ->
        [one] auch von 1 anderen gemeldet
       *[other] auch von { $count } anderen gemeldet
    }
recap-rights = Alle Rechte liegen bei den genannten Herausgebern.

# $day is a number, $month is 1 to 12.
recap-date =
    { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    }
recap-date-short =
    { $day }. { $month ->
        [1] Jan.
        [2] Feb.
        [3] März
        [4] Apr.
        [5] Mai
        [6] Juni
        [7] Juli
        [8] Aug.
        [9] Sept.
        [10] Okt.
        [11] Nov.
       *[12] Dez.
    }
# $weekday is 1 for Monday to 7 for Sunday.
recap-weekday =
    { $weekday ->
        [1] Montag
        [2] Dienstag
        [3] Mittwoch
        [4] Donnerstag
        [5] Freitag
        [6] Samstag
       *[7] Sonntag
    }
# Titles of the picture.
recap-chart-weeks = Storys nach Thema, Woche für Woche
recap-chart-days = Storys nach Thema, Tag für Tag

recap-nothing-subscribed = Hier ist noch nichts abonniert, also gibt es nichts zusammenzufassen.
recap-nothing-in-week = In den letzten sieben Tagen kam hier nichts Neues.
recap-nothing-in-day = In den letzten 24 Stunden kam hier nichts Neues.
recap-comes-daily = Ein Rückblick kommt hier jeden Tag um { $time } (Zeitzone { $zone }).
recap-comes-weekly = Ein Rückblick kommt hier jeden { $weekday } um { $time } (Zeitzone { $zone }).
recap-first = Der erste kommt am { $weekday }, { $date }, { $time }.
recap-none-comes = Hier kommt kein Rückblick von selbst.
recap-ended = Hier kommt kein Rückblick mehr von selbst.
