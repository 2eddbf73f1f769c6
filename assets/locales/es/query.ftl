# What is wrong with a query.
query-wrong = columna { $column }: { $why }
