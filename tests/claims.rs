//! Which words of a source stand on its card, and where. All texts are invented.

use tidings::analyst::embedded::Embedded;
use tidings::model::card::{Card, Insight};
use tidings::model::label::Labels;

use crate::analyst::{card, check_grounded, claims, item, sentences};

/// Every text on a card, the hook too.
fn texts(card: &Card) -> Vec<&str> {
    let hook = Some(card.hook.as_str()).filter(|hook| !hook.is_empty());
    hook.into_iter().chain(claims(card).into_iter().map(|claim| claim.text.as_str())).collect()
}

fn insight(card: &Card) -> Insight {
    card.insight.clone().unwrap_or_default()
}

#[test]
fn a_list_without_full_stops_is_told_line_by_line() {
    let body = "What's changed\n\n• Added a flag that shows which plugins were loaded at start\n\n\
        • Fixed a crash when the folder of the project no longer exists\n\n• Typos\n\n\
        • Bump roadrunner from one to two 1a2b3c4d @wile";
    let card = card("v4.2.1", body);
    check_grounded(&item("v4.2.1", body), &card);
    let texts = texts(&card);
    assert!(texts.contains(&"Added a flag that shows which plugins were loaded at start"), "{texts:?}");
    assert!(texts.contains(&"Fixed a crash when the folder of the project no longer exists"), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("Typos") || text.contains("1a2b3c4d")), "{texts:?}");
}

#[test]
fn a_teaser_is_told_up_to_where_it_says_something() {
    for (body, told) in [
        (
            "Billions of savings are sought to fill a hole in the budget",
            Some("Billions of savings are sought to fill a hole in the budget"),
        ),
        ("公司宣布将在下个月推出全新一代的服务器产品", Some("公司宣布将在下个月推出全新一代的服务器产品")),
        (
            "The analyst has lowered the target from 49 to 41. ...",
            Some("The analyst has lowered the target from 49 to 41."),
        ),
        (
            "The price of it fell on Monday. On Tuesday the company said that it would ...",
            Some("The price of it fell on Monday."),
        ),
        (
            "The leader's trip to the islands starting on Saturday will be watched for signs of ...",
            Some("The leader's trip to the islands starting on Saturday will be watched for signs of ..."),
        ),
        // Too little, or not closed.
        ("So much for that ...", None),
        ("They said \"we are sure that it will all be over by ...", None),
        ("View Entire Post ›", None),
    ] {
        let card = card("A headline", body);
        check_grounded(&item("A headline", body), &card);
        assert_eq!(Some(card.tldr.what_changed.text.as_str()), told.or(Some("A headline")), "{body}");
    }
    // Where sentences are, other lines stay out.
    let mixed = card("A headline", "Our picks of the week and more\n\nThe company was sold to its rival on Monday.");
    assert_eq!(texts(&mixed), ["The company was sold to its rival on Monday."]);
}

#[test]
fn what_shares_a_quote_or_a_bracket_stays_together() {
    for body in [
        "The analyst has lowered Acme Industries Ltd. (spons. ADRs) from buy to hold.",
        "The API answers with status 429: “Rate limit is exceeded. Try again in 60 seconds.”",
        "She said: \"It is not over yet. We go on tomorrow.\"",
        "Der Verein teilte mit: „Das Fest fällt aus. Wir bedauern das sehr.“",
        "”Antalet cyklister ökar. Det är bra”, säger han.",
    ] {
        assert_eq!(sentences(body), [body]);
        assert_eq!(card("A headline", body).tldr.what_changed.text, body);
    }
}

#[test]
fn half_sentences_are_told_of_nobody() {
    let rest = "The company was sold to its rival on Monday.";
    for half in [
        "“Travis has always put the company first.",
        "It works best with the flag (see page 4.",
        "Use the online validator at this address or .",
        "Cities are sleepwalking into a bloodbath - .",
        "The window has the following parts: 1.",
        "and will treat it as markup.",
        ") It was never finished by them.",
    ] {
        let body = format!("News\n{half}\n\n{rest}");
        let card = card("A headline", &body);
        assert_eq!(texts(&card), [rest], "{half}");
    }
    // These are whole, whatever they look like.
    for whole in [
        "iOS 26 is the biggest change to the system in years.",
        "The new 10.5\" screen is brighter than the old one.",
        "There are two ways: 1) wait for it and 2) build it yourself.",
        "We shipped it at last :) and we hope that you like it.",
    ] {
        assert_eq!(card("A headline", whole).tldr.what_changed.text, whole);
    }
}

#[test]
fn headings_and_small_print_are_no_news() {
    for (body, told) in [
        (
            "News Highlights The Coyote computer will be the fastest of its kind.",
            Some("The Coyote computer will be the fastest of its kind."),
        ),
        (
            "Published: 2026-05-11Updated: 2026-05-12Description Description Severity Notes A flaw was found in the gateway.",
            Some("A flaw was found in the gateway."),
        ),
        (
            "Bulletin ID: 2026-001-ACME Scope: Acme Content Type: Important Publication Date: 2026/05/11 11:30 AM PDT Description: Roadrunner is a server for mail.",
            Some("Roadrunner is a server for mail."),
        ),
        (
            "[What and why]Acme will support keys for all of its users.",
            Some("Acme will support keys for all of its users."),
        ),
        (
            "DESERT CITY, Nov. 18, 2026 (GLOBE NEWSWIRE) -- Acme Inc. opened its new factory today.",
            Some("Acme Inc. opened its new factory today."),
        ),
        (
            "The content Building on what we learned, the course goes further.",
            Some("Building on what we learned, the course goes further."),
        ),
        ("Cautionary Statement This press release contains forward-looking statements on Acme.", None),
        ("Forward-looking statements speak only as of the date they are made.", None),
        ("This CVE was assigned by the maker of the browser.", None),
        ("About Acme Acme is a leading maker of anvils and rockets.", None),
        ("Please see the vendor's page for more information.", None),
        ("https://example.com/join - BECOME A MEMBER OF OUR ACADEMY NOW!", None),
    ] {
        let card = card("A headline", body);
        check_grounded(&item("A headline", body), &card);
        assert_eq!(texts(&card), [told.unwrap_or("A headline")], "{body}");
    }
}

#[test]
fn the_news_is_told_before_its_background() {
    let body = "It was a long way to this day for everybody. In 2015 Acme had opened its first small factory in the desert town. \
        Acme closed its rocket factory in the desert on Monday and let 400 people go. This surprised the town.";
    let card = card("Acme closes rocket factory", body);
    assert!(card.tldr.what_changed.text.starts_with("Acme closed its rocket factory"), "{:?}", card.tldr);
    assert!(!card.hook.starts_with("It ") && !card.hook.starts_with("This "), "{}", card.hook);
    for leaning in [
        "这让许多用户感到意外，也影响了其他公司。",
        "他表示，该产品影响很大。",
        "But that is important to them.",
        "それは重要な意味を持つと社長は語った。",
    ] {
        let card = self::card(
            "Acme closes factory",
            &format!("公司周一关闭了沙漠中的火箭工厂。厂区已经空无一人了。\n\n{leaning}"),
        );
        assert!(card.hook != leaning && card.tldr.what_changed.text != leaning, "{leaning}");
        assert!(card.tldr.why_it_matters.is_none_or(|why| why.text != leaning), "{leaning}");
    }
}

/// Enough for the short part of a card.
const TITLE: &str = "Acme builds houses for its workers";
const FILLER: &str = "Acme builds 300 houses for its workers in the desert town. \
    The first of the houses means that nobody has to live in a tent, Acme says to the workers. \
    Workers of Acme had asked for houses since the beginning.";

#[test]
fn only_the_future_is_looked_ahead_to() {
    let ahead = |body: &str| -> Vec<(String, Option<String>)> {
        let body = format!("{FILLER} {body}");
        let shown = insight(&card(TITLE, &body)).implications;
        shown.into_iter().map(|one| (one.prediction.text, one.check_by.map(|day| day.to_string()))).collect()
    };
    // Published on 23 November 2026.
    for (body, check_by) in [
        ("Acme will open a second factory in the first half of 2027.", Some("2027-06-30")),
        ("Acme plans to move in H2 2027.", Some("2027-12-31")),
        ("Acme is expected to ship in the third quarter of 2027.", Some("2027-09-30")),
        ("Acme 预计 2027 年上半年推出新款火箭。", Some("2027-06-30")),
        ("Acme 将于明年上半年推出新款火箭产品。", Some("2027-06-30")),
        ("Acme 将于2027年第三季度推出新款火箭。", Some("2027-09-30")),
        ("Acme は2027年下半期に新製品を出荷する予定だ。", Some("2027-12-31")),
        ("Acme will open a second factory soon.", None),
    ] {
        assert_eq!(ahead(body), [(body.to_owned(), check_by.map(str::to_owned))], "{body}");
    }
    for body in [
        // History, by its year.
        "Acme said in 2021 that it will open a second factory.",
        "Acme was expected to ship it by March 2026.",
        // A name, an instruction, a rule, a guess.
        "Acme 参加了「未来前沿」论坛并展示了它的火箭。",
        "If you set the flag, Acme will use the old engine.",
        "Acme will send you an answer within a day.",
        "Only time will tell whether Acme is right.",
        "Acme's pilots are ten times more likely to be hurt.",
        "Will Acme ever open its second factory?",
    ] {
        assert_eq!(ahead(body), [], "{body}");
    }
}

#[test]
fn a_day_to_look_back_on_lies_ahead_of_the_reader() {
    let mut late = item(TITLE, &format!("{FILLER} Acme will open a second factory in the first half of 2026."));
    late.published = "2026-01-05T08:00:00Z".parse().ok();
    late.collected = "2026-11-23T09:00:00Z".parse().unwrap();
    let card = Embedded::new(&Labels::default()).card(&late);
    assert_eq!(insight(&card).implications[0].check_by, None);
}

#[test]
fn nothing_stands_twice_on_a_card() {
    let body = "Acme closed its rocket factory on May 4, 2026 because orders fell by half. \
        Acme opened the factory in March 2019 and enlarged it in 2021 and again in 2023. \
        The rocket factory was the largest of the county since May 2019. \
        The rocket of 12 kilometres range used a 64 bit chip with 8 cores and 4 GB of memory. \
        Acme closed its rocket factory on May 4, 2026 because orders fell by half. \
        Acme opened a shop for anvils in March 2019 as well. \
        Acme will open a new factory for anvils by December 31, 2027. \
        The town built 300 houses for the workers of Acme in 2020.";
    let card = card("Acme closes rocket factory", body);
    let mut all = texts(&card);
    all.sort_unstable();
    assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:#?}");
    let timeline = insight(&card).timeline;
    assert!(timeline.len() >= 2, "{timeline:#?}");
    assert!(timeline.windows(2).all(|pair| pair[0].date < pair[1].date), "one row to a date: {timeline:#?}");
}
