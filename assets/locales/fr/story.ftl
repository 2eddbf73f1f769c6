# Stories: what several sources report.
# Beside a card; the names of sources follow.
story-also = Également annoncé par
story-more-sources = { $count ->
    [one] { $count } autre
   *[other] { $count } autres
}
# The title of the list of those reports.
story-reports = La même affaire ailleurs
# A line of its own, when a posted card changes.
story-change = Également annoncé par { $source } : { $title }
# Above a card that comes in the thread of an earlier one.
story-update-of = Du nouveau sur « { $title } » ({ $source })
story-correction-of = Correction de « { $title } » ({ $source })
story-denial-of = Démenti de « { $title } » ({ $source })
# After a related article's source and date.
story-possibly = { $note } · peut-être la même affaire
# In `why`: the story of a card, by the title of its first report.
story-named = Affaire : { $title } (articles : { $count })
story-own-card = carte à part ici
story-in-thread = dans le fil de cette carte ici
story-folded = cité sur cette carte, ou pas pour ici
story-more-reports = { $count ->
    [one] Et { $count } article de plus.
   *[other] Et { $count } articles de plus.
}
