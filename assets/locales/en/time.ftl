# Dates and lengths of time.
time-seconds = { $count } s
time-minutes = { $count } min
time-hours = { $count } h
time-days = { $count } d
time-ago = { $span } ago
time-in = in { $span }
time-now = now
time-never = never
