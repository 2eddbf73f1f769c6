# What is wrong with a query.
query-wrong = { $column } 文字目：{ $why }
