# What is wrong with a query.
query-wrong = 第 { $column } 列：{ $why }
query-too-long = 查询有 { $length } 个字符，最多 { $max } 个；请缩短，或写成两个查询
query-empty = 查询为空；请写一个词，如 rust，或一个字段，如 topic:security
query-closes-nothing = 这个 ) 没有对应的 (；请去掉它，或在开头补上 (
query-not-closed = 这个 ( 没有闭合；请在结尾补上 )
query-ends-early = 查询过早结束
query-field-inside = { $inner }: 不能放在 { $outer }:( ) 里；请写在括号外
query-or-alone = OR 放在两个词之间，如 rust OR go；请在前面补一个词，或去掉它
query-missing-before = 这个 ) 前面缺少内容；请在那里写一个词，或去掉它
query-missing-after = 这之后缺少内容；请在那里写一个词，或去掉它
query-minus-inside = - 要写在字段前面，如 -{ $field }:…；请写在那里
query-minus-alone = - 紧挨着要排除的内容：-java、-"两个词" 或 -(这个 OR 那个)；要查找这个符号本身，请放在引号里
query-too-deep = 括号最多嵌套 { $max } 层；请去掉一些
query-quote-open = 这个引号没有闭合；请在短语结尾加上 { $close }
query-quotes-empty = 引号之间没有内容；请在那里写一个词
query-regex-open = 这个 / 开始的正则表达式没有结束；请在结尾加上 /，或把以斜杠开头的文字放在引号里
query-regex-flags = 正则表达式后面只能有 i（不区分大小写），不能是 { $flags }；表达式中的斜杠写作 \/，带斜杠的文字请放在引号里
query-regex-empty = 这个正则表达式为空；请在斜杠之间写内容，或把以斜杠开头的文字放在引号里
query-regex-large = 这个正则表达式太大；请减少或缩小重复
query-regex-unreadable = 无法读取这个正则表达式：{ $reason }；表示自身的符号前请加 \
query-and = 不需要 AND：并列的词必须全部匹配；请去掉它，或把 "AND" 放在引号里查找
query-not = 要排除请写 -java，而不是 NOT java；或把 "NOT" 放在引号里查找
query-needs-value = { $field }: 后面要紧跟一个值：词、"短语" 或 /正则/
query-not-compared = 只有 urgency: 可以比较；要查找“{ $text }”，请放在引号里
query-star = * 要跟在带字母的词后面，如 micro*；要查找这个符号本身，请放在引号里
query-no-field = 没有字段“{ $name }”（{ $known }）；要作为文字查找，请放在引号里
query-no-topic = 没有话题“{ $name }”；{ $known }
query-no-audience = 没有读者群“{ $name }”；{ $known }
query-no-event = 没有事件类型“{ $name }”；{ $known }
query-no-urgency = 没有紧急程度“{ $name }”；{ $known }，如 urgency:>=this-week
query-no-language = “{ $name }”不是语言代码；请写两三个字母，如 en、ko 或 zh
# What to write instead.
query-near = 是不是 { $near }？
query-known = 可用的有 { $known }
