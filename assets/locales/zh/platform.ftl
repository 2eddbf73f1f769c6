# What a platform says itself.
platform-answer-yes-or-no = 请回答 yes 或 no。
platform-part = 第 { $part } 部分，共 { $parts } 部分
platform-news = 新闻
