# Why a card came, or did not.

# The stages of a decision.
why-stage-new = 新内容
why-stage-feed = 订阅源
why-stage-topic = 话题
why-stage-audience = 读者群
why-stage-filter = 过滤
why-stage-mute = 静音
why-stage-story = 事件
why-stage-quiet = 免打扰
why-stage-rate = 数量

# What each of them found.
why-decided-before = 前面已有结论
why-new-first-seen = 首次看到：{ $at }
why-new-supposed = 假定为新内容
why-new-baseline = 订阅之前就有了
why-new-seen-as = 以前见过：{ $name }
why-feed-same = 内容来自 { $source }
why-feed-other = 内容来自 { $source }，是另一个订阅源
why-feed-any = 任何订阅源
why-topic-any = 任何话题
why-topic-is = 卡片的话题是 { $topic }
why-topic-is-not = 卡片的话题是 { $topics }，不是 { $wanted }
why-urgency-less = 紧急程度为 { $urgency }，低于 { $wanted }
why-audience-any = 任何读者群
why-audience-is = 与 { $audience } 有关
why-audience-is-not = 与 { $audiences } 有关，与 { $wanted } 无关
why-filter-none = 没有过滤条件
why-filter-unreadable = 过滤条件已无法读取：{ $error }
# The terms of a filter that decided, each of them as below.
why-filter = { $terms }
why-filter-term = “{ $term }”
why-filter-matched = { $place }，{ $term }匹配到“{ $text }”
why-filter-unmatched = { $term }没有匹配
why-in-title = 在标题中
why-in-body = 在正文中
why-in-authors = 在作者中
why-in-source = 在来源名称中
why-in-host = 在来源地址中
why-in-topics = 在话题中
why-in-audiences = 在读者群中
why-in-event = 在事件类型中
why-in-urgency = 在紧急程度中
why-in-language = 在语言中
why-mute-none = 没有静音
why-mute = { $what } 已静音
why-mute-until = { $what } 已静音至 { $until }
why-story-told = 之前已在这里报道过：“{ $title }”（{ $source }）
# With what was said before it.
why-story-of = { $said }；该事件有 { $count } 篇报道
why-story-of-sharing = { $said }；该事件有 { $count } 篇报道，共同点是 { $shared }
why-story-unfolded = { $said }；这里已关闭合并
why-story-update = { $said }，而这是它的更新（“{ $cue }”）
why-story-correction = { $said }，而这是对它的更正（“{ $cue }”）
why-story-denial = { $said }，而这是对它的否认（“{ $cue }”）
why-story-new = 之前没有在这里报道过
why-quiet-until = 这里免打扰至 { $until }
why-quiet-outside = 不在免打扰时段
why-quiet-none = 没有免打扰时段
why-rate-none = 没有上限
why-rate-within = 最近一小时 { $count } 张，上限 { $max } 张
why-rate-reached = 最近一小时这里已发布 { $max } 张卡片；其余见“digest daily”

# What an outcome means.
why-posted = 会发布
why-collected = 收进下一次汇总
why-quiet-hours = 等免打扰时段结束后发布
why-baseline = 订阅之前就有了
why-seen = 以前见过
why-filtered = 不是所要的内容
why-muted = 已静音
why-told = 之前已报道过
why-too-much = 最近一小时发布太多，收进汇总
why-paused = 订阅已暂停

# What became of a card here.
why-not-posted-here = 没有在这里发布。
why-posted-here = 已于 { $at } 在这里发布。
why-waits-here = 等待在这里发布，{ $at } 起。
why-being-posted-here = 正在这里发布。
why-dead-here = 无法在这里发布：{ $reason }。
why-nothing-subscribed = 这里现在没有订阅。
why-baseline-has = { $feed } 中有它，但订阅之前就有了。
why-no-such-link = 就我所知，这里订阅的订阅源都没有带来过这个链接。
why-no-card-yet = 这里还没有发布过卡片。
why-no-card = 这里没有第 { $number } 张卡片。1 是最新的一张。
why-no-name = “{ $text }”既不是编号也不是链接。1 是这里最新的卡片。
