# What is wrong with a query.
query-wrong = Spalte { $column }: { $why }
query-too-long = die Abfrage hat { $length } Zeichen, erlaubt sind höchstens { $max }; bitte kürzen oder zwei Abfragen schreiben
query-empty = die Abfrage ist leer; es fehlt ein Wort wie rust oder ein Feld wie topic:security
query-closes-nothing = diese ) schließt nichts; bitte entfernen oder die ( am Anfang ergänzen
query-not-closed = diese ( ist nicht geschlossen; bitte eine ) am Ende ergänzen
query-ends-early = die Abfrage endet zu früh
query-field-inside = { $inner }: kann nicht in { $outer }:( ) stehen; bitte außerhalb der Klammern schreiben
query-or-alone = OR steht zwischen zwei Begriffen, wie in rust OR go; bitte davor einen ergänzen oder OR entfernen
query-missing-before = vor dieser ) fehlt etwas; bitte dort ein Wort ergänzen oder sie entfernen
query-missing-after = danach fehlt etwas; bitte dort ein Wort ergänzen oder es entfernen
query-minus-inside = ein - steht vor dem Feld, wie in -{ $field }:…; bitte dort schreiben
query-minus-alone = ein - steht direkt vor dem, was wegbleibt: -java, -"zwei Wörter" oder -(dies OR das); das Zeichen selbst wird in Anführungszeichen gesucht
query-too-deep = Klammern in Klammern gehen höchstens { $max } tief; bitte einige entfernen
query-quote-open = dieses Anführungszeichen ist nicht geschlossen; bitte { $close } am Ende der Phrase ergänzen
query-quotes-empty = zwischen diesen Anführungszeichen steht nichts; bitte dort ein Wort schreiben
query-regex-open = dieser / beginnt einen regulären Ausdruck, der nicht endet; bitte / am Ende ergänzen, oder Text, der mit einem Schrägstrich beginnt, in Anführungszeichen setzen
query-regex-flags = nach einem regulären Ausdruck darf nur i stehen (Groß- und Kleinschreibung egal), nicht { $flags }; darin \/ für einen Schrägstrich schreiben, und Text mit Schrägstrichen in Anführungszeichen setzen
query-regex-empty = dieser reguläre Ausdruck ist leer; bitte einen zwischen die Schrägstriche schreiben, oder Text, der mit Schrägstrichen beginnt, in Anführungszeichen setzen
query-regex-large = dieser reguläre Ausdruck ist zu groß; bitte weniger oder kleinere Wiederholungen verwenden
query-regex-unreadable = dieser reguläre Ausdruck ist nicht lesbar: { $reason }; vor ein Zeichen, das für sich selbst steht, gehört ein \
query-and = AND ist nicht nötig: nebeneinanderstehende Wörter müssen alle passen; bitte entfernen, oder "AND" in Anführungszeichen suchen
query-not = zum Weglassen -java schreiben, nicht NOT java, oder "NOT" in Anführungszeichen suchen
query-needs-value = { $field }: braucht direkt danach einen Wert: ein Wort, eine "Phrase" oder eine /regex/
query-not-compared = nur urgency: lässt sich vergleichen; um „{ $text }“ zu suchen, in Anführungszeichen setzen
query-star = ein * beendet ein Wort mit Buchstaben davor, wie in micro*; das Zeichen selbst wird in Anführungszeichen gesucht
query-no-field = es gibt kein Feld „{ $name }“ ({ $known }); um es als Text zu suchen, in Anführungszeichen setzen
query-no-topic = es gibt kein Thema „{ $name }“; { $known }
query-no-audience = es gibt keine Zielgruppe „{ $name }“; { $known }
query-no-event = es gibt kein Ereignis „{ $name }“; { $known }
query-no-urgency = es gibt keine Dringlichkeit „{ $name }“; { $known }, wie in urgency:>=this-week
query-no-language = „{ $name }“ ist kein Sprachkürzel; richtig sind zwei oder drei Buchstaben wie en, ko oder zh
# What to write instead.
query-near = ist { $near } gemeint?
query-known = es gibt { $known }
