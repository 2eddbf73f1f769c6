# Why a card came, or did not.

# The stages of a decision.
why-stage-new = Neu
why-stage-feed = Feed
why-stage-topic = Thema
why-stage-audience = Zielgruppe
why-stage-filter = Filter
why-stage-mute = Stumm
why-stage-story = Story
why-stage-quiet = Ruhezeit
why-stage-rate = Menge

# What each of them found.
why-decided-before = schon vorher entschieden
why-new-first-seen = zuerst gesehen { $at }
why-new-supposed = als neu angenommen
why-new-baseline = war schon vor dem Abonnieren da
why-new-seen-as = schon gesehen als { $name }
why-feed-same = der Beitrag kommt von { $source }
why-feed-other = der Beitrag kommt von { $source }, einem anderen Feed
why-feed-any = jeder Feed
why-topic-any = jedes Thema
why-topic-is = auf der Karte geht es um { $topic }
why-topic-is-not = auf der Karte geht es um { $topics }, nicht um { $wanted }
why-urgency-less = die Dringlichkeit ist { $urgency }, weniger als { $wanted }
why-audience-any = jede Zielgruppe
why-audience-is = betrifft { $audience }
why-audience-is-not = betrifft { $audiences }, nicht { $wanted }
why-filter-none = kein Filter
why-filter-unreadable = der Filter ist nicht mehr lesbar: { $error }
# The terms of a filter that decided, each of them as below.
why-filter = { $terms }
why-filter-term = „{ $term }“
why-filter-matched = { $term } fand „{ $text }“ { $place }
why-filter-unmatched = { $term } fand nichts
why-in-title = im Titel
why-in-body = im Text
why-in-authors = bei den Autoren
why-in-source = im Namen der Quelle
why-in-host = in der Adresse der Quelle
why-in-topics = bei den Themen
why-in-audiences = bei den Zielgruppen
why-in-event = als Ereignis
why-in-urgency = als Dringlichkeit
why-in-language = als Sprache
why-mute-none = nichts stumm
why-mute = { $what } ist stumm
why-mute-until = { $what } ist stumm bis { $until }
why-story-told = hier schon gemeldet als „{ $title }“ von { $source }
# With what was said before it.
why-story-of = { $said }; die Story hat { $count } Berichte
why-story-of-sharing = { $said }; die Story hat { $count } Berichte; gemeinsam ist ihnen { $shared }
why-story-unfolded = { $said }; Zusammenfassen ist hier aus
why-story-update = { $said }; dies ist eine Neuigkeit dazu („{ $cue }“)
why-story-correction = { $said }; dies ist eine Korrektur dazu („{ $cue }“)
why-story-denial = { $said }; dies ist ein Dementi dazu („{ $cue }“)
why-story-new = hier noch nicht gemeldet
why-quiet-until = hier ist Ruhe bis { $until }
why-quiet-outside = außerhalb der Ruhezeit
why-quiet-none = keine Ruhezeit
why-rate-none = keine Grenze
why-rate-within = { $count } von { $max } in der letzten Stunde
why-rate-reached = hier wurden in der letzten Stunde { $max } Karten gepostet; „digest daily“ zeigt den Rest

# What an outcome means.
why-posted = wird gepostet
why-collected = kommt in den nächsten Rückblick
why-quiet-hours = wartet auf das Ende der Ruhezeit
why-baseline = war schon vor dem Abonnieren da
why-seen = wurde schon gesehen
why-filtered = ist nicht, was gewünscht war
why-muted = ist stumm geschaltet
why-told = wurde schon gemeldet
why-too-much = in der letzten Stunde wurde zu viel gepostet; ein Rückblick enthält es
why-paused = das Abo ruht

# What became of a card here.
why-not-posted-here = Wurde hier nicht gepostet.
why-posted-here = Hier gepostet: { $at }.
why-waits-here = Wird hier ab { $at } gepostet.
why-being-posted-here = Wird hier gerade gepostet.
why-dead-here = Konnte hier nicht gepostet werden: { $reason }.
why-nothing-subscribed = Hier ist zurzeit nichts abonniert.
why-baseline-has = { $feed } enthält den Link; er war schon vor dem Abonnieren da.
why-no-such-link = Kein hier abonnierter Feed hat diesen Link gebracht, soweit bekannt.
why-no-card-yet = Hier wurde noch keine Karte gepostet.
why-no-card = Eine Karte { $number } gibt es hier nicht. 1 ist die neueste.
why-no-name = „{ $text }“ ist weder Nummer noch Link. 1 ist die neueste Karte hier.
