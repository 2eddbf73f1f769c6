# What a platform says itself.
platform-answer-yes-or-no = Bitte mit yes oder no antworten.
platform-part = Teil { $part } von { $parts }
platform-news = Nachrichten
