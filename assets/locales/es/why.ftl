# Why a card came, or did not.

# The stages of a decision.
why-stage-new = Novedad
why-stage-feed = Feed
why-stage-topic = Tema
why-stage-audience = Público
why-stage-filter = Filtro
why-stage-mute = Silenciados
why-stage-story = Historia
why-stage-quiet = Horas de silencio
why-stage-rate = Cantidad

# What each of them found.
why-decided-before = ya decidido antes
why-new-first-seen = visto por primera vez: { $at }
why-new-supposed = se supone nuevo
why-new-baseline = ya estaba antes de la suscripción
why-new-seen-as = visto antes como { $name }
why-feed-same = el artículo es de { $source }
why-feed-other = el artículo es de { $source }, otro feed
why-feed-any = cualquier feed
why-topic-any = cualquier tema
why-topic-is = la tarjeta trata de { $topic }
why-topic-is-not = la tarjeta trata de { $topics }, no de { $wanted }
why-urgency-less = la urgencia es { $urgency }, menos que { $wanted }
why-audience-any = cualquier público
why-audience-is = interesa a { $audience }
why-audience-is-not = interesa a { $audiences }, no a { $wanted }
why-filter-none = sin filtro
why-filter-unreadable = el filtro ya no se puede leer: { $error }
# The terms of a filter that decided, each of them as below.
why-filter = { $terms }
why-filter-term = «{ $term }»
why-filter-matched = { $term } coincide con «{ $text }» { $place }
why-filter-unmatched = { $term } no coincide
why-in-title = en el título
why-in-body = en el texto
why-in-authors = entre los autores
why-in-source = en el nombre de la fuente
why-in-host = en la dirección de la fuente
why-in-topics = entre los temas
why-in-audiences = entre los públicos
why-in-event = como suceso
why-in-urgency = como urgencia
why-in-language = como idioma
why-mute-none = nada silenciado
why-mute = { $what } está en silencio
why-mute-until = { $what } está en silencio hasta { $until }
why-story-told = ya se contó aquí como «{ $title }», de { $source }
# With what was said before it.
why-story-of = { $said }; la historia tiene { $count } artículos
why-story-of-sharing = { $said }; la historia tiene { $count } artículos, que comparten { $shared }
why-story-unfolded = { $said }; aquí no se agrupan
why-story-update = { $said }; esto es una actualización («{ $cue }»)
why-story-correction = { $said }; esto es una corrección («{ $cue }»)
why-story-denial = { $said }; esto es un desmentido («{ $cue }»)
why-story-new = aún no se ha contado aquí
why-quiet-until = aquí hay silencio hasta { $until }
why-quiet-outside = fuera de las horas de silencio
why-quiet-none = sin horas de silencio
why-rate-none = sin límite
why-rate-within = { $count } de { $max } en la última hora
why-rate-reached = en la última hora se publicaron aquí { $max } tarjetas; el resto está en «digest daily»

# What an outcome means.
why-posted = se publica
why-collected = va al próximo resumen
why-quiet-hours = espera al final de las horas de silencio
why-baseline = ya estaba antes de la suscripción
why-seen = ya se había visto
why-filtered = no es lo que se pidió
why-muted = está en silencio
why-told = ya se contó
why-too-much = se publicó demasiado en la última hora; irá en un resumen
why-paused = la suscripción está en reposo

# What became of a card here.
why-not-posted-here = No se publicó aquí.
why-posted-here = Publicado aquí: { $at }.
why-waits-here = Espera a publicarse aquí, desde { $at }.
why-being-posted-here = Se está publicando aquí ahora mismo.
why-dead-here = No se pudo publicar aquí: { $reason }.
why-nothing-subscribed = Ahora no hay ninguna suscripción aquí.
why-baseline-has = { $feed } lo tiene, pero ya estaba antes de la suscripción.
why-no-such-link = Ningún feed suscrito aquí ha traído ese enlace, que se recuerde.
why-no-card-yet = Aquí aún no se ha publicado ninguna tarjeta.
why-no-card = Aquí no hay ninguna tarjeta { $number }. 1 es la última.
why-no-name = «{ $text }» no es ni un número ni un enlace. 1 es la última tarjeta de aquí.
