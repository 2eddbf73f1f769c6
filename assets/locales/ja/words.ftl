# Answers to people's words.

# A picture that belongs to an answer which one person alone sees in a channel.
words-picture-elsewhere = 画像は、このアプリとのメッセージにあります。

# What is said wrongly.
words-unknown = 「{ $word }」というコマンドはありません。「help」をお試しください。
words-unknown-but = 「{ $word }」というコマンドはありません。「{ $nearest }」のことですか。
words-goes-on = 「{ $word }」には続きがあります：{ $words }。
words-line-too-long = { $max } 文字を超えています。
words-too-much = 「{ $text }」は余分です：{ $usage }
words-missing =
    { $name } がありません。{ $usage }
    例：{ $example }
words-no-choice = { $name } は { $choices } のどれかです。「{ $text }」は使えません。
words-no-number = { $name } は { $min } から { $max } までの数です。「{ $text }」は使えません。
words-no-target = 「{ $text }」はアドレスでもトピックでもありません。https://...、all、またはトピック（「topics」を参照）を書いてください。
words-no-target-but = 「{ $text }」はアドレスでもトピックでもありません。「{ $nearest }」のことですか。https://...、all、またはトピック（「topics」を参照）を書いてください。
words-no-audience = 「{ $name }」という読者層はありません。「topics」をご覧ください。
words-no-audience-but = 「{ $name }」という読者層はありません。「{ $nearest }」のことですか。「topics」をご覧ください。
words-no-subscription = 購読「{ $name }」はここにありません。あるのは { $numbers } です。「subscriptions」をご覧ください。
words-no-quiet-hours = 「{ $text }」はおやすみ時間ではありません。22:00-07:00、または off と書いてください。
words-no-period = 「{ $text }」には weekly か daily がありません。「weekly monday 09:00 Europe/Berlin」または「daily 08:30」のように書いてください。
words-no-time = 「{ $text }」は曜日でも時刻でもタイムゾーンでもありません。「weekly monday 09:00 Europe/Berlin」または「daily 08:30」のように書いてください。
words-no-duration = 「{ $text }」は期間ではありません。1h、1d、1w のように書いてください。
words-no-address = アドレスではありません。https://example.com のように書いてください。
words-no-channel = 投稿できるチャンネル「{ $text }」はありません。
words-no-feed = そこにフィードはありません：{ $error }。
words-feed-unknown = そのフィードは登録されていません。
words-did-not-work = うまくいかず、何も変更されていません：{ $error }

# Who may.
words-managers-only = ここへの投稿を変更できるのは、このチャンネルを管理できる人だけです。
words-managers-there = そこへの投稿を変更できるのは、そのチャンネルを管理できる人だけです。

# Questions.
words-yes = はい
words-no = いいえ
words-nothing-changed = 何も変更されていません。
words-nothing-asked = ここに未回答の質問はありません。
words-answered-already = すでに回答済みか、時間が経ちすぎています。もう一度入力してください。
words-asked-of-another = それは別の人への質問です。
words-asked-long-ago = 時間が経ちすぎています。もう一度入力してください。
words-ask-digest-off = ここへのまとめの自動投稿をやめますか。
words-ask-alerts-off = あなたへのアラートをやめますか。
words-ask-unsubscribe = 購読 { $number }（{ $name }）をやめますか。
words-ask-filter-clear = 購読 { $number }（{ $name }）のすべてをまた投稿しますか。今のフィルター：{ $filter }
words-ask-import = 実行しますか。フィードに今ある記事は投稿されません。

# Subscriptions.
words-everything = すべて
words-everybody = 全員
words-alerts = { $who } 向けアラート
words-alerts-at-least = { $who } 向けアラート（「{ $urgency }」以上）
words-how-filter = フィルター { $filter }
words-how-mention = { $mention } を呼ぶ
words-how-paused = 休止中：{ $reason }
words-how-paused-as-asked = 指示により一時停止中
words-what-and-how = { $what }（{ $how }）
words-nothing-subscribed = ここではまだ何も購読していません。「subscribe <アドレス>」で始めてください。
words-start-subscribing = ここではまだ何も購読していません。「subscribe <アドレス>」で始めるか、「topics」をご覧ください。
words-posted-here = ここに投稿されるもの
words-column-number = 番号
words-column-what = 内容
words-column-how = 方法
words-subscribed = 購読 { $number }：{ $what }。投稿先はここです。
words-subscribed-again = 購読 { $number } はすでにあり、今は { $what } です。投稿先はここです。
words-subscribed-there = 購読 { $number }：{ $what }。投稿先は { $place } です。
words-subscribed-again-there = 購読 { $number } はすでにあり、今は { $what } です。投稿先は { $place } です。
words-nothing-old = 古い記事は投稿されません。新しい記事から届きます。
words-backfilled = 最新の { $count } 件を今投稿します。その後は新しい記事が届きます。
words-posts-follow = { $said }その間に投稿できなかった { $count } 件が続きます。
words-too-many = ここにはすでに { $max } 件の購読があり、これ以上は入りません。先に 1 件やめてください。
words-named-in-config = そのフィードは config.toml に書かれており、次の起動で戻ってきます。そこから削除してください。
words-unsubscribed = 購読 { $number }（{ $name }）を終了しました。
words-ended-meanwhile = 購読 { $number } はその間に終了しました。
words-nothing-to-pause = 一時停止できるものはもうありません。
words-nothing-rests = ここに休止中のものはありません。
words-paused = { $count } 件の購読を一時停止しました。「settings resume」で再開します。
words-resumed = { $count } 件の購読を再開しました。

# Filters and previews.
words-filter-set = 購読 { $number } が通すものは次だけです：{ $filter }
words-filter-tried = 何も変更されていません。購読 { $number } で試した条件：{ $filter }
words-filter-cleared = 購読 { $number } はまたすべてを投稿します。
words-no-filter = 購読 { $number } にフィルターはありません。
words-tried-nothing = まだ試せる記事がありません。
words-tried = 直近 { $items } 件のうち { $heard } 件が投稿されたはずです。
words-tried-latest = 直近 { $items } 件のうち { $heard } 件が投稿されたはずです。最新：「{ $title }」。
words-about-feed = { $url }：現在 { $items } 件、{ $pace }。
words-pace-day = 1 日に約 { $count } 件
words-pace-week = 週に約 { $count } 件
words-pace-month = 月に約 { $count } 件
words-pace-unknown = 頻度はまだわかりません
words-card-not-kept = そのカードはもう保存されていません。

# status
words-version = バージョン
words-feeds = フィード
words-subscriptions = 購読
words-waiting = 待機中
words-waits = 処理待ち { $items } 件、投稿待ち { $posts } 件
words-dead = 失敗
words-column-feed = フィード
words-column-state = 状態
words-column-last-new = 最近の新着
words-column-next-look = 次の確認
words-standing = { $state ->
    [parked] 停止
    [failing] 不調
    [new] 新規
   *[ok] 正常
}
words-feeds-here = ここのフィード
words-the-bot = ボット

# topics
words-topics = トピック
words-audiences = 読者層
words-column-name = 名前
words-column-meaning = 意味
words-topics-how = 使い方：subscribe security,cloud、フィルター topic:security、alerts on enterprise-security。

# help
words-what-can-be-said = 使えるコマンド
words-help-more = 別名：{ $aliases }。くわしくは help <コマンド>、例：help subscribe。
words-help-everyone = { $summary }。
words-help-managers = { $summary }。チャンネルを管理できる人向けです。
words-help-choices = { $summary }（{ $choices }）
words-help-numbers = { $summary }（{ $min } から { $max }）

# What completes an argument.
words-choice-all = すべて
words-choice-all-mutes = ミュートすべて

# import and export
words-import-counts = 新規 { $new } 件、変更 { $changed } 件、既存 { $same } 件、却下 { $refused } 件。
words-import-new = 新規
words-import-changed = 変更
words-import-refused = 却下
words-and-more = ほか { $count } 件
words-now-then = 今は { $now }、その後は { $then }
words-import-same = 何も変わりません：既存の購読 { $count } 件。
words-import-same-refused = 何も変わりません：既存の購読 { $count } 件。却下：{ $refused }。
words-import-how = OPML か JSON のファイルを送るか、アドレスを書いてください：import https://...
words-import-not = そのファイルは取り込めません：{ $error }。
words-import-unread = そのファイルは読めません：{ $error }。
words-import-no-text = そのファイルは UTF-8 のテキストではありません。
words-import-no-address = アドレスではありません
words-import-no-topic = トピック { $name } はありません
words-room-for = ここに入る購読は { $max } 件までです
words-imported = { $count } 件の購読を取り込みました。
words-nothing-to-export = ここでは何も購読していないため、出力するものがありません。
words-exported = ここの購読 { $count } 件、OPML 形式。
words-file-too-long = そのファイルは長すぎてここでは送れません。ウェブに置いてアドレスを書いてください。
words-file-too-large = ファイルが 5 MB を超えています
words-file-too-many = ファイルの購読が { $max } 件を超えています
words-file-unreadable = OPML でも、tidings が出力した JSON でもありません：{ $error }
words-file-empty = 購読が入っていません
words-file-newer = 新しい tidings（バージョン { $version }）で書かれています
