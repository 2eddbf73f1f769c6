# What is wrong with a query.
query-wrong = column { $column }: { $why }
query-too-long = the query has { $length } characters, and { $max } are the most; make it shorter, or write two queries
query-empty = the query is empty; write a word, such as rust, or a field, such as topic:security
query-closes-nothing = this ) closes nothing; take it away, or add the ( where it begins
query-not-closed = this ( is not closed; add a ) where it ends
query-ends-early = the query ends too early
query-field-inside = { $inner }: cannot stand inside { $outer }:( ); write it outside of the parentheses
query-or-alone = OR stands between two terms, as in rust OR go; write one before it, or take it away
query-missing-before = something is missing before this ); write a word there, or take it away
query-missing-after = something is missing after this; write a word there, or take it away
query-minus-inside = a - stands before the field, as in -{ $field }:…; write it there
query-minus-alone = a - stands right before what is left out: -java, -"two words" or -(this OR that); to look for the sign itself, put it in quotes
query-too-deep = parentheses inside parentheses go { $max } deep at most; take some away
query-quote-open = this quote is not closed; add { $close } where the phrase ends
query-quotes-empty = there is nothing between these quotes; write a word there
query-regex-open = this / begins a regular expression that does not end; add a / at its end, or put text that begins with a slash in quotes
query-regex-flags = only i, for any case, may follow a regular expression, and not { $flags }; inside it write \/ for a slash, and put text with slashes in quotes
query-regex-empty = this regular expression is empty; write one between the slashes, or put text that begins with slashes in quotes
query-regex-large = this regular expression is too large; use fewer or smaller repetitions
query-regex-unreadable = this regular expression cannot be read: { $reason }; put a \ before a sign that stands for itself
query-and = AND is not needed: words side by side must all match; take it away, or write "AND" in quotes to look for it
query-not = write -java, not NOT java, to leave something out, or "NOT" in quotes to look for it
query-needs-value = { $field }: needs a value right after it: a word, a "phrase" or a /regex/
query-not-compared = only urgency: can be compared; to look for "{ $text }", put it in quotes
query-star = a * ends a word that has letters before it, as in micro*; to look for the sign itself, put it in quotes
query-no-field = there is no field "{ $name }" ({ $known }); to look for it as text, put it in quotes
query-no-topic = there is no topic "{ $name }"; { $known }
query-no-audience = there is no audience "{ $name }"; { $known }
query-no-event = there is no event "{ $name }"; { $known }
query-no-urgency = there is no urgency "{ $name }"; { $known }, as in urgency:>=this-week
query-no-language = "{ $name }" is no language code; write two or three letters, such as en, ko or zh
# What to write instead.
query-near = did you mean { $near }?
query-known = there are { $known }
