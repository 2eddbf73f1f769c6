# Answers to people's words.

# A picture that belongs to an answer which one person alone sees in a channel.
words-picture-elsewhere = Its picture is in your messages with this app.

# What is said wrongly.
words-unknown = There is no word "{ $word }". Try "help".
words-unknown-but = There is no word "{ $word }". Did you mean "{ $nearest }"?
words-goes-on = "{ $word }" goes on: { $words }.
words-line-too-long = That is longer than { $max } characters.
words-too-much = "{ $text }" is too much here: { $usage }
words-missing =
    What { $name }? { $usage }
    Example: { $example }
words-no-choice = { $name } is { $choices }, not "{ $text }".
words-no-number = { $name } is a number from { $min } to { $max }, not "{ $text }".
words-no-target = "{ $text }" is neither an address nor a topic. Write https://..., all, or a topic (see "topics").
words-no-target-but = "{ $text }" is neither an address nor a topic; did you mean "{ $nearest }"?. Write https://..., all, or a topic (see "topics").
words-no-audience = There is no audience "{ $name }". See "topics".
words-no-audience-but = There is no audience "{ $name }"; did you mean "{ $nearest }"?. See "topics".
words-no-subscription = There is no subscription "{ $name }" here; there is { $numbers }. See "subscriptions".
words-no-quiet-hours = "{ $text }" are no quiet hours. Write 22:00-07:00, or off.
words-no-period = "{ $text }" does not say weekly or daily. Write "weekly monday 09:00 Europe/Berlin" or "daily 08:30".
words-no-time = "{ $text }" is no weekday, time of day or time zone. Write "weekly monday 09:00 Europe/Berlin" or "daily 08:30".
words-no-duration = "{ $text }" is no length of time. Write 1h, 1d or 1w.
words-no-address = That is not an address. Write https://example.com.
words-no-channel = There is no channel "{ $text }" that I could post to.
words-no-feed = No feed there: { $error }.
words-feed-unknown = That feed is not known.
words-did-not-work = That did not work, and nothing was changed: { $error }

# Who may.
words-managers-only = Only people who may manage this channel can change what is posted here.
words-managers-there = Only people who may manage that channel can change what is posted there.

# Questions.
words-yes = Yes
words-no = No
words-nothing-changed = Nothing was changed.
words-nothing-asked = Nothing was asked here.
words-answered-already = That has been answered already, or is too long ago. Say it again.
words-asked-of-another = That was asked of somebody else.
words-asked-long-ago = That was too long ago. Say it again.
words-ask-digest-off = End the recaps that come here by themselves?
words-ask-alerts-off = End your alerts?
words-ask-unsubscribe = End subscription { $number }, { $name }?
words-ask-filter-clear = Post everything of subscription { $number }, { $name }, again? Its filter is: { $filter }
words-ask-import = Do it? What the feeds have now is not posted.

# Subscriptions.
words-everything = everything
words-everybody = everybody
words-alerts = alerts for { $who }
words-alerts-at-least = alerts for { $who }, at least "{ $urgency }"
words-how-filter = filter { $filter }
words-how-mention = calls { $mention }
words-how-paused = paused: { $reason }
words-how-paused-as-asked = paused: as asked
words-what-and-how = { $what } ({ $how })
words-nothing-subscribed = Nothing is subscribed here yet. Start with "subscribe <address>".
words-start-subscribing = Nothing is subscribed here yet. Start with "subscribe <address>", or see "topics".
words-posted-here = Posted here
words-column-number = #
words-column-what = what
words-column-how = how
words-subscribed = Subscription { $number } is { $what }, posted here.
words-subscribed-again = Subscription { $number } was there already and is now { $what }, posted here.
words-subscribed-there = Subscription { $number } is { $what }, posted in { $place }.
words-subscribed-again-there = Subscription { $number } was there already and is now { $what }, posted in { $place }.
words-nothing-old = Nothing old is posted; new items follow.
words-backfilled = { $count ->
    [one] The newest item is posted now; new items follow.
   *[other] The newest { $count } items are posted now; new items follow.
}
words-posts-follow = { $count ->
    [one] { $said } 1 post that could not be made meanwhile follows.
   *[other] { $said } { $count } posts that could not be made meanwhile follow.
}
words-too-many = there are { $max } subscriptions here already, and no more fit; end one first.
words-named-in-config = That feed is named in config.toml and would be back at the next start; take it out there.
words-unsubscribed = Subscription { $number }, { $name }, has ended.
words-ended-meanwhile = Subscription { $number } has ended meanwhile.
words-nothing-to-pause = Nothing is left to pause.
words-nothing-rests = Nothing rests here.
words-paused = { $count ->
    [one] 1 subscription paused. "settings resume" goes on.
   *[other] { $count } subscriptions paused. "settings resume" goes on.
}
words-resumed = { $count ->
    [one] 1 subscription resumed.
   *[other] { $count } subscriptions resumed.
}

# Filters and previews.
words-filter-set = Subscription { $number } lets through only: { $filter }
words-filter-tried = Nothing was changed. Subscription { $number } with: { $filter }
words-filter-cleared = Subscription { $number } posts everything again.
words-no-filter = Subscription { $number } has no filter.
words-tried-nothing = There are no items to try it on yet.
words-tried = { $items ->
    [one] { $heard } of the last 1 item would have been posted.
   *[other] { $heard } of the last { $items } items would have been posted.
}
words-tried-latest = { $items ->
    [one] { $heard } of the last 1 item would have been posted; the latest: "{ $title }".
   *[other] { $heard } of the last { $items } items would have been posted; the latest: "{ $title }".
}
words-about-feed = { $items ->
    [one] { $url }: 1 item now, { $pace }.
   *[other] { $url }: { $items } items now, { $pace }.
}
words-pace-day = about { $count } a day
words-pace-week = about { $count } a week
words-pace-month = about { $count } a month
words-pace-unknown = no pace can be told yet
words-card-not-kept = That card is no longer kept.

# status
words-version = version
words-feeds = feeds
words-subscriptions = subscriptions
words-waiting = waiting
words-waits = { $items } to be read, { $posts } to be posted
words-dead = dead
words-column-feed = feed
words-column-state = state
words-column-last-new = last new
words-column-next-look = next look
words-standing = { $state ->
    [parked] parked
    [failing] failing
    [new] new
   *[ok] ok
}
words-feeds-here = Feeds here
words-the-bot = The bot

# topics
words-topics = Topics
words-audiences = Audiences
words-column-name = name
words-column-meaning = what it means
words-topics-how = Use them so: subscribe security,cloud, filter topic:security, alerts on enterprise-security.

# help
words-what-can-be-said = What can be said
words-help-more = Also: { $aliases }. More: help <word>, such as help subscribe.
words-help-everyone = { $summary }.
words-help-managers = { $summary }. For those who may manage the channel.
words-help-choices = { $summary } ({ $choices })
words-help-numbers = { $summary } ({ $min } to { $max })

# What completes an argument.
words-choice-all = Everything
words-choice-all-mutes = All of them

# import and export
words-import-counts = { $new } new, { $changed } changed, { $same } already there, { $refused } refused.
words-import-new = New
words-import-changed = Changed
words-import-refused = Refused
words-and-more = and { $count } more
words-now-then = now { $now }, then { $then }
words-import-same = { $count ->
    [one] Nothing would change: 1 subscription already there.
   *[other] Nothing would change: { $count } subscriptions already there.
}
words-import-same-refused = { $count ->
    [one] Nothing would change: 1 subscription already there. Refused: { $refused }.
   *[other] Nothing would change: { $count } subscriptions already there. Refused: { $refused }.
}
words-import-how = Send an OPML or JSON file, or write its address: import https://...
words-import-not = That file cannot be taken: { $error }.
words-import-unread = The file cannot be read: { $error }.
words-import-no-text = The file is not UTF-8 text.
words-import-no-address = that is no address
words-import-no-topic = there is no topic { $name }
words-room-for = there is room for { $max } subscriptions here
words-imported = { $count ->
    [one] 1 subscription taken over.
   *[other] { $count } subscriptions taken over.
}
words-nothing-to-export = Nothing is subscribed here, so there is nothing to export.
words-exported = { $count ->
    [one] 1 subscription of this place, as OPML.
   *[other] { $count } subscriptions of this place, as OPML.
}
words-file-too-long = That file is too long to be sent here. Put it on the web and write its address.
words-file-too-large = the file is larger than 5 MB
words-file-too-many = the file has more than { $max } subscriptions
words-file-unreadable = this is neither OPML nor the JSON that tidings exports: { $error }
words-file-empty = there is no subscription in it
words-file-newer = it was written by a newer tidings (version { $version })
