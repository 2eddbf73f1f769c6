# Settings of a place.
settings-here = 这里的设置
settings-operators-zone = { $zone }（运营者的时区）
settings-cards-an-hour = 每小时 { $count } 张卡片
settings-recap = 汇总
settings-muted = 已静音
settings-muted-until = { $what }（至 { $until }）
settings-how = 更改设置：settings quiet 22:00-07:00。针对单个订阅：settings mention 2 @role、settings pause 2、settings resume 2。
settings-unknown = 没有“{ $name }”这项设置。可用的有：{ $names }。
settings-mention-how = 请说明哪个订阅提及谁：settings mention 2 @role，或 settings mention 2 off。
settings-mention-set = 订阅 { $number } 发布时会提及 { $mention }。
settings-mention-off = 订阅 { $number } 发布时不提及任何人。
settings-no-zone = 没有“{ $value }”这个时区。请写成 Europe/Berlin 这样。
settings-no-limit = limit 是每小时的卡片数，1 到 1000，或 off；不能是“{ $value }”。
settings-no-fold = fold 是 on（同一事件的报道合为一张卡片）或 off，不能是“{ $value }”。
settings-no-crosspost = crosspost 是 on 或 off，不能是“{ $value }”。
settings-no-language = 没有“{ $value }”这种语言。可选：{ $languages }。
settings-not-so = “{ $name }”不能这样设置。

# What readers here found useful, in points of sources and topics.
settings-weights = 这里的读者觉得有用的内容
settings-weights-none = 这里所有来源和话题的权重相同。
settings-weights-hint = 范围 { $min } 到 +{ $max }：权重只影响汇总的排序，不改变发布的内容。更改：settings weights topic:security +2。归零：settings weights topic:security off，或 settings weights off 全部归零。
settings-weights-wrong = “{ $text }”不是权重。请写 settings weights topic:security +2、settings weights source:"The Register" off，或 settings weights off。
settings-weights-out = 权重是 { $min } 到 +{ $max } 的数字，或 off；不能是“{ $text }”。
settings-weights-no-topic = 没有“{ $name }”这个话题。见“topics”。
settings-weights-full = 这里已有 { $count } 个权重；请先取消一个。
settings-vote-again = 你之前已经这样说过了，只算一次。
settings-vote-more = 谢谢。这里的汇总会更多关注这类新闻。
settings-vote-less = 谢谢。这里的汇总会更少关注这类新闻。
