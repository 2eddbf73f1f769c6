//! Every word on every platform, with the result that it must have: the table in the README.

use std::fs;
use std::path::Path;

use tidings::command::spec::WORDS;

use super::{Shown, Stage, Who};
use crate::world::server::{Answer, Served};

/// A word, its arguments, and what the answer says.
type Row = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// What is said, in this order. `?` stands for the feed's address, `!` for a file.
const STORY: &[Row] = &[
    ("topics", &[], "security"),
    ("preview", &[("url", "?")], "would have been posted"),
    ("subscribe", &[("what", "?")], "Subscription 1 is acme"),
    ("subscriptions", &[], "Posted here"),
    ("filter test", &[("subscription", "1"), ("query", "machine")], "Nothing was changed"),
    ("filter set", &[("subscription", "1"), ("query", "machine")], "lets through only: machine"),
    ("filter clear", &[("subscription", "1")], "posts everything again"),
    ("mute", &[("what", "topic:robotics"), ("for", "1d")], "topic:robotics is muted here until"),
    ("unmute", &[("what", "topic:robotics")], "is heard here again"),
    ("settings", &[("name", "limit"), ("value", "7")], "7 cards an hour"),
    ("digest schedule", &[("when", "weekly monday 09:00")], "A recap comes here every Monday"),
    ("digest off", &[], "No recap comes here by itself any more"),
    ("digest weekly", &[], "Nothing new came here in the last seven days"),
    ("digest daily", &[], "Nothing new came here in the last 24 hours"),
    ("alerts on", &[("audience", "developers")], "You get alerts for"),
    ("alerts off", &[], "You get no alerts any more"),
    ("why", &[], "No card was posted here yet"),
    ("status", &[], "acme"),
    ("export", &[], "1 subscription of this place, as OPML"),
    ("import", &[("file", "!")], "1 subscription taken over"),
    ("help", &[("word", "mute")], "source:x"),
    ("unsubscribe", &[("what", "1")], "has ended"),
];

/// A file of subscriptions with one that is not here yet.
const OPML: &str =
    "<opml version=\"2.0\"><body><outline text=\"Other\" xmlUrl=\"https://other.example/feed\"/></body></opml>";

async fn said(stage: &mut dyn Stage, feed: &Served, word: &str, arguments: &[(&str, &str)]) -> Shown {
    let url = feed.url();
    // A terminal names a file's address, a chat platform sends the file itself.
    let file = match stage.name() {
        "terminal" => stage.world().server.page("/other.opml", Answer::ok(OPML)).url(),
        _ => OPML.to_owned(),
    };
    let arguments: Vec<(&str, &str)> = arguments
        .iter()
        .map(|(name, value)| match *value {
            "?" => (*name, url.as_str()),
            "!" => (*name, file.as_str()),
            value => (*name, value),
        })
        .collect();
    let answer = stage.say(Who::Admin, word, &arguments).await;
    match WORDS.iter().find(|one| one.name == word).unwrap().asks {
        true => stage.press(Who::Admin, &answer, "Yes").await,
        false => answer,
    }
}

/// The results of the whole story on one platform, and who sees each: the asker alone, or all.
async fn column(stage: &mut dyn Stage) -> Vec<&'static str> {
    let feed = stage.world().server.feed("acme");
    feed.publish_item("Zero", "The company said on Monday that its new machine is ready for everybody who wants one.");
    let mut marks = Vec::new();
    for (word, arguments, result) in STORY {
        let answer = said(stage, &feed, word, arguments).await;
        answer.says(&[result]);
        marks.push(if answer.is_private { "✓ you" } else { "✓ all" });
    }
    marks
}

fn table(columns: &[(&str, Vec<&str>)]) -> String {
    let names: String = columns.iter().map(|(name, _)| format!(" {name} |")).collect();
    let mut lines = vec![format!("| word | its answer |{names}"), format!("|---|---|{}", "---|".repeat(columns.len()))];
    for (row, (word, _, result)) in STORY.iter().enumerate() {
        let marks: String = columns.iter().map(|(_, marks)| format!(" {} |", marks[row])).collect();
        lines.push(format!("| `{word}` | \"{result}\" |{marks}"));
    }
    lines.join("\n")
}

#[tokio::test]
async fn every_word_has_the_same_result_everywhere() {
    for word in WORDS {
        assert!(STORY.iter().any(|(told, _, _)| *told == word.name), "{} is not in the story", word.name);
    }
    let columns = [
        ("terminal", column(&mut super::terminal::stage().await).await),
        ("Discord", column(&mut super::discord::stage().await).await),
        ("Slack", column(&mut super::slack::stage().await).await),
        ("Telegram", column(&mut super::telegram::stage().await).await),
    ];
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let table = table(&columns);
    assert!(readme.contains(&table), "the README's table is to be:\n{table}");
}
