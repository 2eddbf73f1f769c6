# Recaps.

recap-week = 本周回顾，{ $from }至{ $to }
recap-day = 截至{ $to } { $time } 的一天
recap-quiet = 免打扰期间，截至{ $to } { $time }
recap-overflow = 更多提醒，截至{ $to } { $time }
recap-part = 第 { $part } 部分，共 { $parts } 部分
recap-stories = { $count } 个事件
recap-new = { $count } 个新出现
recap-continued = { $count } 个持续
recap-resolved = { $count } 个已解决
recap-left-out = 另有 { $count } 个放不下
recap-more-on = 还有 { $count } 个关于{ $topic }
recap-is-new = 新出现
recap-is-continued = 持续
recap-is-resolved = 已解决
recap-act-now = 立即处理
recap-this-week = 本周处理
recap-also = 另有 { $count } 家报道
recap-rights = 版权归所列发布者所有。

# $day is a number, $month is 1 to 12.
recap-date = { $month } 月 { $day } 日
recap-date-short = { $month }/{ $day }
# $weekday is 1 for Monday to 7 for Sunday.
recap-weekday =
    { $weekday ->
        [1] 星期一
        [2] 星期二
        [3] 星期三
        [4] 星期四
        [5] 星期五
        [6] 星期六
       *[7] 星期日
    }
# Titles of the picture.
recap-chart-weeks = 各话题每周的事件数
recap-chart-days = 各话题每天的事件数

recap-nothing-subscribed = 这里还没有订阅，没有可汇总的内容。
recap-nothing-in-week = 最近七天这里没有新内容。
recap-nothing-in-day = 最近 24 小时这里没有新内容。
recap-comes-daily = 每天 { $time }（{ $zone } 时间）在这里发布汇总。
recap-comes-weekly = 每{ $weekday } { $time }（{ $zone } 时间）在这里发布汇总。
recap-first = 第一次在{ $date }，{ $weekday } { $time }。
recap-none-comes = 这里没有自动汇总。
recap-ended = 这里不再自动发布汇总。
