//! Queries: what they admit, what is wrong with the others, why, and what they are found by.

use std::sync::LazyLock;

use tidings::analyst::embedded::Embedded;
use tidings::model::card::Card;
use tidings::model::id::{FeedId, ItemId};
use tidings::model::item::{Item, Source};
use tidings::model::label::{Event, Label, LabelDefinition, Labels, Urgency};
use tidings::pipeline::filter::{Place, Query, Subject};

pub fn item(title: &str, body: &str) -> Item {
    Item {
        id: ItemId::new("test"),
        feed: FeedId::of_url("https://example.com/feed"),
        title: title.to_owned(),
        body: body.to_owned(),
        url: Some("https://news.example.com/2026/rust".to_owned()),
        authors: vec!["Ann Writer".to_owned(), "José Müller".to_owned()],
        categories: Vec::new(),
        image: None,
        lang: Some("zh-CN".to_owned()),
        published: None,
        collected: "2026-11-23T09:00:00Z".parse().unwrap(),
        source: Source { name: "The Example News".to_owned(), url: Some("https://www.example.org/".to_owned()) },
        rights: None,
        topics: Vec::new(),
    }
}

/// Security and cloud, for developers and enterprise security, a release, for this week.
pub fn card(of: &Item) -> Card {
    static BLANK: LazyLock<Card> = LazyLock::new(|| Embedded::new(&Labels::default()).card(&item("", "")));
    let label = |name: &str| Label { name: name.to_owned(), score: 0.9 };
    let mut card = BLANK.clone();
    card.topics = vec![label("security"), label("funding-m&a")];
    card.audiences = vec![label("enterprise-security")];
    card.tldr.who_should_care = vec!["developers".to_owned()];
    card.event = Event::ResearchPaper;
    card.urgency = Urgency::ThisWeek;
    card.lang.clone_from(&of.lang);
    card
}

pub fn query(text: &str) -> Query {
    let mut query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    query.check_labels(&Labels::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    query
}

pub fn admits(text: &str, title: &str, body: &str) -> bool {
    let item = item(title, body);
    query(text).admits(&Subject::new(&item, &card(&item)))
}

fn error(text: &str) -> String {
    match Query::parse(text) {
        Ok(query) => panic!("{text} is read as {query}"),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check(title: &str, body: &str, admitted: &[&str], left_out: &[&str]) {
    for text in admitted {
        assert!(admits(text, title, body), "{text} admits {title}");
    }
    for text in left_out {
        assert!(!admits(text, title, body), "{text} leaves out {title}");
    }
}

#[test]
fn words_phrases_and_how_they_join() {
    check(
        "Rust 1.95 is out",
        "Pattern   matching\ngets better. CVE-2026-4711 does not concern it.",
        &[
            "rust better",
            "RUST",
            "\"pattern matching\"",
            "“pattern matching”",
            "„pattern matching“",
            "「pattern matching」",
            "patt* -java",
            "go OR rust",
            "go | rust",
            "ｇｏ｜ＲＵＳＴ",
            "go OR rust better",
            "-(go OR java) (go OR rust)",
            "（go OR rust）",
            "-\"matching pattern\"",
            "/CVE-2026-\\d+/",
            "/cve-2026-\\d+/i",
            "/1\\.9[0-9]/",
            "title:(rust out -better)",
            "-(-rust)",
            "OR* OR rust",
        ],
        &[
            "rust java",
            "\"matching pattern\"",
            "rust -better",
            "go OR java",
            "-(go OR rust)",
            "(go OR rust) java",
            "/cve-2026/",
            "title:better",
            "title:(rust better)",
            "\"out pattern\"",
            "attern*",
            "\"patt*\"",
        ],
    );
}

#[test]
fn a_word_is_no_part_of_a_longer_one() {
    check(
        "Trust in C++20, .NET and node.js at AT&T",
        "We don’t say micro\u{AD}services; Übergrößen GPT‑5 x86_64 10:30 https://example.com/a?b=1",
        &[
            ".net",
            "node.js",
            "node",
            "AT&T",
            "don't",
            "don’t",
            "microservices",
            "micro*",
            "übergrößen",
            "ÜBERGRÖSSEN OR ÜBERGRÖßEN",
            "gpt-5",
            "10:30",
            "x86_64",
            "x86",
            "https://example.com/a?b=1",
            "https://example.com*",
        ],
        &["rust", "micro", "ode.js", "c++2", "trus", "größen", "exam", "ＲＵＳＴ"],
    );
    check("C++ or C#", "", &["c++", "c#", "c"], &["d#"]);
    check("xa a a", "", &["\"a a\""], &["\"xa b\""]);
}

#[test]
fn scripts_without_spaces_match_anywhere() {
    check("구글이 AI칩을 공개", "", &["구글", "ai", "칩", "\"AI칩\"", "공개 OR x"], &["구글은", "chip"]);
    check("英伟达发布GPT模型和ＡＩ芯片", "", &["芯片", "GPT", "ai", "gpt模型", "英伟*"], &["\"芯 片\"", "pt"]);
    check("ラズパイの新モデル", "", &["ラズパイ", "新モデル", "「新モデル」"], &["新型"]);
    check("ราคาทองคำวันนี้", "", &["ทองคำ"], &["เงิน"]);
}

#[test]
fn every_field() {
    check(
        "Title",
        "Body",
        &[
            "title:title",
            "Title:title",
            "author:ann",
            "author:\"ann writer\"",
            "author:müller",
            "author:Wri*",
            "author:/^José/",
            "source:example.com",
            "source:news.example.com",
            "source:www.example.org",
            "source:https://example.org/about",
            "source:\"example news\"",
            "source:exam*",
            "source:/example\\.(com|net)$/",
            "topic:security",
            "topics:Security",
            "topic:\"Funding & M&A\"",
            "topic:fund*",
            "topic:/^sec/",
            "topic:(security funding-m&a)",
            "audience:developers",
            "audiences:\"Enterprise & Security Teams\"",
            "event:research-paper",
            "event:\"Research Paper\"",
            "event:/^research/",
            "urgency:this-week",
            "urgency:=this-week",
            "urgency:>=this-week",
            "urgency:<=this-week",
            "urgency:>fyi",
            "urgency:<act-now",
            "urgency:\"This week\"",
            "urgency:(fyi OR this-week)",
            "lang:zh",
            "lang:ZH-tw",
            "lang:/CN$/",
            "-lang:en",
        ],
        &[
            "title:body",
            "author:nn",
            "author:title",
            "source:ample.com",
            "source:com",
            "source:example.net",
            "source:new*.org OR source:ews",
            "topic:cloud",
            "topic:(security cloud)",
            "audience:general",
            "event:release",
            "urgency:act-now",
            "urgency:>this-week",
            "urgency:<this-week",
            "lang:en",
            "-lang:zh",
        ],
    );
}

#[test]
fn every_example_of_the_documentation_is_read() {
    let documentation = include_str!("../src/pipeline/filter/mod.rs").replace("\\|", "¦");
    let rows = documentation.lines().filter_map(|line| line.strip_prefix("//! | `")?.split_once(" | "));
    let examples: Vec<String> =
        rows.flat_map(|(cell, _)| cell.trim_end_matches('`').split("`, `")).map(|one| one.replace('¦', "|")).collect();
    assert_eq!(examples.len(), 20);
    for example in examples {
        query(&example);
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    let table = [
        ("", "column 1: the query is empty; write a word, such as rust, or a field, such as topic:security"),
        ("rust \"a b", "column 6: this quote is not closed; add \" where the phrase ends"),
        ("「가 나", "column 1: this quote is not closed; add 」 where the phrase ends"),
        ("a \"\"", "column 3: there is nothing between these quotes; write a word there"),
        (
            "가 titel:x",
            "column 3: there is no field \"titel\" (did you mean title?); to look for it as text, put it in quotes",
        ),
        (
            "std::fs",
            "column 1: there is no field \"std\" (there are title, author, source, topic, audience, event, urgency, \
             lang); to look for it as text, put it in quotes",
        ),
        ("title: x", "column 1: title: needs a value right after it: a word, a \"phrase\" or a /regex/"),
        ("title:)", "column 1: title: needs a value right after it: a word, a \"phrase\" or a /regex/"),
        ("title:-x", "column 7: a - stands before the field, as in -title:…; write it there"),
        ("title:(a topic:b)", "column 10: topic: cannot stand inside title:( ); write it outside of the parentheses"),
        ("event:relase", "column 7: there is no event \"relase\"; did you mean release?"),
        (
            "urgency:>=soon",
            "column 9: there is no urgency \"soon\"; there are fyi, this-week, act-now, as in urgency:>=this-week",
        ),
        ("lang:english", "column 6: \"english\" is no language code; write two or three letters, such as en, ko or zh"),
        ("topic:>a", "column 7: only urgency: can be compared; to look for \">a\", put it in quotes"),
        ("a OR", "column 4: something is missing after this; write a word there, or take it away"),
        ("OR a", "column 1: OR stands between two terms, as in rust OR go; write one before it, or take it away"),
        ("a (b", "column 3: this ( is not closed; add a ) where it ends"),
        ("a ()", "column 4: something is missing before this ); write a word there, or take it away"),
        ("a) b", "column 2: this ) closes nothing; take it away, or add the ( where it begins"),
        (
            "a - b",
            "column 3: a - stands right before what is left out: -java, -\"two words\" or -(this OR that); \
             to look for the sign itself, put it in quotes",
        ),
        (
            "a AND b",
            "column 3: AND is not needed: words side by side must all match; take it away, \
             or write \"AND\" in quotes to look for it",
        ),
        ("NOT b", "column 1: write -java, not NOT java, to leave something out, or \"NOT\" in quotes to look for it"),
        (
            "*ing",
            "column 1: a * ends a word that has letters before it, as in micro*; to look for the sign itself, \
             put it in quotes",
        ),
        (
            "/a",
            "column 1: this / begins a regular expression that does not end; add a / at its end, \
             or put text that begins with a slash in quotes",
        ),
        (
            "/r/rust",
            "column 4: only i, for any case, may follow a regular expression, and not rust; \
             inside it write \\/ for a slash, and put text with slashes in quotes",
        ),
        (
            "//",
            "column 1: this regular expression is empty; write one between the slashes, \
             or put text that begins with slashes in quotes",
        ),
        (
            "x /a(/",
            "column 3: this regular expression cannot be read: unclosed group; \
             put a \\ before a sign that stands for itself",
        ),
        ("/(a{99}){999}/", "column 1: this regular expression is too large; use fewer or smaller repetitions"),
    ];
    for (text, expected) in table {
        assert_eq!(error(text), expected, "{text}");
    }
    let long = "rust ".repeat(101);
    assert_eq!(
        error(&long),
        "column 501: the query has 505 characters, and 500 are the most; make it shorter, or write two queries"
    );
    let deep = format!("{}a{}", "(".repeat(33), ")".repeat(33));
    assert_eq!(error(&deep), "column 33: parentheses inside parentheses go 32 deep at most; take some away");
    assert!(Query::parse(&deep[1..66]).is_ok());
}

#[test]
fn labels_are_checked_against_those_there_are() {
    let of_house = LabelDefinition {
        name: "Rust-Team".to_owned(),
        label: "The Rust people".to_owned(),
        description: String::new(),
        keywords: Vec::new(),
    };
    let labels = Labels::with(&[of_house], &[]);
    let checked = |text: &str| {
        let mut query = Query::parse(text).unwrap();
        query.check_labels(&labels).map(|()| query.to_string()).map_err(|error| error.to_string())
    };
    assert_eq!(checked("x -audience:\"the rust PEOPLE\""), Ok("x -audience:Rust-Team".to_owned()));
    assert_eq!(checked("topic:ai-* topic:/x/ lang:en"), Ok("topic:ai-* topic:/x/ lang:en".to_owned()));
    assert_eq!(
        checked("a topic:(cloud OR secruity)"),
        Err("column 19: there is no topic \"secruity\"; did you mean security?".to_owned())
    );
    assert_eq!(
        checked("audience:\"Enterprise and Security Teams\""),
        Err("column 10: there is no audience \"Enterprise and Security Teams\"; did you mean enterprise-security?"
            .to_owned())
    );
    assert_eq!(
        checked("audience:aliens*"),
        Err("column 10: there is no audience \"aliens\"; there are developers, researchers, enterprise-security, \
             founders-product, investors-business, creators-marketers, general, Rust-Team"
            .to_owned())
    );
}

#[test]
fn canonical_text() {
    let table = [
        ("  Rust   async ", "Rust async"),
        ("a|b", "a OR b"),
        ("(a OR b) (c d)", "(a OR b) c d"),
        ("((a) OR (b c))", "a OR b c"),
        ("-(a)", "-a"),
        ("-(a b) -(-a)", "-(a b) -(-a)"),
        ("“a  b”", "\"a b\""),
        ("\"rust\"", "rust"),
        ("\"OR\" \"-x\" \"x*\" \"a:b\"", "\"OR\" \"-x\" \"x*\" \"a:b\""),
        ("「13\"」", "「13\"」"),
        ("https://example.com/", "https://example.com/"),
        ("Topics:security audiences:general", "topic:security audience:general"),
        ("title:(a OR -\"b c\")", "title:a OR -title:\"b c\""),
        ("ｔｉｔｌｅ：Ｒｕｓｔ", "title:Rust"),
        ("event:\"Research Paper\" urgency:=fyi", "event:research-paper urgency:fyi"),
        ("urgency:\">= Act now\" lang:pt-BR", "urgency:>=act-now lang:pt"),
        ("/a\\/b/i", "/a\\/b/i"),
    ];
    for (text, expected) in table {
        assert_eq!(Query::parse(text).unwrap().to_string(), expected, "{text}");
    }
    let grows = format!("title:({})", vec!["ab"; 160].join("|"));
    assert_eq!(Query::parse(&grows).unwrap().to_string(), grows, "written out it would be too long to be read again");
}

#[test]
fn explanations_quote_the_item() {
    let item = item(
        "Rust 1.95",
        "The  release\nbrings “Pattern  Matching” to GPT‑5 and to every reader of this long, long, long sentence.",
    );
    let card = card(&item);
    let subject = Subject::new(&item, &card);
    let line = |text: &str| query(text).explain(&subject).to_string();
    assert_eq!(line("rust -java"), "\"rust\" matched \"Rust 1.95\" in the title; -java did not match");
    assert_eq!(line("rust java"), "\"java\" did not match");
    assert_eq!(line("go OR rust"), "\"rust\" matched \"Rust 1.95\" in the title");
    assert_eq!(line("-1.95"), "-1.95 matched \"Rust 1.95\" in the title");
    assert_eq!(
        line("\"pattern matching\""),
        "\"pattern matching\" matched \"brings “Pattern Matching” to GPT‑5 and to every reader of\" in the body"
    );
    assert_eq!(
        line("audience:\"Developers & AI Engineers\""),
        "\"audience:developers\" matched \"developers\" among the audiences"
    );
    assert_eq!(
        line("source:example.com"),
        "\"source:example.com\" matched \"news.example.com\" in the source's address"
    );
    let explanation = query("a title:(x OR /1.9/)").explain(&subject);
    let traces: Vec<(&str, usize, bool)> =
        explanation.terms.iter().map(|term| (term.term.as_str(), term.column, term.matched)).collect();
    assert_eq!(traces, [("a", 1, false), ("title:x", 10, false), ("title:/1.9/", 15, true)]);
    let found = explanation.terms[2].found.as_ref().unwrap();
    assert_eq!((found.place, found.text.as_str()), (Place::Title, "Rust 1.95"));
}

#[test]
fn anchors_are_the_rarest_of_what_must_be_there() {
    let item = item("Rust 1.95 语言模型", "matching");
    let card = card(&item);
    let subject = Subject::new(&item, &card);
    let anchors = |text: &str| query(text).anchors();
    let same = [
        ("rust matching", "matching"),
        ("rust topic:security", "rust"),
        ("topic:security event:release", "topic:security"),
        ("\"the rust\" -x", "rust"),
        ("rust (a OR b*)", "rust"),
        ("AI 语言", "语言"),
    ];
    for (text, anchor) in same {
        assert_eq!(anchors(text), anchors(anchor), "{text}");
        assert_eq!(anchors(text).map(|anchors| anchors.len()), Some(1), "{text}");
    }
    assert_eq!(anchors("rust OR go OR rust").map(|anchors| anchors.len()), Some(2));
    for text in ["-rust", "rust*", "/rust/", "rust OR author:ann", "猫", "urgency:fyi", "source:example.com", "++"] {
        assert_eq!(anchors(text), None, "{text}");
    }
    for text in ["语言", "matching", "topic:security", "audience:developers", "event:research-paper"] {
        assert!(subject.anchors().any(|anchor| anchors(text).unwrap().contains(&anchor)), "{text}");
    }
}
