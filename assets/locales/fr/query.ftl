# What is wrong with a query.
query-wrong = colonne { $column } : { $why }
query-too-long = la requête a { $length } caractères, et { $max } sont le maximum ; raccourcissez-la, ou écrivez deux requêtes
query-empty = la requête est vide ; écrivez un mot, comme rust, ou un champ, comme topic:security
query-closes-nothing = cette ) ne ferme rien ; retirez-la, ou ajoutez la ( au début
query-not-closed = cette ( n’est pas fermée ; ajoutez une ) à la fin
query-ends-early = la requête s’arrête trop tôt
query-field-inside = { $inner }: ne peut pas être dans { $outer }:( ) ; écrivez-le hors des parenthèses
query-or-alone = OR se place entre deux termes, comme dans rust OR go ; écrivez-en un avant, ou retirez-le
query-missing-before = il manque quelque chose avant cette ) ; écrivez-y un mot, ou retirez-la
query-missing-after = il manque quelque chose après ceci ; écrivez-y un mot, ou retirez-le
query-minus-inside = le - se place avant le champ, comme dans -{ $field }:… ; écrivez-le là
query-minus-alone = le - se place juste avant ce qui est exclu : -java, -"deux mots" ou -(ceci OR cela) ; pour chercher le signe lui-même, mettez-le entre guillemets
query-too-deep = les parenthèses s’imbriquent sur { $max } niveaux au plus ; retirez-en
query-quote-open = ce guillemet n’est pas fermé ; ajoutez { $close } à la fin de l’expression
query-quotes-empty = il n’y a rien entre ces guillemets ; écrivez-y un mot
query-regex-open = ce / commence une expression régulière qui ne finit pas ; ajoutez un / à la fin, ou mettez entre guillemets un texte qui commence par une barre
query-regex-flags = seul i, pour ignorer la casse, peut suivre une expression régulière, pas { $flags } ; dedans, écrivez \/ pour une barre, et mettez entre guillemets un texte avec des barres
query-regex-empty = cette expression régulière est vide ; écrivez-en une entre les barres, ou mettez entre guillemets un texte qui commence par des barres
query-regex-large = cette expression régulière est trop grande ; utilisez des répétitions moins nombreuses ou plus petites
query-regex-unreadable = cette expression régulière est illisible : { $reason } ; mettez un \ devant un signe pris tel quel
query-and = AND est inutile : les mots côte à côte doivent tous correspondre ; retirez-le, ou cherchez "AND" entre guillemets
query-not = écrivez -java, et non NOT java, pour exclure, ou cherchez "NOT" entre guillemets
query-needs-value = { $field }: demande une valeur juste après : un mot, une "expression" ou une /regex/
query-not-compared = seul urgency: se compare ; pour chercher « { $text } », mettez-le entre guillemets
query-star = un * termine un mot qui a des lettres avant lui, comme micro* ; pour chercher le signe lui-même, mettez-le entre guillemets
query-no-field = il n’y a pas de champ « { $name } » ({ $known }) ; pour le chercher comme texte, mettez-le entre guillemets
query-no-topic = il n’y a pas de thème « { $name } » ; { $known }
query-no-audience = il n’y a pas de public « { $name } » ; { $known }
query-no-event = il n’y a pas d’événement « { $name } » ; { $known }
query-no-urgency = il n’y a pas d’urgence « { $name } » ; { $known }, comme dans urgency:>=this-week
query-no-language = « { $name } » n’est pas un code de langue ; écrivez deux ou trois lettres, comme en, ko ou zh
# What to write instead.
query-near = vouliez-vous dire { $near } ?
query-known = il y a { $known }
