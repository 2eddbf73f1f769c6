# Settings of a place.
settings-here = Ajustes de aquí
settings-operators-zone = { $zone } (la del operador)
settings-cards-an-hour = { $count } tarjetas por hora
settings-recap = resumen
settings-muted = silenciado
settings-muted-until = { $what } hasta { $until }
settings-how = Para cambiar: settings quiet 22:00-07:00. De una suscripción: settings mention 2 @role, settings pause 2, settings resume 2.
settings-unknown = No hay ningún ajuste «{ $name }». Hay { $names }.
settings-mention-how = Hay que decir qué publicaciones llaman a quién: settings mention 2 @role, o settings mention 2 off.
settings-mention-set = Las publicaciones de la suscripción { $number } llaman a { $mention }.
settings-mention-off = Las publicaciones de la suscripción { $number } no llaman a nadie.
settings-no-zone = No hay ninguna zona horaria «{ $value }». Se escribe así: Europe/Berlin.
settings-no-limit = limit es un número de tarjetas por hora de 1 a 1000, u off; no «{ $value }».
settings-no-fold = fold es on (los artículos de una historia son una sola tarjeta) u off, no «{ $value }».
settings-no-crosspost = crosspost es on u off, no «{ $value }».
settings-no-language = No hay ningún idioma «{ $value }». Hay { $languages }.
settings-not-so = «{ $name }» no se puede ajustar así.

# What readers here found useful, in points of sources and topics.
settings-weights = Lo que aquí se consideró útil
settings-weights-none = Aquí todas las fuentes y temas pesan lo mismo.
settings-weights-hint = De { $min } a +{ $max }: los pesos ordenan los resúmenes y no cambian nada de lo que se publica. Para cambiar: settings weights topic:security +2. Para volver a cero: settings weights topic:security off, o settings weights off para todos.
settings-weights-wrong = «{ $text }» no es un peso. Vale settings weights topic:security +2, settings weights source:"The Register" off, o settings weights off.
settings-weights-out = Un peso es un número de { $min } a +{ $max }, u off; no «{ $text }».
settings-weights-no-topic = No hay ningún tema «{ $name }». Véase «topics».
settings-weights-full = Aquí ya hay { $count } pesos; primero hay que quitar uno.
settings-vote-again = Eso ya se dijo antes; cuenta una vez.
settings-vote-more = Gracias. Los resúmenes de aquí darán más peso a noticias así.
settings-vote-less = Gracias. Los resúmenes de aquí darán menos peso a noticias así.
