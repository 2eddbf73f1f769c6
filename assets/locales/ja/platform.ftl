# What a platform says itself.
platform-answer-yes-or-no = yes か no で答えてください。
platform-part = { $part } / { $parts }
platform-news = ニュース
