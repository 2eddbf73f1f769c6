# Answers to people's words.

# A picture that belongs to an answer which one person alone sees in a channel.
words-picture-elsewhere = 图片在你与此应用的私信里。

# What is said wrongly.
words-unknown = 没有“{ $word }”这个命令。试试“help”。
words-unknown-but = 没有“{ $word }”这个命令。是不是“{ $nearest }”？
words-goes-on = “{ $word }”后面还有：{ $words }。
words-line-too-long = 超过了 { $max } 个字符。
words-too-much = 这里多了“{ $text }”：{ $usage }
words-missing =
    缺少 { $name }。{ $usage }
    例如：{ $example }
words-no-choice = { $name } 可以是 { $choices }，不能是“{ $text }”。
words-no-number = { $name } 是 { $min } 到 { $max } 的数字，不能是“{ $text }”。
words-no-target = “{ $text }”既不是地址也不是话题。请写 https://...、all，或一个话题（见“topics”）。
words-no-target-but = “{ $text }”既不是地址也不是话题；是不是“{ $nearest }”？请写 https://...、all，或一个话题（见“topics”）。
words-no-audience = 没有“{ $name }”这个读者群。见“topics”。
words-no-audience-but = 没有“{ $name }”这个读者群；是不是“{ $nearest }”？见“topics”。
words-no-subscription = 这里没有订阅“{ $name }”；现有：{ $numbers }。见“subscriptions”。
words-no-quiet-hours = “{ $text }”不是免打扰时段。请写 22:00-07:00，或 off。
words-no-period = “{ $text }”没有说明 weekly 还是 daily。请写“weekly monday 09:00 Europe/Berlin”或“daily 08:30”。
words-no-time = “{ $text }”不是星期、时刻或时区。请写“weekly monday 09:00 Europe/Berlin”或“daily 08:30”。
words-no-duration = “{ $text }”不是时长。请写 1h、1d 或 1w。
words-no-address = 这不是地址。请写成 https://example.com 这样。
words-no-channel = 没有我能发布的频道“{ $text }”。
words-no-feed = 那里没有订阅源：{ $error }。
words-feed-unknown = 不认识这个订阅源。
words-did-not-work = 没有成功，什么都没有更改：{ $error }

# Who may.
words-managers-only = 只有可以管理此频道的人才能更改这里发布的内容。
words-managers-there = 只有可以管理那个频道的人才能更改那里发布的内容。

# Questions.
words-yes = 是
words-no = 否
words-nothing-changed = 什么都没有更改。
words-nothing-asked = 这里没有待回答的问题。
words-answered-already = 已经回答过了，或时间太久了。请重新输入。
words-asked-of-another = 这个问题问的是别人。
words-asked-long-ago = 时间太久了。请重新输入。
words-ask-digest-off = 停止这里的自动汇总吗？
words-ask-alerts-off = 停止你的提醒吗？
words-ask-unsubscribe = 结束订阅 { $number }（{ $name }）吗？
words-ask-filter-clear = 恢复发布订阅 { $number }（{ $name }）的全部内容吗？当前过滤条件：{ $filter }
words-ask-import = 执行吗？订阅源中现有的内容不会发布。

# Subscriptions.
words-everything = 全部
words-everybody = 所有人
words-alerts = 给{ $who }的提醒
words-alerts-at-least = 给{ $who }的提醒，至少“{ $urgency }”
words-how-filter = 过滤 { $filter }
words-how-mention = 提及 { $mention }
words-how-paused = 已暂停：{ $reason }
words-how-paused-as-asked = 已按要求暂停
words-what-and-how = { $what }（{ $how }）
words-nothing-subscribed = 这里还没有订阅。用“subscribe <地址>”开始。
words-start-subscribing = 这里还没有订阅。用“subscribe <地址>”开始，或看看“topics”。
words-posted-here = 这里发布的内容
words-column-number = 编号
words-column-what = 内容
words-column-how = 方式
words-subscribed = 订阅 { $number }：{ $what }，发布到这里。
words-subscribed-again = 订阅 { $number } 原已存在，现为 { $what }，发布到这里。
words-subscribed-there = 订阅 { $number }：{ $what }，发布到 { $place }。
words-subscribed-again-there = 订阅 { $number } 原已存在，现为 { $what }，发布到 { $place }。
words-nothing-old = 旧内容不发布；新内容随后到来。
words-backfilled = 现在发布最新的 { $count } 条；新内容随后到来。
words-posts-follow = { $said }期间未能发布的 { $count } 条随后补上。
words-too-many = 这里已有 { $max } 个订阅，放不下更多了；请先结束一个。
words-named-in-config = 这个订阅源写在 config.toml 里，下次启动又会回来；请在那里删除。
words-unsubscribed = 订阅 { $number }（{ $name }）已结束。
words-ended-meanwhile = 订阅 { $number } 在此期间已结束。
words-nothing-to-pause = 没有可以暂停的订阅了。
words-nothing-rests = 这里没有暂停的订阅。
words-paused = 已暂停 { $count } 个订阅。用“settings resume”恢复。
words-resumed = 已恢复 { $count } 个订阅。

# Filters and previews.
words-filter-set = 订阅 { $number } 只放行：{ $filter }
words-filter-tried = 什么都没有更改。订阅 { $number } 若使用：{ $filter }
words-filter-cleared = 订阅 { $number } 恢复发布全部内容。
words-no-filter = 订阅 { $number } 没有过滤条件。
words-tried-nothing = 还没有可供试用的内容。
words-tried = 最近 { $items } 条中会发布 { $heard } 条。
words-tried-latest = 最近 { $items } 条中会发布 { $heard } 条；最新一条：“{ $title }”。
words-about-feed = { $url }：现有 { $items } 条，{ $pace }。
words-pace-day = 每天约 { $count } 条
words-pace-week = 每周约 { $count } 条
words-pace-month = 每月约 { $count } 条
words-pace-unknown = 更新频率尚不清楚
words-card-not-kept = 这张卡片已不再保存。

# status
words-version = 版本
words-feeds = 订阅源
words-subscriptions = 订阅
words-waiting = 等待中
words-waits = { $items } 条待处理，{ $posts } 条待发布
words-dead = 失败
words-column-feed = 订阅源
words-column-state = 状态
words-column-last-new = 最近更新
words-column-next-look = 下次检查
words-standing = { $state ->
    [parked] 已停用
    [failing] 出错
    [new] 新
   *[ok] 正常
}
words-feeds-here = 这里的订阅源
words-the-bot = 机器人

# topics
words-topics = 话题
words-audiences = 读者群
words-column-name = 名称
words-column-meaning = 含义
words-topics-how = 用法：subscribe security,cloud，过滤条件 topic:security，alerts on enterprise-security。

# help
words-what-can-be-said = 可用的命令
words-help-more = 另外：{ $aliases }。更多：help <命令>，例如 help subscribe。
words-help-everyone = { $summary }。
words-help-managers = { $summary }。仅限可以管理频道的人。
words-help-choices = { $summary }（{ $choices }）
words-help-numbers = { $summary }（{ $min } 到 { $max }）

# What completes an argument.
words-choice-all = 全部
words-choice-all-mutes = 全部静音

# import and export
words-import-counts = 新增 { $new }，更改 { $changed }，已有 { $same }，拒绝 { $refused }。
words-import-new = 新增
words-import-changed = 更改
words-import-refused = 拒绝
words-and-more = 还有 { $count } 个
words-now-then = 现在 { $now }，之后 { $then }
words-import-same = 不会有任何变化：已有 { $count } 个订阅。
words-import-same-refused = 不会有任何变化：已有 { $count } 个订阅。拒绝：{ $refused }。
words-import-how = 请发送 OPML 或 JSON 文件，或写上文件地址：import https://...
words-import-not = 无法导入这个文件：{ $error }。
words-import-unread = 无法读取这个文件：{ $error }。
words-import-no-text = 这个文件不是 UTF-8 文本。
words-import-no-address = 这不是地址
words-import-no-topic = 没有话题 { $name }
words-room-for = 这里最多 { $max } 个订阅
words-imported = 已导入 { $count } 个订阅。
words-nothing-to-export = 这里没有订阅，没有可导出的内容。
words-exported = 这里的 { $count } 个订阅，OPML 格式。
words-file-too-long = 文件太长，无法在这里发送。请放到网上，并写上地址。
words-file-too-large = 文件超过 5 MB
words-file-too-many = 文件中的订阅超过 { $max } 个
words-file-unreadable = 这既不是 OPML，也不是 tidings 导出的 JSON：{ $error }
words-file-empty = 其中没有订阅
words-file-newer = 由更新版本的 tidings 写成（版本 { $version }）
