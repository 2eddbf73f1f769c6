# How parts of a sentence are put in a row.
list-names = {", "}
list-sentences = {"; "}
list-or = { $names } or { $last }
list-labelled = { $label }: { $text }
