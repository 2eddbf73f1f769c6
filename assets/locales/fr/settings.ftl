# Settings of a place.
settings-here = Réglages d’ici
settings-operators-zone = { $zone } (celui de l’exploitant)
settings-cards-an-hour = { $count } cartes par heure
settings-recap = récapitulatif
settings-muted = en sourdine
settings-muted-until = { $what } jusqu’au { $until }
settings-how = Pour changer : settings quiet 22:00-07:00. Pour un abonnement : settings mention 2 @role, settings pause 2, settings resume 2.
settings-unknown = Il n’y a pas de réglage « { $name } ». Il y a { $names }.
settings-mention-how = Précisez quelles publications appellent qui : settings mention 2 @role, ou settings mention 2 off.
settings-mention-set = Les publications de l’abonnement { $number } appellent { $mention }.
settings-mention-off = Les publications de l’abonnement { $number } n’appellent personne.
settings-no-zone = Il n’y a pas de fuseau horaire « { $value } ». Écrivez Europe/Berlin.
settings-no-limit = limit est un nombre de cartes par heure de 1 à 1000, ou off, et non « { $value } ».
settings-no-fold = fold est on (les articles d’une même affaire font une seule carte) ou off, et non « { $value } ».
settings-no-crosspost = crosspost est on ou off, et non « { $value } ».
settings-no-language = Il n’y a pas de langue « { $value } ». Il y a { $languages }.
settings-not-so = « { $name } » ne se règle pas ainsi.
