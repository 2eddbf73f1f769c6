# Stories: what several sources report.
# Beside a card; the names of sources follow.
story-also = ほかの報道
story-more-sources = ほか { $count } 社
# The title of the list of those reports.
story-reports = 同じストーリーの別記事
# A line of its own, when a posted card changes.
story-change = { $source } も報道：{ $title }
# Above a card that comes in the thread of an earlier one.
story-update-of = 「{ $title }」の続報（{ $source }）
story-correction-of = 「{ $title }」の訂正（{ $source }）
story-denial-of = 「{ $title }」の否定（{ $source }）
# After a related article's source and date.
story-possibly = { $note } · 同じストーリーの可能性あり
# In `why`: the story of a card, by the title of its first report.
story-named = ストーリー：{ $title }（記事 { $count } 件）
story-own-card = ここで独立したカード
story-in-thread = ここでそのカードのスレッド内
story-folded = そのカードに記載、またはここの対象外
story-more-reports = ほかに記事 { $count } 件。
