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
