# Why a card came, or did not.

# The stages of a decision.
why-stage-new = Nouveauté
why-stage-feed = Flux
why-stage-topic = Thème
why-stage-audience = Public
why-stage-filter = Filtre
why-stage-mute = Sourdine
why-stage-story = Affaire
why-stage-quiet = Heures calmes
why-stage-rate = Nombre

# What each of them found.
why-decided-before = déjà décidé
why-new-first-seen = vu pour la première fois : { $at }
why-new-supposed = supposé nouveau
why-new-baseline = existait avant l’abonnement
why-new-seen-as = déjà vu sous { $name }
why-feed-same = l’article vient de { $source }
why-feed-other = l’article vient de { $source }, un autre flux
why-feed-any = n’importe quel flux
why-topic-any = n’importe quel thème
why-topic-is = la carte porte sur { $topic }
why-topic-is-not = la carte porte sur { $topics }, pas sur { $wanted }
why-urgency-less = l’urgence est { $urgency }, moins que { $wanted }
why-audience-any = n’importe quel public
why-audience-is = concerne { $audience }
why-audience-is-not = concerne { $audiences }, pas { $wanted }
why-filter-none = pas de filtre
why-filter-unreadable = le filtre n’est plus lisible : { $error }
# The terms of a filter that decided, each of them as below.
why-filter = { $terms }
why-filter-term = « { $term } »
why-filter-matched = { $term } a trouvé « { $text } » { $place }
why-filter-unmatched = { $term } n’a rien trouvé
why-in-title = dans le titre
why-in-body = dans le texte
why-in-authors = parmi les auteurs
why-in-source = dans le nom de la source
why-in-host = dans l’adresse de la source
why-in-topics = parmi les thèmes
why-in-audiences = parmi les publics
why-in-event = comme événement
why-in-urgency = comme urgence
why-in-language = comme langue
why-mute-none = aucune sourdine
why-mute = { $what } est en sourdine
why-mute-until = { $what } est en sourdine jusqu’au { $until }
why-story-told = déjà annoncé ici : « { $title } », par { $source }
# With what was said before it.
why-story-of = { $said } ; l’affaire compte { $count } articles
why-story-of-sharing = { $said } ; l’affaire compte { $count } articles, qui ont en commun { $shared }
why-story-unfolded = { $said } ; le regroupement est désactivé ici
why-story-update = { $said } ; ceci en est une mise à jour (« { $cue } »)
why-story-correction = { $said } ; ceci en est une correction (« { $cue } »)
why-story-denial = { $said } ; ceci en est un démenti (« { $cue } »)
why-story-new = pas encore annoncé ici
why-quiet-until = heures calmes ici jusqu’au { $until }
why-quiet-outside = hors des heures calmes
why-quiet-none = pas d’heures calmes
why-rate-none = pas de limite
why-rate-within = { $count } sur { $max } dans la dernière heure
why-rate-reached = { $max } cartes ont été publiées ici dans la dernière heure ; le reste est dans « digest daily »

# What an outcome means.
why-posted = sera publié
why-collected = ira dans le prochain récapitulatif
why-quiet-hours = attend la fin des heures calmes
why-baseline = existait avant l’abonnement
why-seen = déjà vu
why-filtered = ne répond pas à la demande
why-muted = en sourdine
why-told = déjà annoncé
why-too-much = trop de publications dans la dernière heure ; un récapitulatif le reprendra
why-paused = l’abonnement est au repos

# What became of a card here.
why-not-posted-here = N’a pas été publié ici.
why-posted-here = Publié ici : { $at }.
why-waits-here = Attend d’être publié ici, à partir du { $at }.
why-being-posted-here = En cours de publication ici.
why-dead-here = N’a pas pu être publié ici : { $reason }.
why-nothing-subscribed = Aucun abonnement ici pour le moment.
why-baseline-has = { $feed } le contient, mais il existait avant l’abonnement.
why-no-such-link = Aucun flux suivi ici n’a apporté ce lien, autant qu’on s’en souvienne.
why-no-card-yet = Aucune carte n’a encore été publiée ici.
why-no-card = Il n’y a pas de carte { $number } ici. 1 est la dernière.
why-no-name = « { $text } » n’est ni un numéro ni un lien. 1 est la dernière carte ici.
