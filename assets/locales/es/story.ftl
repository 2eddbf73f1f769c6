# Stories: what several sources report.
# Beside a card; the names of sources follow.
story-also = También lo cuenta
story-more-sources = { $count ->
    [one] 1 más
   *[other] { $count } más
}
# The title of the list of those reports.
story-reports = La misma historia en otros medios
# A line of its own, when a posted card changes.
story-change = También lo cuenta { $source }: { $title }
# Above a card that comes in the thread of an earlier one.
story-update-of = Novedades sobre «{ $title }» ({ $source })
story-correction-of = Corrección de «{ $title }» ({ $source })
story-denial-of = Desmentido de «{ $title }» ({ $source })
# After a related article's source and date.
story-possibly = { $note } · quizá la misma historia
# In `why`: the story of a card, by the title of its first report.
story-named = Historia: { $title } (artículos: { $count })
story-own-card = tarjeta propia aquí
story-in-thread = en el hilo de esa tarjeta aquí
story-folded = citado en esa tarjeta, o no es para aquí
story-more-reports = { $count ->
    [one] Y 1 artículo más.
   *[other] Y { $count } artículos más.
}
