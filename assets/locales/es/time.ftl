# Dates and lengths of time.
time-seconds = { $count } s
time-minutes = { $count } min
time-hours = { $count } h
time-days = { $count } d
time-ago = hace { $span }
time-in = en { $span }
time-now = ahora
time-never = nunca
