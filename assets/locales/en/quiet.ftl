# Quiet hours and mutes.
quiet-waits-label = waiting
quiet-waiting = { $count ->
    [one] { $count } card waits for { $when }
   *[other] { $count } cards wait for { $when }
}
quiet-held = It waits to be posted here, from { $when } on, with what else came meanwhile.
quiet-telling = It is being posted here right now, in a summary.
quiet-told = It was posted here { $when }, in a summary or on its own.
quiet-dead = It could not be posted here: { $reason }.
quiet-muted-until = { $what } is muted here until { $until }. To end that: unmute { $what }
quiet-muted = { $what } is muted here until "unmute". To end that: unmute { $what }
quiet-unmute-button = Unmute
quiet-unmuted = { $what } is heard here again.
quiet-not-muted = { $what } is not muted here. Muted: { $all }.
quiet-nothing = nothing
quiet-too-many = There are { $max } mutes here already; unmute something first.
quiet-what = "{ $what }" cannot be muted. Write source:x, topic:x, story:x or all.
quiet-no-topic = There is no topic "{ $name }". See "topics".
quiet-no-story = No card has the id or link "{ $name }".
quiet-choose = Hear nothing more here, for a day, of:
quiet-source = Source: { $name }
quiet-topic = Topic: { $name }
quiet-story = This story
quiet-topicless = That card has no topic to mute.
quiet-managers = Only people who may manage this channel can mute something for everybody in it.
quiet-unlimited = a summary has it
quiet-daily = as many alerts came today as are wanted ({ $count }); a summary has the others
quiet-held-label = held
