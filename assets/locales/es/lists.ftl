# How parts of a sentence are put in a row.
