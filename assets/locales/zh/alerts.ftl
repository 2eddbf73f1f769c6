# Alerts to one person.
alerts-get = 你会收到{ $what }。
alerts-get-filtered = 你会收到{ $what }，过滤条件为 { $filter }。
alerts-quiet = 发给你的内容在 { $from } 到 { $to } 之间等待，之后合为一份汇总；在那里输入“settings quiet off”即可取消。
alerts-alone = 只发给你一人，每天最多 { $max } 条，其余在次日早晨合为一份汇总（在那里输入“settings cap 5”可更改）；“alerts off”停止提醒。
alerts-stay = 你已在接收{ $what }，这不会改变。若要改为其他提醒，请自己输入：alerts on { $audience }
alerts-none = 你没有提醒。
alerts-ended = 你不会再收到提醒。
alerts-again = 若要恢复同样的提醒，请按按钮或输入：
alerts-again-button = 重新开启
alerts-off-button = 关闭提醒
# { $max } is a number.
alerts-cap = 每天 { $max } 条提醒
alerts-cap-wrong = cap 是每天的提醒数，1 到 1000，或 off 表示通常的 { $max }；不能是“{ $value }”。
alerts-over = 超出每日上限，与其他提醒一并汇总
