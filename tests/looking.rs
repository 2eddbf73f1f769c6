//! Commands that look: what they find, what they say, and what they leave alone.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tidings::app::SystemClock;
use tidings::model::feed::Feed;
use tidings::model::subscription::Address;
use tidings::port::{Clock, Store};
use tidings::store::sled::SledStore;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::cli::{RSS, command, config, err, failed, out, tidings, until_asked};
use crate::world::server::{Answer, FeedServer};

#[tokio::test]
async fn doctor_looks_at_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let good = server.page("/good.xml", Answer::ok(RSS));
    let bad = server.page("/bad.xml", Answer::status(404));
    config(folder.path(), &[good.url()], "");
    let output = tidings(folder.path(), &["doctor"]).await;
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    for line in [
        "ok       config",
        "ok       store",
        "ok       analyst",
        "ok       web",
        "ok       platforms",
        "\"News\", 2 entries",
    ] {
        assert!(out(&output).contains(line), "{line}: {}", out(&output));
    }
    config(folder.path(), &[good.url(), bad.url()], "");
    let output = tidings(folder.path(), &["doctor"]).await;
    assert!(failed(&output).contains("1 problem"));
    assert!(out(&output).contains("PROBLEM  feed") && out(&output).contains("answered 404"));
    fs::write(folder.path().join("config.toml"), "[nonsense]").unwrap();
    let output = tidings(folder.path(), &["doctor"]).await;
    failed(&output);
    assert!(out(&output).contains("PROBLEM  config"));
}

#[tokio::test]
async fn doctor_asks_each_feed_once_and_a_port_of_somebody_else_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.page("/feed.xml", Answer::ok(RSS));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    config(folder.path(), &[feed.url()], &format!("[web]\nlisten = \"{}\"", taken.local_addr().unwrap()));
    let output = tidings(folder.path(), &["doctor"]).await;
    assert!(failed(&output).contains("1 problem"));
    assert!(out(&output).contains("PROBLEM  web"), "{}", out(&output));
    assert_eq!(feed.asked().len(), 1);
}

#[tokio::test]
async fn a_look_makes_no_store_and_a_feed_that_nobody_hears_is_shown_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    config(at, &[], "");
    assert!(out(&tidings(at, &["feeds"]).await).contains("No feeds yet"));
    assert_eq!(out(&tidings(at, &["feeds", "--json"]).await), "[]\n");
    assert!(out(&tidings(at, &["deliveries"]).await).contains("Nothing has been sent yet"));
    assert!(failed(&tidings(at, &["deliveries", "--retry", "x"]).await).contains("no dead delivery x"));
    assert!(tidings(at, &["doctor"]).await.status.success());
    assert!(!at.join("data").exists(), "looking is not making");

    let store = SledStore::open(&at.join("data"), SystemClock.now()).await.unwrap();
    let [heard, unheard] = ["heard", "unheard"].map(|name| Feed::new(&format!("https://example.com/{name}")));
    for feeds in [vec![heard.clone(), unheard], vec![heard]] {
        store.sync_feeds(&feeds, &Address::terminal(), SystemClock.now()).await.unwrap();
    }
    drop(store);
    let table = out(&tidings(at, &["feeds"]).await);
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0][..3], ["new", "https://example.com/heard", "now"], "{table}");
    assert_eq!(rows[1][..3], ["unheard", "https://example.com/unheard", "never"], "{table}");
    let json: Value = serde_json::from_str(&out(&tidings(at, &["feeds", "--json"]).await)).unwrap();
    assert_eq!((json[1]["state"].as_str(), &json[1]["next_poll"]), (Some("unheard"), &Value::Null));
}

#[tokio::test]
async fn every_command_finds_the_file_that_the_environment_names() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("etc")).unwrap();
    fs::write(at.join("etc/mine.toml"), "[store]\npath = \"mine\"\n").unwrap();
    fs::write(at.join("feed.xml"), RSS).unwrap();
    let run =
        async |args: &[&str]| command(at).args(args).env("TIDINGS_CONFIG", "etc/mine.toml").output().await.unwrap();
    assert!(out(&run(&["doctor"]).await).contains("mine will be made"));
    for args in [&["feeds"][..], &["deliveries"], &["parse", "feed.xml"], &["card", "feed.xml"]] {
        assert!(run(args).await.status.success(), "{args:?}");
    }
    assert!(failed(&run(&["store", "check"]).await).contains("mine"));
    let other = failed(&run(&["feeds", "--config", "other.toml"]).await);
    assert!(other.contains("cannot read other.toml"), "what is said beats what is set: {other}");
    let dockerfile = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Dockerfile")).unwrap();
    for line in ["COPY config.toml /etc/tidings/config.toml", "ENV TIDINGS_CONFIG=/etc/tidings/config.toml"] {
        assert!(dockerfile.contains(line), "the image's own file is found: {line}");
    }
}

#[tokio::test]
async fn a_bot_that_nobody_would_hear_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &[], "[terminal]\nenabled = false");
    let error = failed(&tidings(folder.path(), &["run"]).await);
    assert!(error.contains("no platform is on") && error.contains("[terminal] enabled = true"), "{error}");
    assert!(!folder.path().join("data").exists());
    let output = tidings(folder.path(), &["doctor"]).await;
    failed(&output);
    assert!(out(&output).contains("PROBLEM  platforms"), "{}", out(&output));
}

#[tokio::test]
async fn tokens_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.page("/f.xml", Answer::ok(RSS));
    config(folder.path(), &[feed.url()], "");
    let secret = "sesame-4711";
    for args in [&["doctor"][..], &["feeds"], &["run"]] {
        let mut command = command(folder.path());
        command.args(args).env("RUST_LOG", "trace");
        for name in [
            "DISCORD_TOKEN",
            "SLACK_BOT_TOKEN",
            "SLACK_APP_TOKEN",
            "TELEGRAM_TOKEN",
            "LLM_API_KEY",
            "SLACK_SIGNING_SECRET",
        ] {
            command.env(name, secret);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if args == ["run"] {
            until_asked(&feed, 2).await;
            assert!(
                std::process::Command::new("kill").arg(child.id().unwrap().to_string()).status().unwrap().success()
            );
        }
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
        child.stdout.take().unwrap().read_to_string(&mut said).await.unwrap();
        child.wait().await.unwrap();
        assert!(!said.contains(secret), "{args:?}: {said}");
    }
}

#[tokio::test]
async fn whoever_waits_at_a_terminal_sees_for_what_and_for_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let silent = server.page("/silent", Answer::Silence);
    config(folder.path(), &[], "timeout = \"2s\"");
    let program = env!("CARGO_BIN_EXE_tidings");
    let line = format!("{program} parse {}", silent.url());
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).stdin(Stdio::null());
    let url = silent.url();
    let parse = ["parse", &url];
    let (terminal, pipe) = tokio::join!(script.output(), tidings(folder.path(), &parse));
    let Ok(terminal) = terminal else {
        eprintln!("SKIPPED: there is no `script` here to make a terminal");
        return;
    };
    let shown = out(&terminal);
    assert!(shown.contains("\rwaiting for") || shown.contains("\x1b[Kwaiting for http://127.0.0.1"), "{shown:?}");
    assert!(shown.contains(", 1 s\r\x1b[K"), "it goes away: {shown:?}");
    assert_eq!(shown.matches("took too long").count(), 1, "{shown:?}");
    assert!(!err(&pipe).contains("waiting"), "a pipe gets words alone: {}", err(&pipe));
}
