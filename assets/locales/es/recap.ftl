# Recaps.

recap-week = La semana, del { $from } al { $to }
recap-day = El día hasta el { $to }, { $time }
recap-quiet = Durante las horas de silencio, hasta el { $to }, { $time }
recap-overflow = Más alertas, hasta el { $to }, { $time }
recap-part = { $part } de { $parts }
recap-stories =
    { $count ->
        [one] 1 historia
       *[other] { $count } historias
    }
recap-new =
    { $count ->
        [one] 1 nueva
       *[other] { $count } nuevas
    }
recap-continued =
    { $count ->
        [one] 1 continúa
       *[other] { $count } continúan
    }
recap-resolved =
    { $count ->
        [one] 1 resuelta
       *[other] { $count } resueltas
    }
recap-left-out =
    { $count ->
        [one] 1 más no cupo aquí
       *[other] { $count } más no cupieron aquí
    }
recap-more-on = { $count } más sobre { $topic }
recap-is-new = nueva
recap-is-continued = continúa
recap-is-resolved = resuelta
recap-act-now = Actuar ya
recap-this-week = Esta semana
recap-also =
    { $count ->
        [one] también lo cuenta 1 más
       *[other] también lo cuentan { $count } más
    }
recap-rights = Todos los derechos pertenecen a los editores citados.

# $day is a number, $month is 1 to 12.
recap-date =
    { $day } de { $month ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    }
recap-date-short =
    { $day } { $month ->
        [1] ene
        [2] feb
        [3] mar
        [4] abr
        [5] may
        [6] jun
        [7] jul
        [8] ago
        [9] sep
        [10] oct
        [11] nov
       *[12] dic
    }
# $weekday is 1 for Monday to 7 for Sunday.
recap-weekday =
    { $weekday ->
        [1] lunes
        [2] martes
        [3] miércoles
        [4] jueves
        [5] viernes
        [6] sábado
       *[7] domingo
    }
# Titles of the picture.
recap-chart-weeks = Historias por tema, semana a semana
recap-chart-days = Historias por tema, día a día

recap-nothing-subscribed = Aquí aún no hay suscripciones, así que no hay nada que resumir.
recap-nothing-in-week = Aquí no llegó nada nuevo en los últimos siete días.
recap-nothing-in-day = Aquí no llegó nada nuevo en las últimas 24 horas.
recap-comes-daily = Aquí llega un resumen cada día a las { $time }, hora de { $zone }.
recap-comes-weekly = Aquí llega un resumen cada { $weekday } a las { $time }, hora de { $zone }.
recap-first = El primero llega el { $weekday }, { $date }, a las { $time }.
recap-none-comes = Aquí no llega ningún resumen automático.
recap-ended = Aquí ya no llegan resúmenes automáticos.
