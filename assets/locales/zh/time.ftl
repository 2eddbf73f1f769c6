# Dates and lengths of time.
time-seconds = { $count } 秒
time-minutes = { $count } 分钟
time-hours = { $count } 小时
time-days = { $count } 天
time-ago = { $span }前
time-in = { $span }后
time-now = 现在
time-never = 不再
