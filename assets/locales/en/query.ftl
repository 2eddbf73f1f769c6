# What is wrong with a query.
query-wrong = column { $column }: { $why }
