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
