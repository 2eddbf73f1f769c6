# Quiet hours and mutes.
quiet-waits-label = en espera
quiet-waiting = { $count ->
    [one] { $count } tarjeta espera hasta { $when }
   *[other] { $count } tarjetas esperan hasta { $when }
}
quiet-held = Espera a publicarse aquí, desde { $when }, con lo demás que llegó entretanto.
quiet-telling = Se está publicando aquí ahora mismo, en un resumen.
quiet-told = Publicado aquí: { $when }, en un resumen o por separado.
quiet-dead = No se pudo publicar aquí: { $reason }.
quiet-muted-until = { $what } está en silencio aquí hasta { $until }. Para terminarlo: unmute { $what }
quiet-muted = { $what } está en silencio aquí hasta «unmute». Para terminarlo: unmute { $what }
quiet-unmute-button = Quitar silencio
quiet-unmuted = { $what } vuelve a oírse aquí.
quiet-not-muted = { $what } no está en silencio aquí. En silencio: { $all }.
quiet-nothing = nada
quiet-too-many = Aquí ya hay { $max } silencios; primero hay que quitar uno con unmute.
quiet-what = «{ $what }» no se puede silenciar. Vale source:x, topic:x, story:x o all.
quiet-no-topic = No hay ningún tema «{ $name }». Véase «topics».
quiet-no-story = Ninguna tarjeta tiene el identificador o enlace «{ $name }».
quiet-choose = No recibir aquí nada más, por un día, de:
quiet-source = Fuente: { $name }
quiet-topic = Tema: { $name }
quiet-story = Esta historia
quiet-topicless = Esa tarjeta no tiene ningún tema que silenciar.
quiet-managers = Solo quienes pueden administrar este canal pueden silenciar algo para todos.
quiet-unlimited = irá en un resumen
quiet-daily = hoy llegaron tantas alertas como se querían ({ $count }); las demás van en un resumen
quiet-held-label = retenido
