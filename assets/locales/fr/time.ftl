# Dates and lengths of time.
time-seconds = { $count } s
time-minutes = { $count } min
time-hours = { $count } h
time-days = { $count } j
time-ago = il y a { $span }
time-in = dans { $span }
time-now = maintenant
time-never = jamais
