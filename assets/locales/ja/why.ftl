# Why a card came, or did not.

# The stages of a decision.
why-stage-new = 新着
why-stage-feed = フィード
why-stage-topic = トピック
why-stage-audience = 読者層
why-stage-filter = フィルター
why-stage-mute = ミュート
why-stage-story = ストーリー
why-stage-quiet = おやすみ時間
why-stage-rate = 数

# What each of them found.
why-decided-before = すでに決定済み
why-new-first-seen = 初めて確認：{ $at }
why-new-supposed = 新着とみなす
why-new-baseline = 購読する前からあった
why-new-seen-as = 以前に確認済み：{ $name }
why-feed-same = { $source } の記事
why-feed-other = 別のフィード { $source } の記事
why-feed-any = どのフィードでも
why-topic-any = どのトピックでも
why-topic-is = カードのトピックは { $topic }
why-topic-is-not = カードのトピックは { $topics } で、{ $wanted } ではない
why-urgency-less = 緊急度は { $urgency } で、{ $wanted } より低い
why-audience-any = どの読者層でも
why-audience-is = { $audience } に関わる
why-audience-is-not = { $audiences } に関わり、{ $wanted } には関わらない
why-filter-none = フィルターなし
why-filter-unreadable = フィルターが読めなくなった：{ $error }
# The terms of a filter that decided, each of them as below.
why-filter = { $terms }
why-filter-term = 「{ $term }」
why-filter-matched = { $term }が{ $place }の「{ $text }」に一致
why-filter-unmatched = { $term }は一致なし
why-in-title = タイトル
why-in-body = 本文
why-in-authors = 著者
why-in-source = 情報源の名前
why-in-host = 情報源のアドレス
why-in-topics = トピック
why-in-audiences = 読者層
why-in-event = 出来事の種類
why-in-urgency = 緊急度
why-in-language = 言語
why-mute-none = ミュートなし
why-mute = { $what } はミュート中
why-mute-until = { $what } は { $until } までミュート中
why-story-told = ここでは「{ $title }」（{ $source }）として投稿済み
# With what was said before it.
why-story-of = { $said }。このストーリーの記事は { $count } 件
why-story-of-sharing = { $said }。このストーリーの記事は { $count } 件、共通点は { $shared }
why-story-unfolded = { $said }。ここではまとめ表示がオフ
why-story-update = { $said }。これはその続報（「{ $cue }」）
why-story-correction = { $said }。これはその訂正（「{ $cue }」）
why-story-denial = { $said }。これはその否定（「{ $cue }」）
why-story-new = ここではまだ投稿していない
why-quiet-until = ここは { $until } までおやすみ時間
why-quiet-outside = おやすみ時間外
why-quiet-none = おやすみ時間なし
why-rate-none = 上限なし
why-rate-within = 直近 1 時間で { $count } 枚（上限 { $max } 枚）
why-rate-reached = 直近 1 時間に { $max } 枚をここに投稿済み。残りは「digest daily」で

# What an outcome means.
why-posted = 投稿される
why-collected = 次のまとめに入る
why-quiet-hours = おやすみ時間が終わるのを待つ
why-baseline = 購読する前からあった
why-seen = 以前に確認済み
why-filtered = 求められたものではない
why-muted = ミュート中
why-told = すでに投稿済み
why-too-much = 直近 1 時間の投稿が多すぎるため、まとめに入る
why-paused = 購読は休止中

# What became of a card here.
why-not-posted-here = ここには投稿されていません。
why-posted-here = ここに投稿：{ $at }。
why-waits-here = { $at } 以降にここへ投稿されます。
why-being-posted-here = 今ここに投稿しています。
why-dead-here = ここに投稿できませんでした：{ $reason }。
why-nothing-subscribed = ここでは今、何も購読していません。
why-baseline-has = { $feed } にありますが、購読する前からありました。
why-no-such-link = 記憶にある限り、ここで購読中のフィードにそのリンクはありません。
why-no-card-yet = ここにはまだカードが投稿されていません。
why-no-card = ここに { $number } 番のカードはありません。1 が最新です。
why-no-name = 「{ $text }」は番号でもリンクでもありません。1 がここの最新のカードです。
