# Recaps.

recap-week = 今週のまとめ（{ $from }～{ $to }）
recap-day = { $to } { $time } までの 1 日
recap-quiet = おやすみ時間中のまとめ（{ $to } { $time } まで）
recap-overflow = そのほかのアラート（{ $to } { $time } まで）
recap-part = { $part } / { $parts }
recap-stories = ストーリー { $count } 件
recap-new = 新規 { $count } 件
recap-continued = 継続 { $count } 件
recap-resolved = 解決 { $count } 件
recap-left-out = ほか { $count } 件は入りきりませんでした
recap-more-on = { $topic }：ほか { $count } 件
recap-is-new = 新規
recap-is-continued = 継続
recap-is-resolved = 解決
recap-act-now = すぐに対応
recap-this-week = 今週中
recap-also = ほか { $count } 社も報道
recap-rights = 著作権は各発行元に帰属します。

# $day is a number, $month is 1 to 12.
recap-date = { $month }月{ $day }日
recap-date-short = { $month }/{ $day }
# $weekday is 1 for Monday to 7 for Sunday.
recap-weekday =
    { $weekday ->
        [1] 月曜日
        [2] 火曜日
        [3] 水曜日
        [4] 木曜日
        [5] 金曜日
        [6] 土曜日
       *[7] 日曜日
    }
# Titles of the picture.
recap-chart-weeks = トピック別ストーリー数（週ごと）
recap-chart-days = トピック別ストーリー数（日ごと）

recap-nothing-subscribed = ここではまだ何も購読していないため、まとめるものがありません。
recap-nothing-in-week = 直近 7 日間、ここに新しいものはありませんでした。
recap-nothing-in-day = 直近 24 時間、ここに新しいものはありませんでした。
recap-comes-daily = まとめは毎日 { $time }（{ $zone }）にここへ届きます。
recap-comes-weekly = まとめは毎週{ $weekday } { $time }（{ $zone }）にここへ届きます。
recap-first = 初回は{ $date }（{ $weekday }）{ $time } です。
recap-none-comes = ここに自動で届くまとめはありません。
recap-ended = まとめはもう自動では届きません。
