# Dates and lengths of time.
