# Stories: what several sources report.
# Beside a card; the names of sources follow.
story-also = 其他报道
story-more-sources = 另外 { $count } 家
# The title of the list of those reports.
story-reports = 其他来源的同一事件
# A line of its own, when a posted card changes.
story-change = { $source } 也有报道：{ $title }
# Above a card that comes in the thread of an earlier one.
story-update-of = “{ $title }”的更新（{ $source }）
story-correction-of = “{ $title }”的更正（{ $source }）
story-denial-of = 对“{ $title }”的否认（{ $source }）
# After a related article's source and date.
story-possibly = { $note } · 可能是同一事件
# In `why`: the story of a card, by the title of its first report.
story-named = 事件：{ $title }（{ $count } 篇报道）
story-own-card = 在这里有单独的卡片
story-in-thread = 在这里那张卡片的话题串中
story-folded = 在那张卡片上提及，或与这里无关
story-more-reports = 还有 { $count } 篇报道。
