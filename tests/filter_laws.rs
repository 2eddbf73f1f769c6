//! Laws over all queries and all cards: reading, printing, logic, words, explanations, anchors.

use proptest::prelude::*;
use tidings::model::card::Card;
use tidings::model::item::Item;
use tidings::model::label::Event;
use tidings::pipeline::filter::{CHARS_MAX, Place, Query, Subject};

use crate::filter::{admits, card, item, query};

/// A query as a tree, to be written in any style.
#[derive(Clone, Debug)]
enum Tree {
    Term(String),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

impl Tree {
    fn write(&self) -> String {
        let join =
            |trees: &[Tree], by: &str| format!("({})", trees.iter().map(Tree::write).collect::<Vec<_>>().join(by));
        match self {
            Self::Term(term) => term.clone(),
            Self::Not(tree) => format!("-({})", tree.write()),
            Self::All(trees) => join(trees, " "),
            Self::Any(trees) => join(trees, " OR "),
        }
    }

    fn holds(&self, words: &[&str]) -> bool {
        match self {
            Self::Term(term) => words.contains(&term.as_str()),
            Self::Not(tree) => !tree.holds(words),
            Self::All(trees) => trees.iter().all(|tree| tree.holds(words)),
            Self::Any(trees) => trees.iter().any(|tree| tree.holds(words)),
        }
    }
}

fn trees(term: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Tree> {
    term.prop_map(Tree::Term).prop_recursive(4, 20, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            inner.prop_map(|tree| Tree::Not(Box::new(tree))),
            some.clone().prop_map(Tree::All),
            some.prop_map(Tree::Any),
        ]
    })
}

/// A term of any kind, in any style.
fn terms() -> impl Strategy<Value = String> {
    let word = "(title:|author:|source:|)(ab|ab|a|b|abc|a\\.b|猫|猫칩|칩a|ab\\*|a\\*|猫\\*|/[ab.]+/i?)";
    let phrase = "(title:|author:|source:|)(\"[ab猫칩 .*-]{0,3}[a猫]\"|“ab a”|「[a\"]b」)";
    let label = "(topic:|topics:)(security|cloud|/s/|c\\*)|(audience:|audiences:)(general|developers)";
    let other =
        "event:(release|policy)|urgency:(>=|<|=|)(fyi|this-week)|lang:(zh|en-GB)|topic:(\\(cloud OR security\\))";
    prop_oneof![4 => word, 2 => phrase, 1 => label, 1 => other]
}

fn cards() -> impl Strategy<Value = (Item, Card)> {
    let text = "(ab|ab|abc|a|b|AB|猫|칩| | |\\.|-|\\*|\\+){0,5}";
    ([text, text, text], 0..2usize, 0..2usize, 0..2usize).prop_map(|([title, body, author], topic, audience, event)| {
        let mut item = item(&title, &body);
        item.source.name.clone_from(&author);
        item.authors = vec![author];
        let mut card = card(&item);
        card.topics[0].name = ["security", "cloud"][topic].to_owned();
        card.tldr.who_should_care = vec![["developers", "general"][audience].to_owned()];
        card.event = [Event::Release, Event::Policy][event];
        (item, card)
    })
}

/// A quoted text found by the rule as the documentation says it, one character at a time.
fn is_found(needle: &str, text: &str) -> bool {
    let is_wordy = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() && !"猫칩".contains(*c));
    let (needle, text): (Vec<char>, Vec<char>) = (needle.chars().collect(), text.chars().collect());
    (0..text.len()).filter(|start| text[*start..].starts_with(&needle)).any(|start| {
        let end = start + needle.len();
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        let starts_inside = is_wordy(before) && is_wordy(needle.first());
        let ends_inside = is_wordy(needle.last()) && is_wordy(text.get(end));
        !starts_inside && !ends_inside
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever is typed is read, or refused at a column of it; what is read prints as itself.
    #[test]
    fn anything_typed_is_read_or_refused(text in prop_oneof![
        ".{0,60}",
        "([ ()|\"“「」/*:>=-]|OR|a|title|topic|urgency|lang|猫|\\\\){0,24}",
    ]) {
        match Query::parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert!(printed.chars().count() <= CHARS_MAX);
                let again = Query::parse(&printed).unwrap_or_else(|error| panic!("{text} prints as {printed}: {error}"));
                prop_assert_eq!(&again, &query);
                prop_assert_eq!(again.to_string(), printed);
            }
            Err(error) => {
                prop_assert!((1..=text.chars().count().max(1)).contains(&error.column), "{} {}", text, error);
            }
        }
    }

    #[test]
    fn printing_and_parsing_are_inverse(tree in trees(terms())) {
        let text = tree.write();
        prop_assume!(text.chars().count() <= CHARS_MAX);
        let query = query(&text);
        let again = Query::parse(&query.to_string()).unwrap();
        prop_assert_eq!(&again, &query);
        prop_assert_eq!(again.to_string(), query.to_string());
    }

    #[test]
    fn explanations_and_anchors_agree_with_the_verdict(tree in trees(terms()), (item, card) in cards()) {
        let text = tree.write();
        prop_assume!(text.chars().count() <= CHARS_MAX);
        let query = query(&text);
        let subject = Subject::new(&item, &card);
        let admitted = query.admits(&subject);
        let explanation = query.explain(&subject);
        prop_assert_eq!(explanation.admitted, admitted);
        prop_assert!(!explanation.to_string().is_empty());
        for found in explanation.terms.iter().filter_map(|term| term.found.as_ref()) {
            prop_assert!(found.text.chars().count() <= 60);
            prop_assert!(found.place != Place::Title || item.title.contains(&found.text));
            prop_assert!(found.place != Place::Body || item.body.contains(&found.text));
        }
        let is_indexed = query.anchors().is_none_or(|anchors| subject.anchors().any(|anchor| anchors.contains(&anchor)));
        prop_assert!(!admitted || is_indexed, "{} admits {:?} and is not found by its anchors", text, item);
    }

    #[test]
    fn and_or_and_not_are_what_logic_says(tree in trees("[a-e]"), words in prop::collection::vec("[a-e]", 0..5)) {
        let text = tree.write();
        prop_assume!(text.chars().count() <= CHARS_MAX);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        prop_assert_eq!(admits(&text, "", &words.join(" ")), tree.holds(&words), "{}", text);
    }

    #[test]
    fn boundaries_are_what_the_rule_says(needle in "[aé1.猫칩-]{1,4}", text in "[aé1.猫칩-]{0,12}") {
        prop_assert_eq!(admits(&format!("\"{needle}\""), "", &text), is_found(&needle, &text));
    }
}
