# Alerts to one person.
alerts-get = { $what }が届きます。
alerts-get-filtered = { $what }が届きます。フィルター：{ $filter }。
alerts-quiet = { $from } から { $to } までの分は待機し、終わると 1 つのまとめで届きます。解除はそこで「settings quiet off」。
alerts-alone = 届くのはあなただけで、1 日に最大 { $max } 件、残りは翌朝 1 つのまとめになります（変更はそこで「settings cap 5」）。やめるには「alerts off」。
alerts-stay = すでに{ $what }が届いており、そのまま続きます。別のアラートにするには、自分で入力してください：alerts on { $audience }
alerts-none = アラートはありません。
alerts-ended = アラートはもう届きません。
alerts-again = 同じアラートに戻すには、ボタンを押すか、次のように書いてください：
alerts-again-button = もう一度オンにする
alerts-off-button = アラートをオフ
# { $max } is a number.
alerts-cap = 1 日にアラート { $max } 件
alerts-cap-wrong = cap は 1 日のアラート数で、1 から 1000、または通常の { $max } に戻す off です。「{ $value }」は使えません。
alerts-over = 1 日の上限を超えたほかのアラートと一緒に届く
