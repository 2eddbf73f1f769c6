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

# What readers here found useful, in points of sources and topics.
settings-weights = Ce qui a été jugé utile ici
settings-weights-none = Toutes les sources et tous les thèmes ont ici le même poids.
settings-weights-hint = De { $min } à +{ $max } : les poids ordonnent les récapitulatifs et ne changent rien à ce qui est publié. Pour changer : settings weights topic:security +2. Pour revenir à zéro : settings weights topic:security off, ou settings weights off pour tous.
settings-weights-wrong = « { $text } » n’est pas un poids. Écrivez settings weights topic:security +2, settings weights source:"The Register" off, ou settings weights off.
settings-weights-out = Un poids est un nombre de { $min } à +{ $max }, ou off, et non « { $text } ».
settings-weights-no-topic = Il n’y a pas de thème « { $name } ». Voir « topics ».
settings-weights-full = Il y a déjà { $count } poids ici ; retirez-en un d’abord.
settings-vote-again = Vous l’avez déjà dit ; cela compte une fois.
settings-vote-more = Merci. Les récapitulatifs d’ici privilégieront davantage ce genre de nouvelles.
settings-vote-less = Merci. Les récapitulatifs d’ici privilégieront moins ce genre de nouvelles.
