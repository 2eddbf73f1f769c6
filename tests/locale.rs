//! Every language of the interface says everything, readably, and nothing that nobody says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;
use tidings::command::spec::WORDS;
use tidings::locale::{Arg, Words};
use tidings::model::decision::{Decision, Outcome, Stage, Step, StepResult};
use tidings::model::id::{ItemId, SubscriptionId};
use tidings::model::label::{Event, LabelDefinition, Labels, Urgency};
use tidings::model::language::Language;
use tidings::model::phrase::Phrase;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a language: name and text.
fn files(language: Language) -> Vec<(String, String)> {
    let folder = root().join("assets/locales").join(language.tag());
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The messages of a language with their parts (`menu-mute.for`), each with its text as written.
fn messages(language: Language) -> BTreeMap<String, String> {
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    for (file, text) in files(language) {
        let (mut message, mut current) = (String::new(), String::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (id, said) = match line.split_once(" =") {
                Some((id, said)) if !id.is_empty() && !id.starts_with(char::is_whitespace) => {
                    message = id.to_owned();
                    (Some(id.to_owned()), said)
                }
                Some((part, said)) if part.trim_start().starts_with('.') && !part.trim().contains(' ') => {
                    (Some(format!("{message}{}", part.trim())), said)
                }
                _ => (None, line),
            };
            if let Some(id) = id {
                let is_known = messages.insert(id.clone(), String::new()).is_some();
                assert!(!is_known, "{id} is said twice in {}/{file}", language.tag());
                current = id;
            }
            if let Some(known) = messages.get_mut(&current) {
                known.push_str(said.trim());
                known.push('\n');
            }
        }
    }
    messages
}

/// The names after `$`.
fn variables(text: &str) -> BTreeSet<String> {
    let name = |part: &str| part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect::<String>();
    text.split('$').skip(1).map(name).collect()
}

/// Variables that a message counts by.
fn counts(text: &str) -> BTreeSet<String> {
    let is_plural = |rest: &str| rest.split('}').next().is_some_and(|variants| variants.contains("*[other]"));
    let selectors = text.split('$').skip(1).filter_map(|part| part.split_once(" ->"));
    let names = selectors.filter(|(name, _)| name.chars().all(|c| c.is_alphanumeric() || c == '-'));
    // A variant may hold variables of its own; its end is looked for in the rest of the message.
    names.filter(|(_, rest)| is_plural(rest) || text.contains("*[other]")).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_language_says_everything() {
    let english = messages(Language::English);
    for language in Language::ALL {
        let own = messages(language);
        let missing: Vec<&String> = english.keys().filter(|id| !own.contains_key(*id)).collect();
        assert!(missing.is_empty(), "{} does not say {missing:#?}", language.tag());
        let more: Vec<&String> = own.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(more.is_empty(), "{} alone says {more:#?}", language.tag());
        for (id, text) in &own {
            assert_eq!(variables(text), variables(&english[id]), "{id} in {}", language.tag());
        }
    }
}

#[test]
fn every_file_can_be_read_and_is_part_of_the_program() {
    let texts = fs::read_to_string(root().join("src/locale/texts.rs")).unwrap();
    for language in Language::ALL {
        for (file, text) in files(language) {
            if let Err((_, errors)) = FluentResource::try_new(text) {
                panic!("{}/{file}: {errors:?}", language.tag());
            }
            assert!(texts.contains(&format!("/{file}")), "src/locale/texts.rs does not name {file}");
        }
        let names: Vec<String> = files(language).into_iter().map(|(file, _)| file).collect();
        let english: Vec<String> = files(Language::English).into_iter().map(|(file, _)| file).collect();
        assert_eq!(names, english, "{}", language.tag());
    }
}

/// Messages whose texts begin or end with a blank: they stand between others.
const BETWEEN: &[&str] = &["list-names", "list-sentences"];

#[test]
fn every_message_reads_well() {
    for language in Language::ALL {
        let words = Words::new(language);
        for (id, written) in messages(language) {
            let counts = counts(&written);
            for count in [0, 1, 2, 5, 1_000_000] {
                let value =
                    |name: &String| -> Arg<'static> { if counts.contains(name) { count.into() } else { "x".into() } };
                let names: Vec<String> = variables(&written).into_iter().collect();
                let args: Vec<(&str, Arg<'_>)> = names.iter().map(|name| (name.as_str(), value(name))).collect();
                let text = words.with(&id, &args);
                let place = format!("{id} in {}: \"{text}\"", language.tag());
                assert!(!text.is_empty() && text != id, "{place}");
                assert!(!text.contains(['{', '}']), "a value is missing in {place}");
                let is_clean = text == text.trim() && text.lines().all(|line| line == line.trim());
                assert!((is_clean && !text.contains("  ")) || BETWEEN.contains(&id.as_str()), "blanks in {place}");
            }
        }
    }
}

#[test]
fn languages_count_as_they_do() {
    for language in Language::ALL {
        for (id, written) in messages(language) {
            if !written.contains("*[other]") {
                continue;
            }
            let has_one = written.contains("[one]");
            let is_counted = !matches!(language, Language::Chinese | Language::Japanese);
            assert_eq!(has_one, is_counted, "{id} in {}", language.tag());
        }
    }
}

/// Words that are not translated: what people type, signs, names.
#[test]
fn what_is_typed_is_the_same_in_every_language() {
    let english = messages(Language::English);
    for language in Language::ALL {
        for (id, text) in messages(language) {
            for typed in
                ["settings quiet", "settings resume", "22:00-07:00", "unmute", "https://...", "topic:", "help <"]
            {
                let is_said = |text: &str| text.contains(typed);
                assert_eq!(is_said(&text), is_said(&english[&id]), "\"{typed}\" of {id} in {}", language.tag());
            }
        }
    }
}

/// Messages that are named by what they stand for.
fn named_by_things() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for word in WORDS {
        let id = format!("menu-{}", word.name.replace(' ', "-"));
        ids.extend(word.arguments.iter().map(|argument| format!("{id}.{}", argument.name)));
        ids.insert(id);
    }
    let labels = Labels::default();
    for (kind, known) in [("audience", &labels.audiences), ("topic", &labels.topics)] {
        for name in known.iter().map(|one| one.name.replace('&', "-")) {
            ids.extend([format!("label-{kind}-{name}"), format!("label-{kind}-about-{name}")]);
        }
    }
    ids.extend(Event::ALL.map(|event| format!("label-event-{}", event.name())));
    ids.extend(Urgency::ALL.map(|urgency| format!("label-urgency-{}", urgency.name())));
    ids
}

/// Words of the source that look like messages and are none.
const NO_MESSAGES: &[&str] = &["quiet-hours"];

#[test]
fn every_message_is_said_and_everything_said_is_a_message() {
    let known: BTreeSet<String> = messages(Language::English).into_keys().collect();
    let themes: BTreeSet<&str> = known.iter().filter_map(|id| id.split('-').next()).collect();
    let mut said = named_by_things();
    for id in &said {
        assert!(known.contains(id), "there is no message {id}");
    }
    for (file, text) in sources(&root().join("src")) {
        for literal in text.split('"').skip(1).step_by(1) {
            let is_like_an_id = literal.contains('-')
                && literal.split('-').next().is_some_and(|theme| themes.contains(theme))
                && literal.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
                && !literal.ends_with('-');
            if known.contains(literal) {
                said.insert(literal.to_owned());
            } else {
                assert!(!is_like_an_id || NO_MESSAGES.contains(&literal), "{file} says {literal}, which is no message");
            }
        }
    }
    let unsaid: Vec<&String> = known.iter().filter(|id| !said.contains(*id)).collect();
    assert!(unsaid.is_empty(), "nobody says {unsaid:#?}");
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

#[test]
fn menus_keep_the_limits_of_every_platform() {
    for language in Language::ALL {
        let words = Words::new(language);
        for word in WORDS {
            let lines = word.arguments.iter().map(|argument| words.argument(word, argument));
            for line in lines.chain([words.summary(word)]) {
                // Of a description (Discord, Application Commands).
                assert!((1..=100).contains(&line.chars().count()), "{} of {}: {line}", language.tag(), word.name);
            }
        }
    }
}

#[test]
fn what_is_built_in_is_called_in_the_readers_language_and_what_is_configured_stays() {
    let english = Words::default();
    let labels = Labels::default();
    for one in &labels.topics {
        assert_eq!(english.topic(&labels, &one.name), one.title());
        assert_eq!(english.say(&format!("label-topic-about-{}", one.name.replace('&', "-"))), one.description);
    }
    for one in &labels.audiences {
        assert_eq!(english.audience(&labels, &one.name), one.title());
        assert_eq!(english.say(&format!("label-audience-about-{}", one.name)), one.description);
    }
    assert!(Urgency::ALL.into_iter().all(|urgency| english.urgency(urgency) == urgency.title()));

    let own = |name: &str, label: &str| LabelDefinition {
        name: name.to_owned(),
        label: label.to_owned(),
        description: String::new(),
        keywords: Vec::new(),
    };
    let labels = Labels::with(&[], &[own("cloud", "Wolken"), own("beer", "Beer")]);
    let german = Words::new(Language::German);
    assert_eq!(german.topic(&labels, "cloud"), "Wolken");
    assert_eq!(german.topic(&labels, "beer"), "Beer");
    assert_eq!(german.topic(&labels, "security"), "Sicherheit");
    assert_eq!(german.topic(&labels, "never-heard-of"), "never-heard-of");
}

#[test]
fn a_phrase_is_said_in_any_language() {
    let until = Phrase::of("why-mute-until").and("what", "topic:cloud").and("until", "2026-11-23 09:00 UTC");
    assert_eq!(Words::default().phrase(&until), "topic:cloud is muted until 2026-11-23 09:00 UTC");
    let nested = Phrase::of("why-filter").and("terms", vec![until.clone(), Phrase::from("as it is")]);
    let german = Words::new(Language::German).phrase(&nested);
    assert!(german.contains("topic:cloud") && german.contains("; as it is") && !german.contains("muted"), "{german}");
}

#[test]
fn what_was_stored_before_there_were_phrases_is_still_read() {
    let step: Step =
        serde_json::from_str(r#"{"stage":"feed","result":"passed","why":"the item is from Acme"}"#).unwrap();
    assert_eq!(Words::new(Language::Japanese).phrase(&step.why), "the item is from Acme");
    let why = Phrase::of("why-rate-within").count("count", 3).and("max", 5u32).and("more", vec![step.why]);
    let step = Step { stage: Stage::Rate, result: StepResult::Passed, why };
    let decision = Decision {
        item: ItemId::new("i"),
        subscription: SubscriptionId::of_wants("a", "b"),
        outcome: Outcome::WouldDeliver,
        steps: vec![step],
    };
    let again: Decision = serde_json::from_str(&serde_json::to_string(&decision).unwrap()).unwrap();
    assert_eq!(again, decision);
}

#[test]
fn a_phrase_is_as_long_as_it_may_be() {
    let many: Vec<Phrase> = (0..500).map(|_| Phrase::of("why-filter-term").and("term", "ä".repeat(100))).collect();
    let bounded = Phrase::of("why-filter").and("terms", many).within(1024);
    let stored = serde_json::to_string(&bounded).unwrap();
    assert!((500..2500).contains(&stored.len()), "{}", stored.len());
    let short = Phrase::of("why-story-told").and("title", "short");
    assert_eq!(short.clone().within(1024), short);
}
