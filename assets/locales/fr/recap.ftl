# Recaps.

recap-week = La semaine, du { $from } au { $to }
recap-day = La journée jusqu’au { $to }, { $time }
recap-quiet = Pendant les heures calmes, jusqu’au { $to }, { $time }
recap-overflow = Autres alertes, jusqu’au { $to }, { $time }
recap-part = { $part } sur { $parts }
recap-stories =
    { $count ->
        [one] { $count } affaire
       *[other] { $count } affaires
    }
recap-new =
    { $count ->
        [one] { $count } nouvelle
       *[other] { $count } nouvelles
    }
recap-continued = { $count } en cours
recap-resolved =
    { $count ->
        [one] { $count } close
       *[other] { $count } closes
    }
recap-left-out =
    { $count ->
        [one] { $count } autre n’a pas trouvé place ici
       *[other] { $count } autres n’ont pas trouvé place ici
    }
recap-more-on = { $count } de plus sur { $topic }
recap-is-new = nouveau
recap-is-continued = en cours
recap-is-resolved = clos
recap-act-now = À traiter tout de suite
recap-this-week = Cette semaine
recap-also =
    { $count ->
        [one] annoncé aussi par { $count } autre
       *[other] annoncé aussi par { $count } autres
    }
recap-rights = Tous droits réservés aux éditeurs cités.

# $day is a number, $month is 1 to 12.
recap-date =
    { $day } { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    }
recap-date-short =
    { $day } { $month ->
        [1] janv.
        [2] févr.
        [3] mars
        [4] avr.
        [5] mai
        [6] juin
        [7] juil.
        [8] août
        [9] sept.
        [10] oct.
        [11] nov.
       *[12] déc.
    }
# $weekday is 1 for Monday to 7 for Sunday.
recap-weekday =
    { $weekday ->
        [1] lundi
        [2] mardi
        [3] mercredi
        [4] jeudi
        [5] vendredi
        [6] samedi
       *[7] dimanche
    }
# Titles of the picture.
recap-chart-weeks = Affaires par thème, semaine après semaine
recap-chart-days = Affaires par thème, jour après jour

recap-nothing-subscribed = Aucun abonnement ici pour l’instant, donc rien à récapituler.
recap-nothing-in-week = Rien de nouveau ici ces sept derniers jours.
recap-nothing-in-day = Rien de nouveau ici ces dernières 24 heures.
recap-comes-daily = Un récapitulatif arrive ici chaque jour à { $time }, heure de { $zone }.
recap-comes-weekly = Un récapitulatif arrive ici chaque { $weekday } à { $time }, heure de { $zone }.
recap-first = Le premier arrive { $weekday } { $date } à { $time }.
recap-none-comes = Aucun récapitulatif n’arrive ici automatiquement.
recap-ended = Plus aucun récapitulatif n’arrive ici automatiquement.
