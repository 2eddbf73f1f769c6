# What a platform says itself.
platform-answer-yes-or-no = Répondez yes ou no.
platform-part = Partie { $part } sur { $parts }
platform-news = Nouvelles
