# Alerts to one person.
alerts-get = Vous recevez { $what }.
alerts-get-filtered = Vous recevez { $what }, filtre : { $filter }.
alerts-quiet = Ce qui vous est destiné attend de { $from } à { $to } puis arrive en un seul récapitulatif ; « settings quiet off » là-bas y met fin.
alerts-alone = Elles n’arrivent qu’à vous, { $max } par jour au plus, le reste en un seul récapitulatif le lendemain matin (« settings cap 5 » là-bas change cela) ; « alerts off » y met fin.
alerts-stay = Vous recevez déjà { $what }, et cela reste ainsi. Pour d’autres alertes, dites-le vous-même : alerts on { $audience }
alerts-none = Vous n’avez pas d’alertes.
alerts-ended = Vous ne recevez plus d’alertes.
alerts-again = Pour recevoir les mêmes de nouveau, appuyez sur le bouton ou écrivez :
alerts-again-button = Réactiver
alerts-off-button = Arrêter les alertes
# { $max } is a number.
alerts-cap = { $max ->
    [one] { $max } alerte par jour
   *[other] { $max } alertes par jour
}
alerts-cap-wrong = cap est un nombre d’alertes par jour de 1 à 1000, ou off pour le nombre habituel ({ $max }), et non « { $value } ».
alerts-over = arrive avec les autres alertes au-delà de la limite du jour
