# Recaps.

recap-week = The week, { $from } to { $to }
recap-day = The day to { $to }, { $time }
recap-quiet = While it was quiet, until { $to }, { $time }
recap-overflow = More alerts, until { $to }, { $time }
recap-part = { $part } of { $parts }
recap-stories =
    { $count ->
        [one] 1 story
       *[other] { $count } stories
    }
recap-new = { $count } new
recap-continued = { $count } continued
recap-resolved = { $count } resolved
recap-left-out =
    { $count ->
        [one] 1 more found no room here
       *[other] { $count } more found no room here
    }
recap-more-on = { $count } more on { $topic }
recap-is-new = new
recap-is-continued = continued
recap-is-resolved = resolved
recap-act-now = Act now
recap-this-week = This week
recap-also =
    { $count ->
        [one] also reported by 1 other
       *[other] also reported by { $count } others
    }
recap-rights = All rights belong to the publishers named.

# $day is a number, $month is 1 to 12.
recap-date =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
recap-date-short =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
# $weekday is 1 for Monday to 7 for Sunday.
recap-weekday =
    { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
# Titles of the picture.
recap-chart-weeks = Stories by topic, week by week
recap-chart-days = Stories by topic, day by day

recap-nothing-subscribed = Nothing is subscribed here yet, so there is nothing to sum up.
recap-nothing-in-week = Nothing new came here in the last seven days.
recap-nothing-in-day = Nothing new came here in the last 24 hours.
recap-comes-daily = A recap comes here every day at { $time }, { $zone } time.
recap-comes-weekly = A recap comes here every { $weekday } at { $time }, { $zone } time.
recap-first = The first is on { $weekday }, { $date }, { $time }.
recap-none-comes = No recap comes here by itself.
recap-ended = No recap comes here by itself any more.
