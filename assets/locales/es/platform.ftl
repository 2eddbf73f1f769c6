# What a platform says itself.
platform-answer-yes-or-no = Responda yes o no.
platform-part = Parte { $part } de { $parts }
platform-news = Noticias
