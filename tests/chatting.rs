//! `tidings chat` and its neighbours, as scripts see them: exit codes, what goes where.

use std::fs;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::cli::{command, config, err, failed, out, tidings};

#[tokio::test]
async fn what_cannot_be_done_is_an_error_for_scripts_too() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &[], "");
    for line in [["chat", "nonsense"], ["chat", "why 7"], ["chat", "filter set 99 rust"]] {
        let output = tidings(folder.path(), &line).await;
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""), "{line:?}");
        assert!(err(&output).starts_with("tidings: "), "{}", err(&output));
    }
    let output = tidings(folder.path(), &["chat", "help"]).await;
    assert!(output.status.success() && err(&output).is_empty(), "{}", err(&output));
}

#[tokio::test]
async fn a_conversation_goes_on_after_what_cannot_be_done() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &[], "");
    fs::write(folder.path().join("lines"), "nonsense\ntopics\n").unwrap();
    let lines = fs::File::open(folder.path().join("lines")).unwrap();
    let output = command(folder.path()).arg("chat").stdin(Stdio::from(lines)).output().await.unwrap();
    assert!(output.status.success());
    assert!(err(&output).contains("There is no word \"nonsense\"") && out(&output).contains("security"));
}

#[tokio::test]
async fn the_configuration_is_named_anywhere_on_the_line() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &[], "");
    fs::rename(folder.path().join("config.toml"), folder.path().join("other.toml")).unwrap();
    for line in [
        ["chat", "subscriptions", "--config", "other.toml"].as_slice(),
        &["chat", "--config", "other.toml", "subscriptions"],
        &["chat", "subscriptions", "--config=other.toml"],
    ] {
        let output = tidings(folder.path(), line).await;
        assert!(output.status.success(), "{line:?}: {}", err(&output));
    }
}

#[tokio::test]
async fn a_store_that_was_cut_short_is_damaged_and_nothing_begins_from_nothing() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &[], "");
    assert!(tidings(folder.path(), &["chat", "subscribe security"]).await.status.success());
    let db = folder.path().join("data/db");
    let whole = fs::read(&db).unwrap();
    fs::write(&db, &whole[..50]).unwrap();
    for line in [["store", "check"].as_slice(), &["chat", "subscriptions"], &["feeds"]] {
        let output = tidings(folder.path(), line).await;
        let error = err(&output);
        assert!(output.status.code() == Some(1) && error.contains("damaged"), "{line:?}: {error}");
    }
    let output = tidings(folder.path(), &["doctor"]).await;
    assert!(out(&output).contains("PROBLEM  store"), "{}", out(&output));
}

#[tokio::test]
async fn an_empty_path_of_the_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &[], "[store]\npath = \"\"");
    assert!(failed(&tidings(folder.path(), &["feeds"]).await).contains("store.path: it is empty"));
}

#[tokio::test]
async fn where_nothing_can_be_read_the_network_is_suspected_once() {
    let folder = tempfile::tempdir().unwrap();
    let closed: Vec<String> = (1..4).map(|number| format!("http://127.0.0.1:{number}/feed")).collect();
    config(folder.path(), &closed, "");
    let mut child = command(folder.path()).arg("run").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    while !said.contains("None of 3 feeds could be read") {
        said.push_str(&lines.next_line().await.unwrap().expect("the suspicion"));
        said.push('\n');
    }
    assert_eq!(said.matches("None of").count(), 1, "{said}");
}
