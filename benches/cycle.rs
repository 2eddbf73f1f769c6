//! Poll cycles of many feeds against a server of its own process: first polls, all unchanged (304),
//! all unchanged without validators, and one new item each; and where it ends, what is resident.
//!
//! `cargo bench --bench cycle [-- FEEDS]`. CPU is that of the bot's process alone, all threads.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::platform::terminal::{Output, Terminal};
use tidings::port::{Clock, Store};
use tidings::store::sled::SledStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

const SERVER: &str = "TIDINGS_BENCH_SERVER";
/// Items of a feed; with their texts about 61 KB, as in the design's measurements.
const ITEMS: usize = 25;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if std::env::var_os(SERVER).is_some() {
        return runtime.block_on(serve());
    }
    let feeds = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(1000);
    runtime.block_on(measure(feeds));
}

/// A clock that moves when it is told to.
struct BenchClock(Mutex<Timestamp>);

impl Clock for BenchClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

async fn measure(feeds: usize) {
    let (mut server, port) = start_server();
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(BenchClock(Mutex::new("2026-11-23T09:00:00Z".parse().unwrap())));
    let mut text = "[watch]\nallow_private = [\"127.0.0.1\"]\nconcurrency = 64\n".to_owned();
    (0..feeds).for_each(|n| text.push_str(&format!("[[feeds]]\nurl = \"http://127.0.0.1:{port}/{n}\"\n")));
    let config = Config::parse(&text, Path::new("bench.toml"), &Environment::default()).unwrap();
    let store: Arc<dyn Store> = Arc::new(SledStore::open(&folder.path().join("data"), clock.now()).await.unwrap());
    let ports = Ports {
        clock: clock.clone(),
        store: store.clone(),
        fetcher: Arc::new(fetcher(&config, clock.clone())),
        analyst: Arc::new(Embedded::new(&config.labels())),
        platforms: vec![Arc::new(Terminal::new(Output::Json, std::io::sink(), CancellationToken::new()))],
        metrics: Metrics::default(),
    };
    let mut app = App::new(&config, ports).await.unwrap();
    println!("{feeds} feeds of {ITEMS} items; RSS before {} MB\n", rss_mb());
    println!("| phase | wall ms | CPU ms | CPU us per feed | RSS MB |\n|---|---|---|---|---|");
    for (phase, mode) in [
        ("first poll", "etag"),
        ("all 304", "etag"),
        ("all 304 again", "etag"),
        ("one new item each", "new"),
        ("same body, no validators", "bare"),
        ("same body again", "bare"),
    ] {
        tell(port, mode);
        let (wall, cpu) = (Instant::now(), cpu_ms());
        app.run_worker_until_idle("poll").await.unwrap();
        app.run_until_idle().await.unwrap();
        let (wall, cpu) = (wall.elapsed().as_millis(), cpu_ms() - cpu);
        println!("| {phase} | {wall} | {cpu} | {} | {} |", cpu * 1000 / feeds as u64, rss_mb());
        let mut now = clock.0.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_hours(24)).unwrap();
    }
    let counts = store.counts().await.unwrap();
    println!("\n{} items delivered; everything is durable before it counts", counts.items);
    server.kill().unwrap();
}

fn start_server() -> (Child, u16) {
    let mut child =
        Command::new(std::env::current_exe().unwrap()).env(SERVER, "1").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().unwrap())
}

fn tell(port: u16, mode: &str) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(format!("GET /mode/{mode} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
}

/// User and system time of this process, from /proc (in ticks of 10 ms).
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum::<u64>() * 10
}

fn rss_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The server's side: a body per mode, validators, 304.
struct Origin {
    bodies: Mutex<(String, Arc<Vec<u8>>, usize)>,
}

async fn serve() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    let origin = Arc::new(Origin { bodies: Mutex::new(("etag".to_owned(), Arc::new(body(0)), 0)) });
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        tokio::spawn(answer(stream, origin.clone()));
    }
}

async fn answer(mut stream: tokio::net::TcpStream, origin: Arc<Origin>) {
    let mut buffer = vec![0; 8192];
    loop {
        let mut length = 0;
        while !buffer[..length].ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer[length..]).await {
                Ok(0) | Err(_) => return,
                Ok(read) => length += read,
            }
        }
        let head = String::from_utf8_lossy(&buffer[..length]).into_owned();
        let (head, body) = reply(&head, &origin);
        if stream.write_all(head.as_bytes()).await.is_err() || stream.write_all(&body).await.is_err() {
            return;
        }
    }
}

fn reply(head: &str, origin: &Origin) -> (String, Arc<Vec<u8>>) {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let mut bodies = origin.bodies.lock().unwrap();
    if let Some(mode) = path.strip_prefix("/mode/") {
        if mode == "new" {
            bodies.2 += 1;
            bodies.1 = Arc::new(body(bodies.2));
        }
        bodies.0 = mode.to_owned();
        return ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(), Arc::default());
    }
    let etag = format!("\"{}\"", bodies.2);
    if bodies.0 != "bare" && head.to_lowercase().contains(&format!("if-none-match: {etag}")) {
        return (format!("HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n"), Arc::default());
    }
    let validator = if bodies.0 == "bare" { String::new() } else { format!("ETag: {etag}\r\n") };
    // Each feed has articles of its own.
    let feed = format!("{:0>6}", path.trim_start_matches('/'));
    let body = String::from_utf8_lossy(&bodies.1).replace("@@@@@@", &feed).into_bytes();
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\n{validator}Content-Type: application/xml\r\nContent-Length: {length}\r\n\r\n");
    (head, Arc::new(body))
}

fn body(generation: usize) -> Vec<u8> {
    let text = "Acme said on Monday that its new model is twice as fast and half as dear as the last one. ".repeat(26);
    let items = (0..ITEMS + generation).rev().map(|n| {
        format!("<item><title>Item {n}</title><link>https://example.com/@@@@@@/{n}</link><guid>g{n}</guid><description>{text}</description></item>")
    });
    format!("<rss version=\"2.0\"><channel><title>T</title>{}</channel></rss>", items.collect::<String>()).into_bytes()
}
