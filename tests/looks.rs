//! What people see: snapshots of a card with every part, in every form.

use tidings::analyst::embedded::Embedded;
use tidings::locale::Words;
use tidings::model::doc::{Block, Doc};
use tidings::model::id::{FeedId, ItemId};
use tidings::model::item::{Item, Source};
use tidings::model::label::Labels;
use tidings::model::language::Language;
use tidings::pipeline::present;
use tidings::platform::terminal::{Style, lower};
use tidings::web::page;

/// An invented item that has something for every part of a card.
pub fn item() -> Item {
    let body = "Acme has fixed CVE-2026-4711, a critical flaw in its Roadrunner gateway that attackers exploit in the wild to run code without a login.\n\n\
        The flaw affects all versions before 4.2 and could allow attackers to read every message that passes the gateway. \
        Acme released version 4.2 on November 20, 2026 and says that more than 12,000 gateways are reachable from the internet. \
        Administrators should update to version 4.2 and rotate the keys that the gateway holds. \
        The vendor will end support for version 3 by December 31, 2026. This means that customers without a contract get no further fixes.\n\n\
        Version | Fixed in | Severity\n4.x | 4.2 | Critical\n3.x | none | Critical\n\n\
        Roadrunner was introduced in March 2019 as a replacement for the Coyote mail server. \
        Acme bought the company that had made it in May 2021. \
        The attack needs one crafted TLS handshake of 64 kilobytes and leaves no trace in the access log. Read full article";
    Item {
        id: ItemId::new("acme-1"),
        feed: FeedId::of_url("https://news.example/feed"),
        title: "Attackers exploit critical Roadrunner flaw, Acme urges updates".to_owned(),
        body: body.to_owned(),
        url: Some("https://news.example/2026/roadrunner?id=1&ref=rss".to_owned()),
        authors: vec!["Ann Writer".to_owned()],
        categories: Vec::new(),
        image: Some("https://news.example/roadrunner.png".to_owned()),
        lang: Some("en".to_owned()),
        published: "2026-11-23T08:10:00Z".parse().ok(),
        collected: "2026-11-23T09:00:00Z".parse().unwrap(),
        source: Source { name: "Example News".to_owned(), url: Some("https://news.example/".to_owned()) },
        rights: Some("© 2026 Example News Ltd".to_owned()),
        topics: vec!["security".to_owned()],
    }
}

fn doc(item: &Item) -> Doc {
    let labels = Labels::default();
    let card = Embedded::new(&labels).card(item);
    present::card(&card, &labels, "2026-11-23T09:00:03Z".parse().ok(), Words::default())
}

#[test]
fn a_card_on_a_wide_page() {
    insta::assert_snapshot!(lower(&doc(&item()), Style { has_color: false, width: 100 }));
}

#[test]
fn a_card_on_a_narrow_terminal() {
    insta::assert_snapshot!(lower(&doc(&item()), Style { has_color: false, width: 48 }));
}

#[test]
fn a_card_in_colour() {
    insta::assert_snapshot!(lower(&doc(&item()), Style { has_color: true, width: 100 }).replace('\u{1b}', "␛"));
}

#[test]
fn a_card_in_chinese() {
    let chinese = Item {
        title: "请立即更新：7-Zip 被曝高危漏洞，可远程执行任意代码".to_owned(),
        body: "IT之家 5 月 6 日消息，安全公司今天发布博文，披露压缩软件存在一项高危漏洞，攻击者可借此远程执行任意代码。该漏洞影响所有旧版本，意味着数百万台电脑面临风险。官方已发布新版修复，建议用户尽快更新。预计厂商将于 2026 年 12 月停止支持旧版。".to_owned(),
        lang: Some("zh-cn".to_owned()),
        rights: None,
        ..item()
    };
    insta::assert_snapshot!(lower(&doc(&chinese), Style { has_color: false, width: 80 }));
}

#[test]
fn a_card_in_every_language() {
    let labels = Labels::default();
    let card = Embedded::new(&labels).card(&item());
    for language in Language::ALL {
        let doc = present::card(&card, &labels, "2026-11-23T09:00:03Z".parse().ok(), Words::new(language));
        let text = lower(&doc, Style { has_color: false, width: 100 });
        insta::assert_snapshot!(format!("a_card_in_{}", language.tag()), text);
    }
}

#[test]
fn a_headline_and_nothing_else() {
    let bare =
        Item { title: "Acme buys Wile & Co".to_owned(), body: String::new(), rights: None, image: None, ..item() };
    insta::assert_snapshot!(lower(&doc(&bare), Style { has_color: false, width: 80 }));
}

/// What a card that is only looked at says, on a terminal that cuts nothing.
fn lines(item: &Item) -> Vec<String> {
    let labels = Labels::default();
    let card = Embedded::new(&labels).card(item);
    let doc = present::card(&card, &labels, None, Words::default());
    let text = lower(&doc, Style { has_color: false, width: 1000 });
    text.lines().map(|line| line.trim_matches(['─', ' ']).to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn nothing_is_said_that_says_nothing() {
    let dull = Item {
        title: "The town has a new bench".to_owned(),
        body: "It stands by the river.".to_owned(),
        topics: Vec::new(),
        rights: None,
        source: Source { name: String::new(), url: None },
        ..item()
    };
    let lines = lines(&dull);
    assert_eq!(lines[0], "collected 50 min after publication", "neither a name nor a posting: {lines:#?}");
    assert!(!lines.iter().any(|line| line.starts_with("About")), "{lines:#?}");
    assert_eq!(lines.last().unwrap(), "All rights belong to its publisher.");
}

#[test]
fn rights_are_stated_once() {
    for (name, rights, shown) in [
        ("Example News", None, "All rights belong to Example News."),
        ("Example Inc.", None, "All rights belong to Example Inc."),
        ("Example News", Some("© 2026 Example Ltd"), "All rights belong to Example News. © 2026 Example Ltd"),
        (
            "Example News",
            Some("© 2026 Example News. All Rights Reserved."),
            "© 2026 Example News. All Rights Reserved.",
        ),
        ("", Some("© 2026 Example Ltd"), "© 2026 Example Ltd"),
    ] {
        let source = Source { name: name.to_owned(), url: None };
        let item = Item { source, rights: rights.map(str::to_owned), ..item() };
        assert_eq!(lines(&item).last().unwrap(), shown);
    }
}

#[test]
fn a_headline_is_as_long_as_one_is_read() {
    for (title, shown) in [
        ("word ".repeat(40).trim_end().to_owned(), None),
        ("word ".repeat(60), Some(format!("{}…", "word ".repeat(39).trim_end()))),
        // Where words are not apart, between characters as readers see them.
        ("漢".repeat(300), Some(format!("{}…", "漢".repeat(199)))),
        (format!("{}👩‍👩‍👧‍👦{}", "漢".repeat(197), "漢".repeat(50)), Some(format!("{}…", "漢".repeat(197)))),
    ] {
        let doc = doc(&Item { title: title.clone(), ..item() });
        let headline = doc.blocks.iter().find_map(|block| match block {
            Block::Headline { text, .. } => Some(text.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(headline.unwrap(), shown.unwrap_or_else(|| title.clone()));
        assert!(doc.record.unwrap().contains(&title), "the record has all of it");
    }
}

#[test]
fn a_card_as_json() {
    let record = doc(&item()).record.unwrap();
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&record).unwrap()).unwrap();
    assert!(!record.contains('\n'), "one line");
    insta::assert_snapshot!(pretty);
}

#[test]
fn a_card_as_a_page() {
    insta::assert_snapshot!(page::article(&doc(&item())));
}

#[test]
fn no_text_breaks_out_of_its_form() {
    let evil = Item {
        title: "\u{1b}[2J<script>alert(1)</script> & \"quotes\" 'x'".to_owned(),
        body: "A sentence with \u{1b}]0;title\u{7} control characters and <img src=x onerror=alert(1)> in it was printed today.".to_owned(),
        url: Some("javascript:alert(1)".to_owned()),
        image: Some("data:image/svg+xml,<svg onload=alert(1)>".to_owned()),
        ..item()
    };
    let text = lower(&doc(&evil), Style { has_color: false, width: 100 });
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
    let html = page::article(&doc(&evil));
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("javascript:"), "{html}");
}
