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
