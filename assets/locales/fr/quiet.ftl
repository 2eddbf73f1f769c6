# Quiet hours and mutes.
quiet-waits-label = en attente
quiet-waiting = { $count ->
    [one] { $count } carte attend jusqu’à { $when }
   *[other] { $count } cartes attendent jusqu’à { $when }
}
quiet-held = Attend d’être publié ici, à partir de { $when }, avec ce qui est arrivé entre-temps.
quiet-telling = En cours de publication ici, dans un récapitulatif.
quiet-told = Publié ici : { $when }, dans un récapitulatif ou à part.
quiet-dead = N’a pas pu être publié ici : { $reason }.
quiet-muted-until = { $what } est en sourdine ici jusqu’au { $until }. Pour y mettre fin : unmute { $what }
quiet-muted = { $what } est en sourdine ici jusqu’à « unmute ». Pour y mettre fin : unmute { $what }
quiet-unmute-button = Lever la sourdine
quiet-unmuted = { $what } est de nouveau suivi ici.
quiet-not-muted = { $what } n’est pas en sourdine ici. En sourdine : { $all }.
quiet-nothing = rien
quiet-too-many = Il y a déjà { $max } sourdines ici ; levez-en une d’abord avec unmute.
quiet-what = « { $what } » ne peut pas être mis en sourdine. Écrivez source:x, topic:x, story:x ou all.
quiet-no-topic = Il n’y a pas de thème « { $name } ». Voir « topics ».
quiet-no-story = Aucune carte n’a l’identifiant ou le lien « { $name } ».
quiet-choose = Pendant un jour, ne plus rien recevoir ici de :
quiet-source = Source : { $name }
quiet-topic = Thème : { $name }
quiet-story = Cette affaire
quiet-topicless = Cette carte n’a pas de thème à mettre en sourdine.
quiet-managers = Seules les personnes qui peuvent gérer ce canal peuvent y mettre quelque chose en sourdine pour tous.
quiet-unlimited = un récapitulatif le reprend
quiet-daily = autant d’alertes que voulu sont arrivées aujourd’hui ({ $count }) ; un récapitulatif reprend les autres
quiet-held-label = retenu
