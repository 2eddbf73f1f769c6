# Why a card came, or did not.

# The stages of a decision.
why-stage-new = New
why-stage-feed = Feed
why-stage-topic = Topic
why-stage-audience = Audience
why-stage-filter = Filter
why-stage-mute = Mute
why-stage-story = Story
why-stage-quiet = Quiet hours
why-stage-rate = Rate

# What each of them found.
why-decided-before = decided before
why-new-first-seen = first seen { $at }
why-new-supposed = supposed to be new
why-new-baseline = it was there before this was subscribed
why-new-seen-as = seen before as { $name }
why-feed-same = the item is from { $source }
why-feed-other = the item is from { $source }, another feed
why-feed-any = any feed
why-topic-any = any topic
why-topic-is = the card is about { $topic }
why-topic-is-not = the card is about { $topics }, not { $wanted }
why-urgency-less = it is { $urgency }, less than { $wanted }
why-audience-any = any audience
why-audience-is = it concerns { $audience }
why-audience-is-not = it concerns { $audiences }, not { $wanted }
why-filter-none = no filter
why-filter-unreadable = the filter cannot be read any more: { $error }
# The terms of a filter that decided, each of them as below.
why-filter = { $terms }
why-filter-term = "{ $term }"
why-filter-matched = { $term } matched "{ $text }" { $place }
why-filter-unmatched = { $term } did not match
why-in-title = in the title
why-in-body = in the body
why-in-authors = among the authors
why-in-source = in the source's name
why-in-host = in the source's address
why-in-topics = among the topics
why-in-audiences = among the audiences
why-in-event = as the event
why-in-urgency = as the urgency
why-in-language = as the language
why-mute-none = nothing muted
why-mute = { $what } is muted
why-mute-until = { $what } is muted until { $until }
why-story-told = told here before as "{ $title }" by { $source }
# With what was said before it.
why-story-of = { $said }; the story has { $count } reports
why-story-of-sharing = { $said }; the story has { $count } reports, which share { $shared }
why-story-unfolded = { $said }; folding is off here
why-story-update = { $said }, and this is an update of it ("{ $cue }")
why-story-correction = { $said }, and this is a correction of it ("{ $cue }")
why-story-denial = { $said }, and this is a denial of it ("{ $cue }")
why-story-new = not told here before
why-quiet-until = it is quiet here until { $until }
why-quiet-outside = outside quiet hours
why-quiet-none = no quiet hours
why-rate-none = no limit
why-rate-within = { $count } of { $max } in the last hour
why-rate-reached = { $max } cards were posted here in the last hour; "digest daily" has it

# What an outcome means.
why-posted = it is posted
why-collected = it goes into the next recap
why-quiet-hours = it waits for the end of the quiet hours
why-baseline = it was there before that was subscribed
why-seen = it was seen before
why-filtered = it is not what was asked for
why-muted = it is muted
why-told = it was told before
why-too-much = too much was posted in the last hour; a recap has it
why-paused = the subscription rests

# What became of a card here.
why-not-posted-here = It was not posted here.
why-posted-here = It was posted here { $at }.
why-waits-here = It waits to be posted here, from { $at } on.
why-being-posted-here = It is being posted here right now.
why-dead-here = It could not be posted here: { $reason }.
why-nothing-subscribed = Nothing is subscribed here now.
why-baseline-has = { $feed } has it, and it was there before that was subscribed.
why-no-such-link = No feed that is subscribed here has brought that link, as far as I remember.
why-no-card-yet = No card was posted here yet.
why-no-card = There is no card { $number } here. 1 is the latest.
why-no-name = "{ $text }" is neither a number nor a link. 1 is the latest card here.
