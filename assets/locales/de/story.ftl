# Stories: what several sources report.
# Beside a card; the names of sources follow.
story-also = Auch gemeldet von
story-more-sources = { $count ->
    [one] einer weiteren
   *[other] { $count } weiteren
}
# The title of the list of those reports.
story-reports = Dieselbe Story anderswo
# A line of its own, when a posted card changes.
story-change = Auch gemeldet von { $source }: { $title }
# Above a card that comes in the thread of an earlier one.
story-update-of = Neues zu „{ $title }“ ({ $source })
story-correction-of = Korrektur zu „{ $title }“ ({ $source })
story-denial-of = Dementi zu „{ $title }“ ({ $source })
# After a related article's source and date.
story-possibly = { $note } · vielleicht dieselbe Story
# In `why`: the story of a card, by the title of its first report.
story-named = Story: { $title } (Berichte: { $count })
story-own-card = hier eine eigene Karte
story-in-thread = hier im Thread jener Karte
story-folded = auf jener Karte genannt, oder nicht für hier
story-more-reports = { $count ->
    [one] Und noch ein Bericht.
   *[other] Und { $count } weitere Berichte.
}
