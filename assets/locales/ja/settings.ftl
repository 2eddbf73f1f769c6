# Settings of a place.
settings-here = ここの設定
settings-operators-zone = { $zone }（運営者の設定）
settings-cards-an-hour = 1 時間に { $count } 枚まで
settings-recap = まとめ
settings-muted = ミュート中
settings-muted-until = { $what }（{ $until } まで）
settings-how = 変更するには：settings quiet 22:00-07:00。購読ごとの設定：settings mention 2 @role、settings pause 2、settings resume 2。
settings-unknown = 「{ $name }」という設定はありません。あるのは { $names } です。
settings-mention-how = どの購読が誰を呼ぶかを書いてください：settings mention 2 @role、または settings mention 2 off。
settings-mention-set = 購読 { $number } の投稿は { $mention } を呼びます。
settings-mention-off = 購読 { $number } の投稿は誰も呼びません。
settings-no-zone = 「{ $value }」というタイムゾーンはありません。Europe/Berlin のように書いてください。
settings-no-limit = limit は 1 時間のカード数で、1 から 1000、または off です。「{ $value }」は使えません。
settings-no-fold = fold は on（同じストーリーの記事を 1 枚のカードにまとめる）か off です。「{ $value }」は使えません。
settings-no-crosspost = crosspost は on か off です。「{ $value }」は使えません。
settings-no-language = 「{ $value }」という言語はありません。使えるのは { $languages } です。
settings-not-so = 「{ $name }」はそのようには設定できません。

# What readers here found useful, in points of sources and topics.
settings-weights = ここの読者が役に立つとしたもの
settings-weights-none = ここではどの情報源もトピックも同じ重みです。
settings-weights-hint = { $min } から +{ $max } まで。重みはまとめの順序だけに使われ、投稿される内容は変わりません。変更：settings weights topic:security +2。元に戻す：settings weights topic:security off、すべてなら settings weights off。
settings-weights-wrong = 「{ $text }」は重みではありません。settings weights topic:security +2、settings weights source:"The Register" off、または settings weights off と書いてください。
settings-weights-out = 重みは { $min } から +{ $max } までの数、または off です。「{ $text }」は使えません。
settings-weights-no-topic = 「{ $name }」というトピックはありません。「topics」をご覧ください。
settings-weights-full = ここにはすでに { $count } 件の重みがあります。先に 1 件取り消してください。
settings-vote-again = すでに同じ評価をいただいています。数えるのは 1 回です。
settings-vote-more = ありがとうございます。ここのまとめでは、こうしたニュースをより重視します。
settings-vote-less = ありがとうございます。ここのまとめでは、こうしたニュースを控えめにします。
