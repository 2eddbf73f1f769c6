# Stories: what several sources report.
# Beside a card; the names of sources follow.
story-also = Also reported by
story-more-sources = { $count ->
    [one] one more
   *[other] { $count } more
}
# The title of the list of those reports.
story-reports = The same story elsewhere
# A line of its own, when a posted card changes.
story-change = Also reported by { $source }: { $title }
# Above a card that comes in the thread of an earlier one.
story-update-of = Update on “{ $title }” ({ $source })
story-correction-of = Correction of “{ $title }” ({ $source })
story-denial-of = Denial of “{ $title }” ({ $source })
# After a related article's source and date.
story-possibly = { $note } · possibly the same story
# In `why`: the story of a card, by the title of its first report.
story-named = Story: { $title } ({ $count } reports)
story-own-card = a card of its own here
story-in-thread = in that card’s thread here
story-folded = named on that card, or not for this place
story-more-reports = { $count ->
    [one] And one report more.
   *[other] And { $count } reports more.
}
