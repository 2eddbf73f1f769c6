# What is wrong with a query.
query-wrong = columna { $column }: { $why }
query-too-long = la consulta tiene { $length } caracteres, y { $max } son el máximo; hay que acortarla o escribir dos consultas
query-empty = la consulta está vacía; falta una palabra, como rust, o un campo, como topic:security
query-closes-nothing = este ) no cierra nada; hay que quitarlo o añadir el ( al principio
query-not-closed = este ( no está cerrado; falta un ) al final
query-ends-early = la consulta termina demasiado pronto
query-field-inside = { $inner }: no puede ir dentro de { $outer }:( ); hay que escribirlo fuera de los paréntesis
query-or-alone = OR va entre dos términos, como en rust OR go; falta uno delante, o sobra OR
query-missing-before = falta algo antes de este ); hay que escribir ahí una palabra o quitarlo
query-missing-after = falta algo después de esto; hay que escribir ahí una palabra o quitarlo
query-minus-inside = el - va delante del campo, como en -{ $field }:…; hay que escribirlo ahí
query-minus-alone = el - va justo delante de lo que se excluye: -java, -"dos palabras" o -(esto OR aquello); para buscar el signo mismo, se pone entre comillas
query-too-deep = los paréntesis se anidan hasta { $max } niveles; hay que quitar algunos
query-quote-open = estas comillas no están cerradas; falta { $close } al final de la frase
query-quotes-empty = no hay nada entre estas comillas; hay que escribir ahí una palabra
query-regex-open = esta / empieza una expresión regular que no termina; falta una / al final, o el texto que empieza por una barra va entre comillas
query-regex-flags = tras una expresión regular solo puede ir i, para cualquier caja, y no { $flags }; dentro se escribe \/ para una barra, y el texto con barras va entre comillas
query-regex-empty = esta expresión regular está vacía; hay que escribir una entre las barras, o poner entre comillas el texto que empieza por barras
query-regex-large = esta expresión regular es demasiado grande; hay que usar menos repeticiones o más pequeñas
query-regex-unreadable = esta expresión regular no se puede leer: { $reason }; delante de un signo literal va un \
query-and = AND no hace falta: las palabras seguidas deben coincidir todas; hay que quitarlo, o buscar "AND" entre comillas
query-not = para excluir se escribe -java, no NOT java; o se busca "NOT" entre comillas
query-needs-value = { $field }: necesita un valor justo después: una palabra, una "frase" o una /regex/
query-not-compared = solo urgency: se puede comparar; para buscar «{ $text }», se pone entre comillas
query-star = un * termina una palabra con letras delante, como micro*; para buscar el signo mismo, se pone entre comillas
query-no-field = no hay ningún campo «{ $name }» ({ $known }); para buscarlo como texto, se pone entre comillas
query-no-topic = no hay ningún tema «{ $name }»; { $known }
query-no-audience = no hay ningún público «{ $name }»; { $known }
query-no-event = no hay ningún suceso «{ $name }»; { $known }
query-no-urgency = no hay ninguna urgencia «{ $name }»; { $known }, como en urgency:>=this-week
query-no-language = «{ $name }» no es un código de idioma; son dos o tres letras, como en, ko o zh
# What to write instead.
query-near = ¿quería decir { $near }?
query-known = hay { $known }
