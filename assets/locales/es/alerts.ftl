# Alerts to one person.
alerts-get = Recibe { $what }.
alerts-get-filtered = Recibe { $what }, con el filtro { $filter }.
alerts-quiet = Lo que le llegue espera de { $from } a { $to } y viene después en un solo resumen; «settings quiet off» allí lo termina.
alerts-alone = Le llegan solo a usted, { $max } al día como máximo, y el resto en un solo resumen a la mañana siguiente («settings cap 5» allí lo cambia); «alerts off» las termina.
alerts-stay = Ya recibe { $what }, y así queda. Para tener otras alertas, dígalo por su cuenta: alerts on { $audience }
alerts-none = No tiene alertas.
alerts-ended = Ya no recibe alertas.
alerts-again = Para volver a tener las mismas, pulse el botón o escriba:
alerts-again-button = Volver a activar
alerts-off-button = Desactivar alertas
# { $max } is a number.
alerts-cap = { $max ->
    [one] { $max } alerta al día
   *[other] { $max } alertas al día
}
alerts-cap-wrong = cap es un número de alertas al día de 1 a 1000, u off para las { $max } habituales; no «{ $value }».
alerts-over = viene con las demás alertas que pasan del límite del día
