//! The program as people meet it: arguments, files, signals, exit codes.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::world::server::{Answer, FeedServer};

pub const RSS: &str = "<rss version=\"2.0\"><channel><title>News</title><link>https://example.com/</link><language>en</language>\
    <item><title>Second</title><link>/2</link><guid>g2</guid><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate>\
    <description>&lt;p&gt;The &lt;b&gt;second&lt;/b&gt; story was published on Monday.&lt;/p&gt;</description></item>\
    <item><title>First</title><link>/1</link></item></channel></rss>";

pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.current_dir(folder).kill_on_drop(true).env_remove("RUST_LOG").env_remove("TIDINGS_CONFIG");
    command
}

pub async fn tidings(folder: &Path, args: &[&str]) -> Output {
    command(folder).args(args).output().await.unwrap()
}

pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// One readable line on standard error and exit code 1.
pub fn failed(output: &Output) -> String {
    let error = err(output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.starts_with("tidings: ") && error.trim_end().lines().count() == 1, "{error}");
    assert!(!error.contains("panicked"), "{error}");
    error
}

pub fn config(folder: &Path, feeds: &[String], more: &str) {
    let mut text = format!("[watch]\ninterval = \"1s\"\nallow_private = [\"127.0.0.1\"]\n{more}\n");
    feeds.iter().for_each(|url| text.push_str(&format!("[[feeds]]\nurl = \"{url}\"\n")));
    fs::write(folder.join("config.toml"), text).unwrap();
}

#[tokio::test]
async fn parse_prints_the_object_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("feed.xml"), RSS).unwrap();
    let output = tidings(folder.path(), &["parse", "feed.xml", "--base", "https://example.com/feed.xml"]).await;
    assert!(output.status.success(), "{}", err(&output));
    let feed: Value = serde_json::from_str(&out(&output)).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&feed), ["entries", "home_url", "kind", "language", "title"]);
    assert_eq!(
        keys(&feed["entries"][0]),
        ["authors", "categories", "content", "id", "image", "published", "summary", "title", "updated", "url"]
    );
    assert_eq!(feed["entries"][0]["url"], "https://example.com/2");
    assert_eq!(feed["entries"][0]["published"], "2026-11-23T09:00:00Z");
    assert_eq!(feed["entries"][0]["summary"], "The second story was published on Monday.");
    assert_eq!(feed["entries"][1]["published"], Value::Null);
    assert_eq!(feed["entries"][1]["title"], "First");
}

#[tokio::test]
async fn parse_reads_standard_input_and_urls_and_sites() {
    let folder = tempfile::tempdir().unwrap();
    let mut child =
        command(folder.path()).args(["parse", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(RSS.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(out(&output).contains("\"title\":\"News\""));

    let server = FeedServer::start().await;
    let feed = server.page("/feed.xml", Answer::ok(RSS));
    let site =
        server.page("/", Answer::ok("<html><head><link rel=alternate type=application/rss+xml href=feed.xml></head>"));
    config(folder.path(), &[], "");
    // A proxy of the environment is not used: this one does not exist.
    for url in [feed.url(), site.url()] {
        let output = command(folder.path())
            .args(["parse", &url])
            .env("http_proxy", "http://127.0.0.1:9")
            .env("ALL_PROXY", "http://127.0.0.1:9")
            .output()
            .await
            .unwrap();
        let feed: Value = serde_json::from_str(&out(&output)).unwrap_or_else(|_| panic!("{}", err(&output)));
        assert!(
            feed["entries"][0]["url"]
                .as_str()
                .unwrap()
                .starts_with(&server.address.to_string().replace("127", "http://127"))
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("page.html"), "<!doctype html><html><head><title>Home</title></head></html>").unwrap();
    fs::write(at.join("empty.xml"), "").unwrap();
    fs::write(at.join("cut.xml"), &RSS[..300]).unwrap();
    fs::write(at.join("items.jsonl"), "{\"id\":\"1\",\"title\":\"T\"}\n{\"id\":}\n").unwrap();
    for (args, words) in [
        (&["parse", "nowhere.xml"][..], "nowhere.xml"),
        (&["parse", "page.html"], "HTML page (\"Home\")"),
        (&["parse", "empty.xml"], "empty"),
        (&["parse", "cut.xml"], "cut off after"),
        (&["parse", "page.html", "--base", "nonsense"], "--base nonsense"),
        (&["parse", "http://127.0.0.1:1/"], "private address"),
        (&["parse", "http://10.0.0.1/feed"], "allow_private"),
        (&["parse", "http://localhost/feed"], "local"),
        (&["parse", "http://no-such-name.invalid/"], "no-such-name.invalid"),
        (&["card", "items.jsonl", "--items"], "items.jsonl line 2"),
        (&["card", "page.html"], "not a feed"),
        (&["run"], "cannot read config.toml"),
        (&["feeds", "--config", "other.toml"], "cannot read other.toml"),
        (&["store", "restore", "nowhere"], "config.toml"),
    ] {
        let error = failed(&tidings(at, args).await);
        assert!(error.contains(words), "{args:?}: {error}");
    }
    for args in
        [&["nonsense"][..], &["parse"], &["card", "x", "--format", "pdf"], &["run", "--output", "xml"], &["--nonsense"]]
    {
        assert_eq!(tidings(at, args).await.status.code(), Some(2), "{args:?}");
    }
    fs::write(at.join("config.toml"), "[watch]\nintervall = \"5m\"\n").unwrap();
    assert!(failed(&tidings(at, &["run"]).await).contains("config.toml line 2: there is no key \"intervall\""));
}

#[tokio::test]
async fn cards_keep_ids_and_order_and_come_in_three_forms() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let items: String = (0..5).map(|n| format!("{{\"id\":\"item-{n}\",\"title\":\"Title {n}\",\"text\":\"The company number {n} said on Monday that it was sold.\",\"source\":\"S\",\"published\":\"2026-11-23\"}}\n")).collect();
    fs::write(at.join("items.jsonl"), items).unwrap();
    let output = tidings(at, &["card", "items.jsonl", "--items", "--format", "json", "--limit", "4"]).await;
    let cards: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = cards.iter().map(|card| card["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["item-0", "item-1", "item-2", "item-3"]);
    let keys: Vec<String> = cards[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "audiences",
            "collected",
            "event",
            "headline",
            "hook",
            "id",
            "image",
            "insight",
            "lang",
            "provenance",
            "published",
            "related",
            "source",
            "tldr",
            "topics",
            "urgency",
            "url"
        ]
    );
    let bodies = out(&tidings(at, &["card", "items.jsonl", "--items", "--format", "telegram"]).await);
    let bodies: Vec<Value> = bodies.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(bodies.len(), 5);
    assert_eq!(bodies[0]["chat_id"], "@channel");
    assert!(bodies[0]["text"].as_str().unwrap().contains("Title 0") && bodies[0]["entities"].is_array());
    let html = out(&tidings(at, &["card", "items.jsonl", "--items", "--format", "html"]).await);
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>") && html.contains("Title 4"));
    fs::write(at.join("feed.xml"), RSS).unwrap();
    let text = out(&tidings(at, &["card", "feed.xml", "--analyst", "embedded"]).await);
    assert!(text.find("Second").unwrap() < text.find("First").unwrap());
    assert!(failed(&tidings(at, &["card", "feed.xml", "--analyst", "llm"]).await).contains("llm"));
}

/// A running bot whose standard output is read line by line.
pub struct Bot {
    pub child: Child,
    pub lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Bot {
    pub fn start(folder: &Path) -> Self {
        let mut command = command(folder);
        command.args(["run", "--output", "json"]);
        Self::of(command)
    }

    /// The bot that a command line runs.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    pub async fn headline(&mut self) -> String {
        let line =
            tokio::time::timeout(Duration::from_secs(30), self.lines.next_line()).await.unwrap().unwrap().unwrap();
        serde_json::from_str::<Value>(&line).unwrap()["headline"].as_str().unwrap().to_owned()
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Waits for the end; exit code and standard error.
    pub async fn end(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
        (self.child.wait().await.unwrap().code(), said)
    }
}

/// Waits until a path was asked for, so that the baseline is taken.
pub async fn until_asked(feed: &crate::world::server::Served, times: usize) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    while feed.asked().len() < times {
        ticks.tick().await;
    }
}

#[tokio::test]
async fn the_bot_prints_new_items_serves_its_pages_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    config(folder.path(), &[feed.url()], &format!("[web]\nlisten = \"{free}\""));
    let mut bot = Bot::start(folder.path());
    until_asked(&feed, 2).await;
    feed.publish("New and fresh");
    assert_eq!(bot.headline().await, "New and fresh");

    let page = |path: &str| get(free.port(), path.to_owned());
    assert!(page("/healthz").await.starts_with("HTTP/1.1 200"));
    assert!(page("/readyz").await.contains("ready"));
    // The card is on the screen a moment before that is counted.
    let mut metrics = page("/metrics").await;
    while !metrics.contains("tidings_deliveries_total") {
        metrics = page("/metrics").await;
    }
    for line in [
        "tidings_items_total 1",
        "tidings_cards_total 1",
        "tidings_deliveries_total{outcome=\"sent\"} 1",
        "tidings_feeds 1",
        "tidings_deliveries_dead 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
    assert!(page("/nothing").await.starts_with("HTTP/1.1 404"));

    // The doctor finds a healthy bot at work, not a port that somebody took.
    let doctor = tidings(folder.path(), &["doctor"]).await;
    assert!(doctor.status.success(), "{}", out(&doctor));
    assert!(out(&doctor).contains(&format!("ok       web        {free} is served by the running tidings")));
    assert!(out(&doctor).contains("data is in use by a running tidings: 1 feed, 1 item,"), "{}", out(&doctor));
    // The running bot answers for the store that it has open.
    assert!(out(&tidings(folder.path(), &["feeds"]).await).contains("acme"));
    assert!(out(&tidings(folder.path(), &["deliveries"]).await).contains("sent"));
    assert!(failed(&tidings(folder.path(), &["deliveries", "--retry", "x"]).await).contains("no dead delivery x"));
    // A second bot finds the store taken; one with another store finds the port taken.
    let second = failed_after_log(&tidings(folder.path(), &["run"]).await);
    assert!(second.contains("in use by another tidings"), "{second}");
    let port = command(folder.path()).env("TIDINGS_STORE__PATH", "elsewhere").output().await.unwrap();
    assert!(failed_after_log(&port).contains(&format!("cannot listen on {free}")));

    bot.signal("-TERM");
    let (code, said) = bot.end().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("ERROR"), "{said}");

    let feeds: Value = serde_json::from_str(&out(&tidings(folder.path(), &["feeds", "--json"]).await)).unwrap();
    assert_eq!((feeds[0]["title"].as_str(), feeds[0]["state"].as_str()), (Some("acme"), Some("ok")));
    let table = out(&tidings(folder.path(), &["feeds"]).await);
    assert!(table.starts_with("STATE") && table.contains("acme"), "{table}");
    let deliveries: Value =
        serde_json::from_str(&out(&tidings(folder.path(), &["deliveries", "--json"]).await)).unwrap();
    assert_eq!(deliveries[0]["state"], "sent");
    assert_eq!(out(&tidings(folder.path(), &["deliveries", "--dead"]).await), "No dead letters.\n");
    assert!(failed(&tidings(folder.path(), &["deliveries", "--retry", "x"]).await).contains("no dead delivery x"));
    assert!(out(&tidings(folder.path(), &["store", "check"]).await).contains("data: ok"));
    assert!(out(&tidings(folder.path(), &["store", "backup", "copy"]).await).contains("copy"));
    assert!(out(&tidings(folder.path(), &["store", "restore", "copy"]).await).contains("before-restore"));
    assert!(out(&tidings(folder.path(), &["store", "check"]).await).contains("data: ok"));
}

pub fn failed_after_log(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    err(output).lines().last().unwrap().to_owned()
}

pub async fn get(port: u16, path: String) -> String {
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_slow_poll_does_not_hold_up_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let silent = server.page("/silent", Answer::Silence);
    config(folder.path(), &[silent.url()], "");
    let bot = Bot::start(folder.path());
    until_asked(&silent, 1).await;
    let begun = tokio::time::Instant::now();
    bot.signal("-INT");
    let (code, said) = bot.end().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(10), "the design's bound on a stop");
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_bot_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    config(folder.path(), &[feed.url()], "");
    let mut bot = Bot::start(folder.path());
    until_asked(&feed, 2).await;
    feed.publish("Seen");
    assert_eq!(bot.headline().await, "Seen");
    let Bot { mut child, lines } = bot;
    drop(lines);
    feed.publish("Not seen yet");
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(1));
    assert!(said.contains("nobody reads standard output"), "{said}");
    let mut next = Bot::start(folder.path());
    assert_eq!(next.headline().await, "Not seen yet");
}

#[tokio::test]
async fn completions_and_the_manual_page_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        assert!(out(&tidings(folder.path(), &["completions", shell]).await).contains("deliveries"));
    }
    assert!(out(&tidings(folder.path(), &["man"]).await).contains(".TH tidings"));
    assert!(out(&tidings(folder.path(), &["--version"]).await).starts_with("tidings "));
}

#[tokio::test]
async fn slacks_manifest_and_requests_are_printed_as_json() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), "[slack]\ncommand = \"/feeds\"\n").unwrap();
    let manifest = out(&tidings(folder.path(), &["manifest", "slack"]).await);
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["features"]["slash_commands"][0]["command"], "/feeds");
    let item =
        r#"{"id":"1","title":"A <!channel> & more","url":"https://example.com/1","source":"acme","text":"One."}"#;
    std::fs::write(folder.path().join("items.jsonl"), item).unwrap();
    let printed = out(&tidings(folder.path(), &["card", "items.jsonl", "--items", "--format", "slack"]).await);
    let body: serde_json::Value = serde_json::from_str(printed.trim_end()).unwrap();
    assert_eq!(body["metadata"]["event_type"], "tidings_delivery");
    let text = body["text"].as_str().unwrap();
    assert!(text.starts_with("A &lt;!channel&gt; &amp; more"), "{text}");
}
