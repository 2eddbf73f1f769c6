# Dates and lengths of time.
time-seconds = { $count } 秒
time-minutes = { $count } 分
time-hours = { $count } 時間
time-days = { $count } 日
time-ago = { $span }前
time-in = { $span }後
time-now = 今すぐ
time-never = なし
