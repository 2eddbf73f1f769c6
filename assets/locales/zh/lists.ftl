# How parts of a sentence are put in a row.
list-names = {"、"}
list-sentences = {"；"}
list-or = { $names }或{ $last }
list-labelled = { $label }：{ $text }
