# Feeds that fail, fall silent or move.
health-context = Sobre los feeds a los que se suscribió; solo lo recibe usted.
health-title = Cómo están sus feeds
# { $said } is one of the lines below; { $places } are channels.
health-line = { $feed }: { $said } ({ $places })
health-well = { $feed }: vuelve a funcionar.
health-how = «status» allí lo muestra en cualquier momento; «unsubscribe» termina lo que ya no volverá.
health-failing = con fallos desde hace { $span }: { $error }
health-silent = en silencio desde hace { $span }, normalmente { $usual }
health-moved = trasladado a { $to }, donde se le sigue
health-parked = ya no se consulta: { $reason }; otro «subscribe» lo intenta una vez más
health-a-day = { $count ->
    [one] { $count } al día
   *[other] { $count } al día
}
health-a-week = { $count ->
    [one] { $count } a la semana
   *[other] { $count } a la semana
}
