# Feeds that fail, fall silent or move.
health-context = 关于你订阅的订阅源；只有你会收到。
health-title = 你的订阅源状况
# { $said } is one of the lines below; { $places } are channels.
health-line = { $feed }：{ $said }（{ $places }）
health-well = { $feed }：已恢复正常。
health-how = 在那里输入“status”可随时查看；“unsubscribe”可结束已永久失效的订阅。
health-failing = 已出错 { $span }：{ $error }
health-silent = 已沉寂 { $span }，通常{ $usual }
health-moved = 已迁至 { $to }，将跟随新地址
health-parked = 不再查询：{ $reason }；重新“subscribe”会再试一次
health-a-day = 每天 { $count } 条
health-a-week = 每周 { $count } 条
