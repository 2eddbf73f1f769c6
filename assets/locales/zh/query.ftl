# What is wrong with a query.
query-wrong = 第 { $column } 列：{ $why }
