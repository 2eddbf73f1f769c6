//! The way out: which addresses are asked, and what is taken from them.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tidings::fetch::{Guard, Limits, SafeFetcher, is_own, is_public};
use tidings::model::feed::Validators;
use tidings::port::{FetchError, FetchRequest, Fetched, Fetcher};

use crate::world::server::{Answer, FeedServer, Served};
use crate::world::{FixedClock, START};

const MAX_BYTES: u64 = 256 * 1024;

fn fetcher(trusted: &[&str]) -> SafeFetcher {
    let guard = Guard::new(trusted.iter().map(|net| net.parse().unwrap()).collect());
    SafeFetcher::new(guard, Limits { timeout: Duration::from_secs(2), max_bytes: MAX_BYTES }, FixedClock::new(START))
}

async fn get(url: &str) -> Result<Fetched, FetchError> {
    fetcher(&["127.0.0.1"]).fetch(&FetchRequest::new(url)).await
}

async fn body_of(served: &Served) -> Result<Vec<u8>, FetchError> {
    get(&served.url()).await.map(|fetched| fetched.body.unwrap().bytes)
}

#[test]
fn hostile_addresses_are_refused() {
    let guard = Guard::default();
    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
        "http://[::]/",
        "http://0.0.0.0/",
        "http://0/",
        "http://10.1.2.3/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:db8::1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://foo.localhost/",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://router.home.arpa/",
        "http://intranet/",
        "http://xyz.onion/",
        "http://example.com:22/",
        "http://example.com:6379/",
        "http://user:password@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "http://",
        "nonsense",
        "",
    ] {
        assert!(guard.judge(url).is_err(), "{url} was let through");
    }
    let long = format!("http://example.com/{}", "a".repeat(2048));
    assert!(guard.judge(&long).is_err());
}

#[test]
fn public_addresses_are_let_through() {
    let guard = Guard::default();
    for url in [
        "https://example.com/feed",
        "http://example.com:8080/feed.xml",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://münchen.example/",
        "https://example.com./feed",
    ] {
        assert!(guard.judge(url).is_ok(), "{url} was refused");
    }
    for ip in ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888"] {
        assert!(is_public(ip.parse::<IpAddr>().unwrap()));
    }
}

#[test]
fn one_private_answer_spoils_a_name() {
    let guard = Guard::default();
    let addresses = |list: &[&str]| -> Vec<SocketAddr> { list.iter().map(|one| one.parse().unwrap()).collect() };
    assert!(guard.judge_addresses("example.com", 443, &addresses(&["93.184.216.34:443"])).is_ok());
    assert!(guard.judge_addresses("example.com", 443, &addresses(&["93.184.216.34:443", "10.0.0.1:443"])).is_err());
    assert!(guard.judge_addresses("example.com", 443, &addresses(&["[::1]:443"])).is_err());
    assert!(guard.judge_addresses("example.com", 443, &[]).is_err());
}

#[test]
fn trust_is_for_the_network_and_port_that_were_named() {
    let guard = Guard::new(vec!["10.1.2.0/24:8080".parse().unwrap(), "192.168.7.7".parse().unwrap()]);
    assert!(guard.judge("http://10.1.2.3:8080/").is_ok());
    assert!(guard.judge("http://10.1.2.3/").is_err());
    assert!(guard.judge("http://10.1.3.3:8080/").is_err());
    assert!(guard.judge("http://192.168.7.7:9999/").is_ok());
    assert!(guard.judge("http://192.168.7.8/").is_err());
    let to = |text: &str| vec![text.parse::<SocketAddr>().unwrap()];
    assert!(guard.judge_addresses("wiki.corp.internal", 8080, &to("10.1.2.3:8080")).is_ok());
    assert!(guard.judge_addresses("wiki.corp.internal", 443, &to("93.184.216.34:443")).is_err());
    assert!(guard.judge_addresses("example.com", 22, &to("93.184.216.34:22")).is_err());
    for bad in ["10.1.2.0/33", "example.com", "10.1.2.0/24:http", "", "10.1.2"] {
        assert!(bad.parse::<tidings::fetch::TrustedNet>().is_err(), "{bad}");
    }
}

#[test]
fn addresses_of_this_machine_are_refused_even_if_they_are_public() {
    let guard = Guard::default().of_machine(|ip| ip == "93.184.216.34".parse::<IpAddr>().unwrap());
    let error = guard.judge("https://93.184.216.34/").unwrap_err().to_string();
    assert!(error.contains("93.184.216.34 is an address of this machine"), "{error}");
    assert!(guard.judge("https://93.184.216.35/").is_ok());
    let own: SocketAddr = "93.184.216.34:443".parse().unwrap();
    assert!(guard.judge_addresses("example.com", 443, &[own]).is_err());
    let trusting = Guard::new(vec!["93.184.216.34".parse().unwrap()]).of_machine(|_| true);
    assert!(trusting.judge_addresses("example.com", 443, &[own]).is_ok());
    for (ip, expected) in [("127.0.0.1", true), ("192.0.2.1", false), ("93.184.216.34", false), ("2001:db8::1", false)]
    {
        assert_eq!(is_own(ip.parse().unwrap()), expected, "{ip}");
    }
}

#[tokio::test]
async fn without_trust_a_local_server_is_refused_by_number_and_by_name() {
    let server = FeedServer::start().await;
    let page = server.page("/x", Answer::ok("hello"));
    let by_name = page.url().replace("127.0.0.1", "localhost");
    for url in [page.url(), by_name.clone()] {
        let error = fetcher(&[]).fetch(&FetchRequest::new(url)).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused { .. }), "{error}");
        assert!(error.to_string().contains("allow_private"));
    }
    // A name is trusted for what it leads to.
    let fetcher = fetcher(&["127.0.0.1", "::1"]);
    assert!(fetcher.fetch(&FetchRequest::new(by_name.clone())).await.is_ok());
    assert!(fetcher.trusts(&by_name));
    assert!(page.asked().len() == 1, "a refused address is not even connected to");
}

#[tokio::test]
async fn redirects_are_followed_by_hand_and_judged() {
    let server = FeedServer::start().await;
    let end = server.page("/end", Answer::ok("the end"));
    let hop = |from: &str, status: u16, to: &str| server.page(from, Answer::status(status).with("Location", to));
    hop("/c", 302, "/end");
    hop("/b", 301, "c");
    let start = hop("/a", 308, &server.page("/b", Answer::status(301).with("Location", "/c")).url());
    let fetched = get(&start.url()).await.unwrap();
    assert_eq!(fetched.url, end.url());
    assert_eq!(fetched.moved_to.unwrap(), end.url().replace("/end", "/c"), "permanent as far as /c");

    hop("/circle", 302, "/circle");
    let circle = hop("/circle2", 302, "/circle");
    assert!(matches!(get(&circle.url()).await.unwrap_err(), FetchError::Redirect { .. }));
    for n in 0..10 {
        hop(&format!("/far{n}"), 302, &format!("/far{}", n + 1));
    }
    let far = hop("/far", 302, "/far0");
    assert!(matches!(get(&far.url()).await.unwrap_err(), FetchError::Redirect { .. }));

    for target in
        ["http://169.254.169.254/", "http://[::1]/", "http://2130706434/", "file:///etc/passwd", "http://\u{0}"]
    {
        let trap = hop("/trap", 302, target);
        let error = get(&trap.url()).await.unwrap_err();
        assert!(
            matches!(
                error,
                FetchError::Refused { .. }
                    | FetchError::BadUrl { .. }
                    | FetchError::Redirect { .. }
                    | FetchError::Broken { .. }
            ),
            "{target}: {error}"
        );
    }
    let nowhere = server.page("/nowhere", Answer::status(302));
    assert!(matches!(get(&nowhere.url()).await.unwrap_err(), FetchError::Redirect { .. }));
}

/// 64 MiB of zeros in brotli (windows of 16 MiB).
const BROTLI_BOMB: &str =
    "cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3fffffffe19f0088c32200ddfbfffcffffc73f0110870500baf7ff";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bare_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame of `blocks` run-length blocks of 128 KiB (RFC 8878, section 3.1.1).
fn zstd_runs(blocks: usize) -> Vec<u8> {
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    for block in 0..blocks {
        let is_last = u32::from(block + 1 == blocks);
        let header = (128 * 1024) << 3 | 1 << 1 | is_last;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(b' ');
    }
    frame
}

#[tokio::test]
async fn every_coding_is_unpacked_and_every_bomb_is_cut() {
    let server = FeedServer::start().await;
    let text = "news ".repeat(1000).into_bytes();
    let coded = |path: &str, coding: &str, bytes: Vec<u8>| {
        server.page(path, Answer::ok(bytes).with("Content-Encoding", coding))
    };
    for (coding, bytes) in [
        ("gzip", gzip(&text)),
        ("x-gzip", gzip(&text)),
        ("deflate", zlib(&text)),
        ("deflate", bare_deflate(&text)),
        ("identity", text.clone()),
        ("gzip, identity", gzip(&text)),
        ("Identity,, GZIP", gzip(&text)),
        ("gzip", [gzip(&text), vec![0; 512]].concat()),
        ("gzip", [gzip(&text), b"\r\n".to_vec()].concat()),
        ("gzip", [gzip(&text[..100]), gzip(&text[100..])].concat()),
    ] {
        assert_eq!(body_of(&coded("/good", coding, bytes)).await.unwrap(), text, "{coding}");
    }
    assert_eq!(body_of(&coded("/zstd", "zstd", zstd_runs(1))).await.unwrap().len(), 128 * 1024);

    let zeros = vec![0; 64 * 1024 * 1024];
    for (coding, bomb) in
        [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("br", unhex(BROTLI_BOMB)), ("zstd", zstd_runs(512))]
    {
        assert!(bomb.len() as u64 <= MAX_BYTES, "{coding}: small on the wire");
        let error = body_of(&coded("/bomb", coding, bomb)).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLarge { .. }), "{coding}: {error}");
    }
    for (coding, bytes) in [
        ("gzip", b"no gzip".to_vec()),
        ("br", vec![0xff; 40]),
        ("zstd", vec![1, 2, 3]),
        ("compress", text.clone()),
        ("gzip, gzip", gzip(&gzip(&text))),
    ] {
        let error = body_of(&coded("/bad", coding, bytes)).await.unwrap_err();
        assert!(matches!(error, FetchError::Broken { .. }), "{coding}: {error}");
    }
}

#[tokio::test]
async fn little_that_becomes_much_is_a_bomb_below_the_limit_too() {
    let server = FeedServer::start().await;
    let limits = Limits { timeout: Duration::from_secs(5), max_bytes: 64 * 1024 * 1024 };
    let guard = Guard::new(vec!["127.0.0.1".parse().unwrap()]);
    let fetcher = SafeFetcher::new(guard, limits, FixedClock::new(START));
    let coded = |path: &str, coding: &str, bytes: Vec<u8>| {
        server.page(path, Answer::ok(bytes).with("Content-Encoding", coding)).url()
    };
    let zeros = vec![0; 8 * 1024 * 1024];
    for (coding, bomb) in [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("zstd", zstd_runs(64))] {
        let error = fetcher.fetch(&FetchRequest::new(coded("/bomb", coding, bomb))).await.unwrap_err();
        assert!(error.to_string().contains("100 times its size"), "{coding}: {error}");
    }
    // A megabyte may be as uniform as it likes, and a large feed may repeat itself.
    let small = fetcher.fetch(&FetchRequest::new(coded("/small", "gzip", gzip(&zeros[..1_000_000])))).await.unwrap();
    assert_eq!(small.body.unwrap().bytes.len(), 1_000_000);
    let feed: String = (0..40_000).map(|n| format!("<item><guid>{}</guid><title>Item</title></item>", n * n)).collect();
    let large = fetcher.fetch(&FetchRequest::new(coded("/large", "gzip", gzip(feed.as_bytes())))).await.unwrap();
    assert_eq!(large.body.unwrap().bytes.len(), feed.len());
}

#[tokio::test]
async fn validators_come_back_byte_for_byte() {
    let server = FeedServer::start().await;
    let raw = [&b"HTTP/1.1 200 X\r\nETag: \"caf\xe9 \xf0\x9f\x93\xb0\"\r\nContent-Length: 2\r\n\r\nok"[..]].concat();
    let page = server.page("/x", Answer::Raw(raw));
    let fetcher = fetcher(&["127.0.0.1"]);
    let body = fetcher.fetch(&FetchRequest::new(page.url())).await.unwrap().body.unwrap();
    let stored = serde_json::to_string(&body.etag).unwrap();
    let etag: Option<String> = serde_json::from_str(&stored).unwrap();
    let validators = Validators { url: Some(page.url()), etag, ..Validators::default() };
    fetcher.fetch(&FetchRequest { url: page.url(), validators }).await.unwrap();
    assert_eq!(page.asked()[1].raw("if-none-match"), b"\"caf\xe9 \xf0\x9f\x93\xb0\"");

    let endless = server.page("/long", Answer::ok("ok").with("ETag", &format!("\"{}\"", "x".repeat(5000))));
    assert_eq!(fetcher.fetch(&FetchRequest::new(endless.url())).await.unwrap().body.unwrap().etag, None);
}

#[tokio::test]
async fn retry_after_is_read_in_every_form_of_http_dates() {
    let server = FeedServer::start().await;
    for (value, expected) in [
        ("120", Some(120)),
        ("Mon, 23 Nov 2026 10:00:00 GMT", Some(3600)),
        ("Monday, 23-Nov-26 10:00:00 GMT", Some(3600)),
        ("Sunday, 23-Nov-26 10:00:00 GMT", Some(3600)),
        ("Mon Nov 23 10:00:00 2026", Some(3600)),
        ("Thu Dec  3 09:00:00 2026", Some(10 * 24 * 3600)),
        ("Sun Nov  6 08:49:37 1994", None),
        ("-120", None),
        ("tomorrow", None),
        ("", None),
    ] {
        let page = server.page("/busy", Answer::status(503).with("Retry-After", value));
        match get(&page.url()).await.unwrap_err() {
            FetchError::Status { retry_after_secs, .. } => assert_eq!(retry_after_secs, expected, "{value}"),
            other => panic!("{value}: {other}"),
        }
    }
}

#[tokio::test]
async fn lengths_are_counted_and_not_believed() {
    let server = FeedServer::start().await;
    let raw = |path: &str, bytes: &[u8]| server.page(path, Answer::Raw(bytes.to_vec()));
    let short = raw("/short", b"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\nonly this");
    assert!(matches!(body_of(&short).await.unwrap_err(), FetchError::Broken { .. }));
    let big = [b"HTTP/1.1 200 X\r\n\r\n".to_vec(), vec![b'x'; MAX_BYTES as usize + 1]].concat();
    assert!(matches!(body_of(&raw("/big", &big)).await.unwrap_err(), FetchError::TooLarge { .. }));
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, "x".repeat(100_000)).repeat(5);
    let chunked = [b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(), chunk.into_bytes()].concat();
    assert!(matches!(body_of(&raw("/chunked", &chunked)).await.unwrap_err(), FetchError::TooLarge { .. }));
    for nonsense in [&b"nonsense\r\n\r\n"[..], b"", b"HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n"] {
        let error = body_of(&raw("/nonsense", nonsense)).await.unwrap_err();
        assert!(matches!(error, FetchError::Broken { .. } | FetchError::Unreachable { .. }), "{error}");
    }
}

#[tokio::test]
async fn slow_servers_are_given_up() {
    let server = FeedServer::start().await;
    for (path, answer) in [("/drip", Answer::Drip), ("/silence", Answer::Silence)] {
        let error = body_of(&server.page(path, answer)).await.unwrap_err();
        assert!(matches!(error, FetchError::Timeout { .. }), "{path}: {error}");
    }
}

#[tokio::test]
async fn errors_name_the_host_and_never_the_path() {
    let server = FeedServer::start().await;
    let secret = server.page("/feed?key=sesame", Answer::status(403));
    let error = body_of(&secret).await.unwrap_err().to_string();
    assert!(error.contains("127.0.0.1") && error.contains("403"), "{error}");
    assert!(!error.contains("sesame"), "{error}");
    let nobody = fetcher(&["127.0.0.1"]).fetch(&FetchRequest::new("http://127.0.0.1:9/feed?key=sesame")).await;
    let error = nobody.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert!(!error.to_string().contains("sesame"), "{error}");
}
