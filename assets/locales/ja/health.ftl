# Feeds that fail, fall silent or move.
health-context = あなたが購読したフィードについて。届くのはあなただけです。
health-title = フィードの状態
# { $said } is one of the lines below; { $places } are channels.
health-line = { $feed }：{ $said }（{ $places }）
health-well = { $feed }：復旧しました。
health-how = そこで「status」と書けばいつでも見られます。なくなったものは「unsubscribe」で終了できます。
health-failing = { $span }前から不調：{ $error }
health-silent = { $span }間更新なし、普段は{ $usual }
health-moved = { $to } に移転、追跡中
health-parked = 確認を停止：{ $reason }。もう一度「subscribe」すると再試行
health-a-day = 1 日 { $count } 件
health-a-week = 週 { $count } 件
