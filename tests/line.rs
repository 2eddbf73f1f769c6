//! The text grammar: every word of the table is read from a line, whatever is around it.

use proptest::prelude::*;
use tidings::command::line::parse;
use tidings::command::spec::WORDS;
use tidings::port::Value;

fn read(line: &str) -> (String, Vec<(String, String)>) {
    let parsed = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    let text = |value: Value| match value {
        Value::Text(text) => text,
        other => panic!("{other:?}"),
    };
    (parsed.word.to_owned(), parsed.arguments.into_iter().map(|(name, value)| (name, text(value))).collect())
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn lines_are_read_as_people_type_them() {
    type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
    let table: &[Row] = &[
        ("subscribe https://a.example/feed", "subscribe", &[("what", "https://a.example/feed")]),
        ("/subscribe@tidings_bot https://a.example", "subscribe", &[("what", "https://a.example")]),
        ("add a.example mode:daily", "subscribe", &[("what", "a.example"), ("mode", "daily")]),
        ("REMOVE 2", "unsubscribe", &[("what", "2")]),
        ("list", "subscriptions", &[]),
        ("/filter_set@tidings_bot 2 rust", "filter set", &[("subscription", "2"), ("query", "rust")]),
        ("/digest_weekly", "digest weekly", &[]),
        (
            "subscribe a.example title:rust -java mode:weekly backfill:3",
            "subscribe",
            &[("what", "a.example"), ("filter", "title:rust -java"), ("mode", "weekly"), ("backfill", "3")],
        ),
        (
            "subscribe what:a.example filter:\"rust OR go\"",
            "subscribe",
            &[("what", "a.example"), ("filter", "rust OR go")],
        ),
        (
            "subscribe what:a.example filter:\"open source\"",
            "subscribe",
            &[("what", "a.example"), ("filter", "\"open source\"")],
        ),
        (
            "filter set 2 \"open source\" OR linux",
            "filter set",
            &[("subscription", "2"), ("query", "\"open source\" OR linux")],
        ),
        ("filter set 2 “open source”", "filter set", &[("subscription", "2"), ("query", "“open source”")]),
        (
            "digest schedule weekly monday 09:00 Europe/Berlin",
            "digest schedule",
            &[("when", "weekly monday 09:00 Europe/Berlin")],
        ),
        (
            "alerts on enterprise-security urgency:act-now quiet:22:00-07:00",
            "alerts on",
            &[("audience", "enterprise-security"), ("urgency", "act-now"), ("quiet", "22:00-07:00")],
        ),
        ("mute source:\"The Register\" for:1d", "mute", &[("what", "source:\"The Register\""), ("for", "1d")]),
        ("why https://a.example/x?y=z", "why", &[("card", "https://a.example/x?y=z")]),
        ("settings mention 2 <@&123>", "settings", &[("name", "mention"), ("value", "2 <@&123>")]),
    ];
    for (line, word, arguments) in table {
        assert_eq!(read(line), ((*word).to_owned(), pairs(arguments)), "{line}");
    }
}

#[test]
fn what_is_not_understood_is_answered_with_what_is_meant() {
    for (line, answer) in [
        ("subscribtions", "There is no word \"subscribtions\". Did you mean \"subscriptions\"?"),
        ("filter", "\"filter\" goes on: filter set, filter test, filter clear."),
        ("filter sett 1 x", "\"filter\" goes on: filter set, filter test, filter clear."),
        ("xyzzy", "There is no word \"xyzzy\". Try \"help\"."),
        ("topics now", "\"now\" is too much here: topics"),
        ("", "There is no word \"\". Try \"help\"."),
    ] {
        assert_eq!(parse(line).unwrap_err().to_string(), answer);
    }
}

#[test]
fn the_table_keeps_the_limits_of_every_platform() {
    for word in WORDS {
        let names: Vec<&str> = word.arguments.iter().map(|one| one.name).collect();
        for argument in word.arguments {
            assert_eq!(names.iter().filter(|name| **name == argument.name).count(), 1);
        }
        let first_optional = word.arguments.iter().position(|one| !one.is_required).unwrap_or(names.len());
        assert!(word.arguments.iter().skip(first_optional).all(|one| !one.is_required), "{}", word.name);
        // The example works as it stands.
        assert_eq!(parse(word.example).unwrap().word, word.name);
    }
}

proptest! {
    #[test]
    fn no_line_is_too_strange(line in "\\PC{0,200}") {
        let _ = parse(&line);
    }

    #[test]
    fn named_arguments_come_through(value in "[a-z0-9äß中 ]{1,30}", mode in "instant|daily|weekly") {
        let value = value.trim();
        prop_assume!(!value.is_empty());
        let (word, arguments) = read(&format!("subscribe all mode:{mode} filter:\"{value}\""));
        prop_assert_eq!(word, "subscribe");
        prop_assert_eq!(arguments, pairs(&[("what", "all"), ("mode", &mode), ("filter", &format!("\"{value}\""))]));
    }
}
