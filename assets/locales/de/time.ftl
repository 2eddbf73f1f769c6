# Dates and lengths of time.
time-seconds = { $count } s
time-minutes = { $count } min
time-hours = { $count } Std.
time-days = { $count } Tg.
time-ago = vor { $span }
time-in = in { $span }
time-now = jetzt
time-never = nie
