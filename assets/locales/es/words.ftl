# Answers to people's words.

# A picture that belongs to an answer which one person alone sees in a channel.
words-picture-elsewhere = Su imagen está en los mensajes con esta aplicación.

# What is said wrongly.
words-unknown = No existe la palabra «{ $word }». Pruebe con «help».
words-unknown-but = No existe la palabra «{ $word }». ¿Quería decir «{ $nearest }»?
words-goes-on = «{ $word }» continúa: { $words }.
words-line-too-long = Son más de { $max } caracteres.
words-too-much = «{ $text }» sobra aquí: { $usage }
words-missing =
    Falta { $name }. { $usage }
    Ejemplo: { $example }
words-no-choice = { $name } puede ser { $choices }, no «{ $text }».
words-no-number = { $name } es un número de { $min } a { $max }, no «{ $text }».
words-no-target = «{ $text }» no es ni una dirección ni un tema. Vale https://..., all, o un tema (véase «topics»).
words-no-target-but = «{ $text }» no es ni una dirección ni un tema; ¿quería decir «{ $nearest }»? Vale https://..., all, o un tema (véase «topics»).
words-no-audience = No hay ningún público «{ $name }». Véase «topics».
words-no-audience-but = No hay ningún público «{ $name }»; ¿quería decir «{ $nearest }»? Véase «topics».
words-no-subscription = Aquí no hay ninguna suscripción «{ $name }»; hay { $numbers }. Véase «subscriptions».
words-no-quiet-hours = «{ $text }» no son horas de silencio. Vale 22:00-07:00, u off.
words-no-period = «{ $text }» no dice weekly ni daily. Se escribe «weekly monday 09:00 Europe/Berlin» o «daily 08:30».
words-no-time = «{ $text }» no es día de la semana, hora ni zona horaria. Se escribe «weekly monday 09:00 Europe/Berlin» o «daily 08:30».
words-no-duration = «{ $text }» no es una duración. Vale 1h, 1d o 1w.
words-no-address = Eso no es una dirección. Se escribe así: https://example.com.
words-no-channel = No hay ningún canal «{ $text }» donde se pueda publicar.
words-no-feed = Ahí no hay ningún feed: { $error }.
words-feed-unknown = Ese feed no se conoce.
words-did-not-work = No funcionó, y no se cambió nada: { $error }

# Who may.
words-managers-only = Solo quienes pueden administrar este canal pueden cambiar lo que se publica aquí.
words-managers-there = Solo quienes pueden administrar ese canal pueden cambiar lo que se publica allí.

# Questions.
words-yes = Sí
words-no = No
words-nothing-changed = No se cambió nada.
words-nothing-asked = Aquí no hay ninguna pregunta pendiente.
words-answered-already = Eso ya se respondió, o fue hace demasiado. Hay que repetirlo.
words-asked-of-another = Esa pregunta era para otra persona.
words-asked-long-ago = Fue hace demasiado. Hay que repetirlo.
words-ask-digest-off = ¿Terminar los resúmenes automáticos de aquí?
words-ask-alerts-off = ¿Terminar sus alertas?
words-ask-unsubscribe = ¿Terminar la suscripción { $number }, { $name }?
words-ask-filter-clear = ¿Volver a publicar todo de la suscripción { $number }, { $name }? Su filtro es: { $filter }
words-ask-import = ¿Hacerlo? Lo que los feeds tienen ahora no se publica.

# Subscriptions.
words-everything = todo
words-everybody = todo el mundo
words-alerts = alertas para { $who }
words-alerts-at-least = alertas para { $who }, al menos «{ $urgency }»
words-how-filter = filtro { $filter }
words-how-mention = llama a { $mention }
words-how-paused = en reposo: { $reason }
words-how-paused-as-asked = en pausa a petición
words-what-and-how = { $what } ({ $how })
words-nothing-subscribed = Aquí aún no hay suscripciones. Se empieza con «subscribe <dirección>».
words-start-subscribing = Aquí aún no hay suscripciones. Se empieza con «subscribe <dirección>»; véase también «topics».
words-posted-here = Se publica aquí
words-column-number = n.º
words-column-what = qué
words-column-how = cómo
words-subscribed = La suscripción { $number } es { $what }, y se publica aquí.
words-subscribed-again = La suscripción { $number } ya existía y ahora es { $what }; se publica aquí.
words-subscribed-there = La suscripción { $number } es { $what }, y se publica en { $place }.
words-subscribed-again-there = La suscripción { $number } ya existía y ahora es { $what }; se publica en { $place }.
words-nothing-old = No se publica nada antiguo; lo nuevo irá llegando.
words-backfilled = { $count ->
    [one] El artículo más nuevo se publica ahora; lo nuevo irá llegando.
   *[other] Los { $count } artículos más nuevos se publican ahora; lo nuevo irá llegando.
}
words-posts-follow = { $count ->
    [one] { $said } Sigue 1 publicación que no fue posible entretanto.
   *[other] { $said } Siguen { $count } publicaciones que no fueron posibles entretanto.
}
words-too-many = Aquí ya hay { $max } suscripciones y no caben más; primero hay que terminar una.
words-named-in-config = Ese feed figura en config.toml y volvería en el próximo arranque; hay que quitarlo de allí.
words-unsubscribed = La suscripción { $number }, { $name }, ha terminado.
words-ended-meanwhile = La suscripción { $number } terminó entretanto.
words-nothing-to-pause = No queda nada que pausar.
words-nothing-rests = Aquí no hay nada en reposo.
words-paused = { $count ->
    [one] 1 suscripción en pausa. Se reanuda con «settings resume».
   *[other] { $count } suscripciones en pausa. Se reanudan con «settings resume».
}
words-resumed = { $count ->
    [one] 1 suscripción reanudada.
   *[other] { $count } suscripciones reanudadas.
}

# Filters and previews.
words-filter-set = La suscripción { $number } solo deja pasar: { $filter }
words-filter-tried = No se cambió nada. La suscripción { $number } con: { $filter }
words-filter-cleared = La suscripción { $number } vuelve a publicarlo todo.
words-no-filter = La suscripción { $number } no tiene filtro.
words-tried-nothing = Aún no hay artículos con los que probar.
words-tried = { $items ->
    [one] Para publicar, del último artículo: { $heard }.
   *[other] Para publicar, de los últimos { $items } artículos: { $heard }.
}
words-tried-latest = { $items ->
    [one] Para publicar, del último artículo: { $heard }; el último: «{ $title }».
   *[other] Para publicar, de los últimos { $items } artículos: { $heard }; el último: «{ $title }».
}
words-about-feed = { $items ->
    [one] { $url }: 1 artículo ahora, { $pace }.
   *[other] { $url }: { $items } artículos ahora, { $pace }.
}
words-pace-day = unos { $count } al día
words-pace-week = unos { $count } a la semana
words-pace-month = unos { $count } al mes
words-pace-unknown = ritmo aún desconocido
words-card-not-kept = Esa tarjeta ya no se conserva.

# status
words-version = versión
words-feeds = feeds
words-subscriptions = suscripciones
words-waiting = en espera
words-waits = { $items } por leer, { $posts } por publicar
words-dead = fallidos
words-column-feed = feed
words-column-state = estado
words-column-last-new = última novedad
words-column-next-look = próxima consulta
words-standing = { $state ->
    [parked] parado
    [failing] con fallos
    [new] nuevo
   *[ok] bien
}
words-feeds-here = Feeds de aquí
words-the-bot = El bot

# topics
words-topics = Temas
words-audiences = Públicos
words-column-name = nombre
words-column-meaning = qué significa
words-topics-how = Se usan así: subscribe security,cloud, filtro topic:security, alerts on enterprise-security.

# help
words-what-can-be-said = Qué se puede decir
words-help-more = También: { $aliases }. Más: help <palabra>, como help subscribe.
words-help-everyone = { $summary }.
words-help-managers = { $summary }. Para quienes pueden administrar el canal.
words-help-choices = { $summary } ({ $choices })
words-help-numbers = { $summary } (de { $min } a { $max })

# What completes an argument.
words-choice-all = Todo
words-choice-all-mutes = Todos los silencios

# import and export
words-import-counts = Nuevas: { $new }; cambiadas: { $changed }; ya presentes: { $same }; rechazadas: { $refused }.
words-import-new = Nuevas
words-import-changed = Cambiadas
words-import-refused = Rechazadas
words-and-more = y { $count } más
words-now-then = ahora { $now }, después { $then }
words-import-same = { $count ->
    [one] No cambiaría nada: 1 suscripción ya presente.
   *[other] No cambiaría nada: { $count } suscripciones ya presentes.
}
words-import-same-refused = { $count ->
    [one] No cambiaría nada: 1 suscripción ya presente. Rechazado: { $refused }.
   *[other] No cambiaría nada: { $count } suscripciones ya presentes. Rechazado: { $refused }.
}
words-import-how = Hay que enviar un archivo OPML o JSON, o escribir su dirección: import https://...
words-import-not = Ese archivo no se puede importar: { $error }.
words-import-unread = El archivo no se puede leer: { $error }.
words-import-no-text = El archivo no es texto UTF-8.
words-import-no-address = eso no es una dirección
words-import-no-topic = no hay ningún tema { $name }
words-room-for = aquí caben { $max } suscripciones
words-imported = { $count ->
    [one] 1 suscripción importada.
   *[other] { $count } suscripciones importadas.
}
words-nothing-to-export = Aquí no hay suscripciones, así que no hay nada que exportar.
words-exported = { $count ->
    [one] 1 suscripción de aquí, como OPML.
   *[other] { $count } suscripciones de aquí, como OPML.
}
words-file-too-long = Ese archivo es demasiado largo para enviarlo aquí. Hay que ponerlo en la web y escribir su dirección.
words-file-too-large = el archivo supera los 5 MB
words-file-too-many = el archivo tiene más de { $max } suscripciones
words-file-unreadable = no es OPML ni el JSON que exporta tidings: { $error }
words-file-empty = no contiene ninguna suscripción
words-file-newer = lo escribió un tidings más nuevo (versión { $version })
