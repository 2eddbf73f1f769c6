# What is wrong with a query.
query-wrong = { $column } 文字目：{ $why }
query-too-long = 条件は { $length } 文字ありますが、上限は { $max } 文字です。短くするか、2 つに分けてください
query-empty = 条件が空です。rust のような語か、topic:security のような項目を書いてください
query-closes-nothing = この ) に対応する ( がありません。取り除くか、始まりに ( を加えてください
query-not-closed = この ( が閉じられていません。終わりに ) を加えてください
query-ends-early = 条件が途中で終わっています
query-field-inside = { $inner }: は { $outer }:( ) の中に置けません。かっこの外に書いてください
query-or-alone = OR は rust OR go のように 2 つの語の間に置きます。前に語を書くか、取り除いてください
query-missing-before = この ) の前に何か足りません。語を書くか、取り除いてください
query-missing-after = この後に何か足りません。語を書くか、取り除いてください
query-minus-inside = - は -{ $field }:… のように項目の前に置きます。そこに書いてください
query-minus-alone = - は除くものの直前に置きます：-java、-"2 つの語"、-(これ OR あれ)。記号そのものを探すには引用符で囲んでください
query-too-deep = かっこの入れ子は { $max } 段までです。減らしてください
query-quote-open = この引用符が閉じられていません。フレーズの終わりに { $close } を加えてください
query-quotes-empty = 引用符の間に何もありません。語を書いてください
query-regex-open = この / で始まる正規表現が終わっていません。終わりに / を加えるか、スラッシュで始まる文字列を引用符で囲んでください
query-regex-flags = 正規表現の後に置けるのは i（大文字小文字を区別しない）だけで、{ $flags } は使えません。中のスラッシュは \/ と書き、スラッシュを含む文字列は引用符で囲んでください
query-regex-empty = この正規表現は空です。スラッシュの間に書くか、スラッシュで始まる文字列を引用符で囲んでください
query-regex-large = この正規表現は大きすぎます。繰り返しを減らすか小さくしてください
query-regex-unreadable = この正規表現は読めません：{ $reason }。記号そのものを表すには前に \ を付けてください
query-and = AND は不要です。並べた語はすべて一致する必要があります。取り除くか、"AND" を引用符で囲んで探してください
query-not = 除くには NOT java ではなく -java と書いてください。または "NOT" を引用符で囲んで探してください
query-needs-value = { $field }: の直後に値が必要です：語、"フレーズ"、または /正規表現/
query-not-compared = 比較できるのは urgency: だけです。「{ $text }」を探すには引用符で囲んでください
query-star = * は micro* のように文字のある語の終わりに付けます。記号そのものを探すには引用符で囲んでください
query-no-field = 「{ $name }」という項目はありません（{ $known }）。文字として探すには引用符で囲んでください
query-no-topic = 「{ $name }」というトピックはありません。{ $known }
query-no-audience = 「{ $name }」という読者層はありません。{ $known }
query-no-event = 「{ $name }」という出来事の種類はありません。{ $known }
query-no-urgency = 「{ $name }」という緊急度はありません。{ $known }。例：urgency:>=this-week
query-no-language = 「{ $name }」は言語コードではありません。en、ko、zh のように 2～3 文字で書いてください
# What to write instead.
query-near = { $near } のことですか
query-known = 使えるのは { $known } です
