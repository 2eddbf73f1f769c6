# What is wrong with a query.
