//! The rules of the house, kept by a test: who may import whom, sizes, what the README says.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use tidings::cli::Cli;
use tidings::command::spec::WORDS;
use tidings::locale::Words;
use tidings::model::word::Who;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The room that a source file belongs to: `model`, `port`, `cli`, ...
fn room(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Every room, and the rooms it may know (design, section 3).
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("embedding", &[]),
    ("locale", &["model"]),
    ("metrics", &[]),
    ("progress", &[]),
    ("pipeline", &["model", "locale", "embedding"]),
    ("port", &["model"]),
    ("fetch", &["model", "port"]),
    ("analyst", &["model", "port", "embedding"]),
    ("platform", &["model", "port", "locale"]),
    ("store", &["model", "port"]),
    ("web", &["model", "port", "metrics"]),
    ("command", &["model", "port", "pipeline", "locale"]),
    ("control", &["model", "port", "platform"]),
    ("worker", &["model", "port", "metrics", "pipeline", "locale"]),
    ("config", &["model", "port", "fetch", "analyst", "platform", "store", "web"]),
    (
        "app",
        &[
            "model", "locale", "port", "metrics", "pipeline", "fetch", "analyst", "platform", "store", "web", "worker",
            "config", "command", "control", "progress",
        ],
    ),
    (
        "cli",
        &[
            "model", "locale", "port", "metrics", "pipeline", "fetch", "analyst", "platform", "store", "web", "config",
            "control", "app", "progress",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

#[test]
fn rooms_know_only_whom_they_may() {
    let mut offences = Vec::new();
    for file in sources(&root().join("src")) {
        let own = room(&file);
        let (_, may_know) =
            MAY_KNOW.iter().find(|(room, _)| *room == own).unwrap_or_else(|| panic!("{own} is a new room"));
        let text = fs::read_to_string(&file).unwrap();
        for (other, _) in MAY_KNOW {
            let is_known = text.contains(&format!("crate::{other}::")) || text.contains(&format!("tidings::{other}::"));
            if is_known && *other != own && !may_know.contains(other) {
                offences.push(format!("{} knows {other}", file.display()));
            }
        }
        for line in text.lines().filter(|line| line.starts_with("use crate::{")) {
            for other in line.trim_start_matches("use crate::{").trim_end_matches("};").split(", ") {
                if other != own && !may_know.contains(&other) {
                    offences.push(format!("{} knows {other}", file.display()));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Crates that one folder alone may name.
const FENCES: &[(&str, &str)] = &[
    ("serenity::", "platform/discord"),
    ("sled::", "store/sled"),
    // One way out to addresses that others name, and one to each platform's own.
    ("reqwest::", "fetch|platform/http|platform/discord|platform/slack|platform/telegram"),
    ("slack_morphism::", "platform/slack"),
    ("hyper_rustls::", "platform/slack"),
    ("teloxide_core::", "platform/telegram"),
    ("feed_rs::", "pipeline/parse"),
    ("axum::", "web"),
    ("html5gum::", "pipeline"),
    ("fluent_bundle::", "locale"),
    ("textwrap::", "platform/terminal"),
    ("tiny_skia::", "pipeline/chart"),
    ("ttf_parser::", "pipeline/chart"),
];

#[test]
fn libraries_stay_in_their_folders() {
    for file in sources(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        for (library, folder) in FENCES {
            let is_inside = folder.split('|').any(|folder| file.to_string_lossy().contains(&format!("src/{folder}")));
            let names_it = text.lines().any(|line| {
                line.contains(library)
                    && !line.contains(&format!("store::{library}"))
                    && !line.trim_start().starts_with("//")
            });
            assert!(is_inside || !names_it, "{} names {library}", file.display());
        }
    }
}

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

#[test]
fn files_and_functions_fit_a_screen() {
    let mut offences = Vec::new();
    for file in sources(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > FILE_LINES_MAX {
            offences.push(format!("{}: {} lines", file.display(), lines.len()));
        }
        assert!(text.starts_with("//!"), "{} does not say what it is", file.display());
        for (start, length) in functions(&lines) {
            if length > FUNCTION_LINES_MAX {
                offences.push(format!("{}:{}: {length} lines", file.display(), start + 1));
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Where functions with a body begin, and how many lines they have, signature and all.
fn functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate().filter(|(_, line)| begins_function(line)) {
        // A signature takes a line or several; in a trait it may end without a body.
        let head = lines.iter().skip(start).find(|line| line.ends_with(['{', ';', '}'])).unwrap();
        if !head.ends_with('{') {
            continue;
        }
        let end = format!("{}}}", " ".repeat(line.len() - line.trim_start().len()));
        let length = lines.iter().skip(start).position(|line| *line == end).unwrap();
        found.push((start, length + 1));
    }
    found
}

fn begins_function(line: &str) -> bool {
    let mut words = line.split_whitespace().peekable();
    while words.next_if(|word| matches!(*word, "async" | "const" | "unsafe") || word.starts_with("pub")).is_some() {}
    words.next() == Some("fn")
}

#[test]
fn functions_are_counted_whatever_their_signature() {
    let text = "pub fn one() -> u8 {\n    1\n}\npub(super) async fn two(\n    a: u8,\n) -> u8\nwhere\n    u8: Copy,\n{\n    a\n}\n\
                trait T {\n    fn three(&self);\n    fn four(\n        &self,\n    ) -> u8;\n    fn five() {}\n    fn six() {\n        six()\n    }\n}";
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(functions(&lines), [(0, 3), (3, 8), (17, 3)]);
}

#[test]
fn only_the_clock_reads_the_time_and_no_test_sleeps() {
    for file in sources(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let reads = text.matches("Timestamp::now()").count();
        assert_eq!(reads, usize::from(file.ends_with("src/app.rs")), "{}", file.display());
    }
    let sleep = ["time::", "sleep("].concat();
    for file in sources(&root().join("tests")) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains(&sleep), "{} sleeps", file.display());
        assert!(!text.contains(&["#[", "ignore"].concat()), "{} switches a test off", file.display());
    }
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

#[test]
fn the_readme_names_every_command_and_key() {
    let readme = readme();
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        assert!(
            readme.contains(&format!("tidings {}", command.get_name())),
            "tidings {} is not in the README",
            command.get_name()
        );
    }
    let config = fs::read_to_string(root().join("config.toml")).unwrap();
    for line in config.lines().map(|line| line.trim_start_matches("# ")) {
        let Some((key, _)) = line.split_once(" = ") else { continue };
        if key.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            assert!(readme.contains(&format!("`{key}`")), "the key {key} is not in the README");
        }
    }
    for endpoint in ["/healthz", "/readyz", "/metrics"] {
        assert!(readme.contains(endpoint));
    }
}

/// The table of words as the README has it.
fn table_of_words() -> String {
    let row = |word: &tidings::model::word::Word| {
        let who = if word.who == Who::Managers { "managers" } else { "everyone" };
        format!(
            "| `{}` | {} | {who} | `{}` |\n",
            word.usage(),
            Words::default().summary(word).replace('|', "\\|"),
            word.example
        )
    };
    format!("| word | does | who | example |\n|---|---|---|---|\n{}", WORDS.iter().map(row).collect::<String>())
}

#[test]
fn the_readme_has_the_table_of_words() {
    let table = table_of_words();
    assert!(readme().contains(&table), "put this into the README:\n{table}");
}

#[test]
fn ci_runs_the_command_of_the_readme() {
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    for command in ["cargo test", "cargo fmt", "cargo clippy"] {
        assert!(ci.contains(command), "{command}");
    }
    assert!(readme().contains("cargo test\n") && readme().contains("cargo run --release\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for section in ["dependencies", "dev-dependencies"] {
        for name in manifest[section].as_table().unwrap().keys() {
            assert!(architecture.contains(&format!("`{name}`")), "{name} has no reason in ARCHITECTURE.md");
        }
    }
    assert!(architecture.lines().count() <= 175, "ARCHITECTURE.md fits a few screens");
}
