# What is wrong with a query.
query-wrong = Spalte { $column }: { $why }
