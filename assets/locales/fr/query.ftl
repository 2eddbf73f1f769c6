# What is wrong with a query.
query-wrong = colonne { $column } : { $why }
