# What a platform says itself.
platform-answer-yes-or-no = Answer yes or no.
platform-part = Part { $part } of { $parts }
platform-news = News
