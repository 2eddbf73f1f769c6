# Answers to people's words.

# A picture that belongs to an answer which one person alone sees in a channel.
words-picture-elsewhere = Son image est dans vos messages avec cette application.

# What is said wrongly.
words-unknown = Le mot « { $word } » n’existe pas. Essayez « help ».
words-unknown-but = Le mot « { $word } » n’existe pas. Vouliez-vous dire « { $nearest } » ?
words-goes-on = « { $word } » se poursuit : { $words }.
words-line-too-long = C’est plus long que { $max } caractères.
words-too-much = « { $text } » est de trop ici : { $usage }
words-missing =
    Il manque { $name }. { $usage }
    Exemple : { $example }
words-no-choice = { $name } peut être { $choices }, pas « { $text } ».
words-no-number = { $name } est un nombre de { $min } à { $max }, pas « { $text } ».
words-no-target = « { $text } » n’est ni une adresse ni un thème. Écrivez https://..., all, ou un thème (voir « topics »).
words-no-target-but = « { $text } » n’est ni une adresse ni un thème ; vouliez-vous dire « { $nearest } » ? Écrivez https://..., all, ou un thème (voir « topics »).
words-no-audience = Il n’y a pas de public « { $name } ». Voir « topics ».
words-no-audience-but = Il n’y a pas de public « { $name } » ; vouliez-vous dire « { $nearest } » ? Voir « topics ».
words-no-subscription = Il n’y a pas d’abonnement « { $name } » ici ; il y a { $numbers }. Voir « subscriptions ».
words-no-quiet-hours = « { $text } » ne désigne pas des heures calmes. Écrivez 22:00-07:00, ou off.
words-no-period = « { $text } » ne dit pas weekly ou daily. Écrivez « weekly monday 09:00 Europe/Berlin » ou « daily 08:30 ».
words-no-time = « { $text } » n’est ni un jour, ni une heure, ni un fuseau horaire. Écrivez « weekly monday 09:00 Europe/Berlin » ou « daily 08:30 ».
words-no-duration = « { $text } » n’est pas une durée. Écrivez 1h, 1d ou 1w.
words-no-address = Ce n’est pas une adresse. Écrivez https://example.com.
words-no-channel = Il n’y a pas de canal « { $text } » où publier.
words-no-feed = Pas de flux à cet endroit : { $error }.
words-feed-unknown = Ce flux n’est pas connu.
words-did-not-work = Cela n’a pas marché, et rien n’a été modifié : { $error }

# Who may.
words-managers-only = Seules les personnes qui peuvent gérer ce canal peuvent changer ce qui y est publié.
words-managers-there = Seules les personnes qui peuvent gérer cet autre canal peuvent changer ce qui y est publié.

# Questions.
words-yes = Oui
words-no = Non
words-nothing-changed = Rien n’a été modifié.
words-nothing-asked = Aucune question n’est en attente ici.
words-answered-already = La réponse a déjà été donnée, ou c’est trop ancien. Veuillez répéter.
words-asked-of-another = Cette question s’adressait à quelqu’un d’autre.
words-asked-long-ago = C’est trop ancien. Veuillez répéter.
words-ask-digest-off = Mettre fin aux récapitulatifs automatiques d’ici ?
words-ask-alerts-off = Mettre fin à vos alertes ?
words-ask-unsubscribe = Mettre fin à l’abonnement { $number }, { $name } ?
words-ask-filter-clear = Publier de nouveau tout l’abonnement { $number }, { $name } ? Son filtre est : { $filter }
words-ask-import = Procéder ? Ce que les flux contiennent maintenant n’est pas publié.

# Subscriptions.
words-everything = tout
words-everybody = tout le monde
words-alerts = alertes pour { $who }
words-alerts-at-least = alertes pour { $who }, au moins « { $urgency } »
words-how-filter = filtre { $filter }
words-how-mention = appelle { $mention }
words-how-paused = au repos : { $reason }
words-how-paused-as-asked = en pause à votre demande
words-what-and-how = { $what } ({ $how })
words-nothing-subscribed = Aucun abonnement ici pour l’instant. Commencez par « subscribe <adresse> ».
words-start-subscribing = Aucun abonnement ici pour l’instant. Commencez par « subscribe <adresse> », ou voyez « topics ».
words-posted-here = Publié ici
words-column-number = n°
words-column-what = quoi
words-column-how = comment
words-subscribed = L’abonnement { $number } est { $what }, publié ici.
words-subscribed-again = L’abonnement { $number } existait déjà ; c’est maintenant { $what }, publié ici.
words-subscribed-there = L’abonnement { $number } est { $what }, publié dans { $place }.
words-subscribed-again-there = L’abonnement { $number } existait déjà ; c’est maintenant { $what }, publié dans { $place }.
words-nothing-old = Rien d’ancien n’est publié ; les nouveaux articles suivront.
words-backfilled = { $count ->
    [one] L’article le plus récent est publié maintenant ; les nouveaux suivront.
   *[other] Les { $count } articles les plus récents sont publiés maintenant ; les nouveaux suivront.
}
words-posts-follow = { $count ->
    [one] { $said } { $count } publication impossible entre-temps va suivre.
   *[other] { $said } { $count } publications impossibles entre-temps vont suivre.
}
words-too-many = Il y a déjà { $max } abonnements ici, et il n’en tient pas plus ; mettez d’abord fin à l’un d’eux.
words-named-in-config = Ce flux est inscrit dans config.toml et reviendrait au prochain démarrage ; retirez-le de là.
words-unsubscribed = L’abonnement { $number }, { $name }, a pris fin.
words-ended-meanwhile = L’abonnement { $number } a pris fin entre-temps.
words-nothing-to-pause = Il ne reste rien à mettre en pause.
words-nothing-rests = Rien n’est au repos ici.
words-paused = { $count ->
    [one] { $count } abonnement en pause. « settings resume » le reprend.
   *[other] { $count } abonnements en pause. « settings resume » les reprend.
}
words-resumed = { $count ->
    [one] { $count } abonnement repris.
   *[other] { $count } abonnements repris.
}

# Filters and previews.
words-filter-set = L’abonnement { $number } ne laisse passer que : { $filter }
words-filter-tried = Rien n’a été modifié. L’abonnement { $number } avec : { $filter }
words-filter-cleared = L’abonnement { $number } publie de nouveau tout.
words-no-filter = L’abonnement { $number } n’a pas de filtre.
words-tried-nothing = Il n’y a pas encore d’articles pour l’essayer.
words-tried = { $items ->
    [one] À publier sur { $items } article récent : { $heard }.
   *[other] À publier parmi les { $items } derniers articles : { $heard }.
}
words-tried-latest = { $items ->
    [one] À publier sur { $items } article récent : { $heard } ; le dernier : « { $title } ».
   *[other] À publier parmi les { $items } derniers articles : { $heard } ; le dernier : « { $title } ».
}
words-about-feed = { $items ->
    [one] { $url } : { $items } article en ce moment, { $pace }.
   *[other] { $url } : { $items } articles en ce moment, { $pace }.
}
words-pace-day = environ { $count } par jour
words-pace-week = environ { $count } par semaine
words-pace-month = environ { $count } par mois
words-pace-unknown = rythme encore inconnu
words-card-not-kept = Cette carte n’est plus conservée.

# status
words-version = version
words-feeds = flux
words-subscriptions = abonnements
words-waiting = en attente
words-waits = { $items } à lire, { $posts } à publier
words-dead = échecs
words-column-feed = flux
words-column-state = état
words-column-last-new = dernière nouveauté
words-column-next-look = prochaine visite
words-standing = { $state ->
    [parked] arrêté
    [failing] en panne
    [new] nouveau
   *[ok] ok
}
words-feeds-here = Flux d’ici
words-the-bot = Le bot

# topics
words-topics = Thèmes
words-audiences = Publics
words-column-name = nom
words-column-meaning = sens
words-topics-how = À utiliser ainsi : subscribe security,cloud, filtre topic:security, alerts on enterprise-security.

# help
words-what-can-be-said = Ce qui peut se dire
words-help-more = Aussi : { $aliases }. Plus : help <mot>, par exemple help subscribe.
words-help-everyone = { $summary }.
words-help-managers = { $summary }. Pour qui peut gérer le canal.
words-help-choices = { $summary } ({ $choices })
words-help-numbers = { $summary } ({ $min } à { $max })

# What completes an argument.
words-choice-all = Tout
words-choice-all-mutes = Toutes les sourdines

# import and export
words-import-counts = Nouveaux : { $new } ; modifiés : { $changed } ; déjà là : { $same } ; refusés : { $refused }.
words-import-new = Nouveaux
words-import-changed = Modifiés
words-import-refused = Refusés
words-and-more = et { $count } de plus
words-now-then = maintenant { $now }, ensuite { $then }
words-import-same = { $count ->
    [one] Rien ne changerait : { $count } abonnement déjà là.
   *[other] Rien ne changerait : { $count } abonnements déjà là.
}
words-import-same-refused = { $count ->
    [one] Rien ne changerait : { $count } abonnement déjà là. Refusé : { $refused }.
   *[other] Rien ne changerait : { $count } abonnements déjà là. Refusé : { $refused }.
}
words-import-how = Envoyez un fichier OPML ou JSON, ou écrivez son adresse : import https://...
words-import-not = Ce fichier ne peut pas être repris : { $error }.
words-import-unread = Le fichier ne peut pas être lu : { $error }.
words-import-no-text = Le fichier n’est pas du texte UTF-8.
words-import-no-address = ce n’est pas une adresse
words-import-no-topic = il n’y a pas de thème { $name }
words-room-for = il y a place pour { $max } abonnements ici
words-imported = { $count ->
    [one] { $count } abonnement repris.
   *[other] { $count } abonnements repris.
}
words-nothing-to-export = Aucun abonnement ici, donc rien à exporter.
words-exported = { $count ->
    [one] { $count } abonnement d’ici, en OPML.
   *[other] { $count } abonnements d’ici, en OPML.
}
words-file-too-long = Ce fichier est trop long pour être envoyé ici. Mettez-le en ligne et écrivez son adresse.
words-file-too-large = le fichier dépasse 5 Mo
words-file-too-many = le fichier a plus de { $max } abonnements
words-file-unreadable = ce n’est ni de l’OPML ni le JSON que tidings exporte : { $error }
words-file-empty = il ne contient aucun abonnement
words-file-newer = il a été écrit par un tidings plus récent (version { $version })
