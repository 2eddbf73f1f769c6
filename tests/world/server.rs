//! An HTTP server written by hand, so that it can lie: about lengths, encodings, time.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: HashMap<String, String>,
    /// The head as it came.
    head: Vec<u8>,
}

impl Asked {
    /// The bytes of a header.
    pub fn raw(&self, name: &str) -> &[u8] {
        let lines = self.head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let prefix = format!("{name}: ").into_bytes();
        let is_it = |line: &&[u8]| line.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(&prefix));
        lines.into_iter().find(is_it).map_or(&[], |line| &line[prefix.len()..])
    }
}

/// What to answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A whole response.
    Response { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// Exactly these bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// A head, then one byte of body at a time, for ever.
    Drip,
    /// Nothing at all.
    Silence,
    /// An empty feed, once there is a permit.
    Held(Arc<Semaphore>),
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Response { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub fn status(status: u16) -> Self {
        Self::Response { status, headers: Vec::new(), body: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Response { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

#[derive(Default)]
struct Route {
    /// Answers given once each, before anything else.
    queued: VecDeque<Answer>,
    /// The feed served otherwise.
    feed: Option<FeedText>,
    /// The answer given otherwise, where there is no feed.
    standing: Option<Answer>,
}

#[derive(Clone, Default)]
struct FeedText {
    title: String,
    items: Vec<(String, String)>,
    /// Answers 304 to the right ETag.
    has_etag: bool,
    raw: Option<Vec<u8>>,
}

type Shared = Arc<Mutex<State>>;

#[derive(Default)]
struct State {
    routes: HashMap<String, Route>,
    asked: Vec<Asked>,
}

pub struct FeedServer {
    pub address: SocketAddr,
    state: Shared,
}

/// One path of the server.
#[derive(Clone)]
pub struct Served {
    path: String,
    address: SocketAddr,
    state: Shared,
}

impl FeedServer {
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// `host`: an address of this machine, to play another host.
    pub async fn start_at(host: &str) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Shared::default();
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { address, state }
    }

    /// A feed that answers with an ETag and 304.
    pub fn feed(&self, name: &str) -> Served {
        let path = format!("/{name}.xml");
        let feed = FeedText { title: name.to_owned(), has_etag: true, ..FeedText::default() };
        self.state.lock().unwrap().routes.entry(path.clone()).or_default().feed = Some(feed);
        Served { path, address: self.address, state: self.state.clone() }
    }

    /// A path that always answers the same.
    pub fn page(&self, path: &str, answer: Answer) -> Served {
        self.state.lock().unwrap().routes.entry(path.to_owned()).or_default().standing = Some(answer);
        Served { path: path.to_owned(), address: self.address, state: self.state.clone() }
    }
}

impl Served {
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }

    /// A new item at the top of the feed, with a text of its own.
    pub fn publish(&self, title: &str) {
        let text = format!("{title} was announced on Monday by a company that makes such things for everybody.");
        self.publish_item(title, &text);
    }

    pub fn publish_item(&self, title: &str, text: &str) {
        self.change(|feed| feed.items.insert(0, (title.to_owned(), text.to_owned())));
    }

    /// Serves exactly these bytes as the feed.
    pub fn serve_raw(&self, bytes: &[u8]) {
        self.change(|feed| feed.raw = Some(bytes.to_owned()));
    }

    pub fn without_etag(&self) {
        self.change(|feed| feed.has_etag = false);
    }

    fn change(&self, change: impl FnOnce(&mut FeedText)) {
        let mut state = self.state.lock().unwrap();
        change(state.routes.get_mut(&self.path).unwrap().feed.as_mut().unwrap());
    }

    /// The next request gets this answer instead.
    pub fn answer_next(&self, answer: Answer) {
        self.state.lock().unwrap().routes.get_mut(&self.path).unwrap().queued.push_back(answer);
    }

    /// The requests for this path so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.iter().filter(|one| one.path == self.path).cloned().collect()
    }
}

impl FeedText {
    fn body(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let items: String = self.items.iter().map(|(title, text)| item(title, text)).collect();
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{}</title>\
             <link>https://example.com/</link><description>d</description>{items}</channel></rss>",
            self.title
        )
        .into_bytes()
    }
}

fn item(title: &str, text: &str) -> String {
    let slug = title.replace(' ', "-").to_lowercase();
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<item><title>{}</title><link>https://example.com/{slug}</link><guid>{slug}</guid>\
         <pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate><description>{}</description></item>",
        escape(title),
        escape(text)
    )
}

async fn serve(mut stream: TcpStream, state: Shared) {
    loop {
        let Some(asked) = read_head(&mut stream).await else { return };
        let answer = answer(&asked, &state);
        if !write(&mut stream, answer).await {
            return;
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut lines = text.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
    Some(Asked { path, headers, head })
}

fn answer(asked: &Asked, state: &Shared) -> Answer {
    let mut state = state.lock().unwrap();
    state.asked.push(asked.clone());
    let Some(route) = state.routes.get_mut(&asked.path) else { return Answer::status(404) };
    if let Some(answer) = route.queued.pop_front() {
        return answer;
    }
    let Some(feed) = &route.feed else { return route.standing.clone().unwrap_or(Answer::status(404)) };
    let body = feed.body();
    let etag = format!("\"{:x}\"", tidings::model::seen::body_hash(&body));
    if !feed.has_etag {
        return Answer::ok(body);
    }
    if asked.headers.get("if-none-match") == Some(&etag) {
        return Answer::status(304).with("ETag", &etag);
    }
    Answer::ok(body).with("ETag", &etag)
}

async fn write(stream: &mut TcpStream, answer: Answer) -> bool {
    match answer {
        Answer::Response { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} X\r\n");
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if status != 304 {
                head.push_str(&format!("Content-Length: {}\r\n", body.len()));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes()).await.is_ok() && stream.write_all(&body).await.is_ok()
        }
        Answer::Raw(bytes) => {
            // The reader may have seen enough before the end.
            let _ = stream.write_all(&bytes).await;
            false
        }
        Answer::Drip => {
            let mut is_open = stream.write_all(b"HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n").await.is_ok();
            let mut drops = tokio::time::interval(std::time::Duration::from_millis(50));
            while is_open {
                drops.tick().await;
                is_open = stream.write_all(b" ").await.is_ok();
            }
            false
        }
        Answer::Held(permits) => {
            permits.acquire().await.unwrap().forget();
            let feed = b"<rss version=\"2.0\"><channel><title>held</title></channel></rss>";
            let head = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n", feed.len());
            stream.write_all(&[head.as_bytes(), feed].concat()).await.is_ok()
        }
        Answer::Silence => {
            // Until the other side gives up.
            let _ = stream.read_u8().await;
            false
        }
    }
}
