//! The same by HTTP: signatures, the challenge, answers in the body, and posts that come again.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{town, with_button};
use crate::world::slack::Slack;

/// A bot that listens, one request at a time.
struct Listener(TcpListener);

struct Heard {
    stream: TcpStream,
    path: String,
    head: String,
    body: String,
}

impl Listener {
    async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (Self(listener), url)
    }

    async fn hear(&self) -> Heard {
        let (mut stream, _) = self.0.accept().await.unwrap();
        let mut text = String::new();
        let mut buffer = [0; 4096];
        loop {
            let count = stream.read(&mut buffer).await.unwrap();
            text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = header(head, "Content-Length").unwrap().parse::<usize>().unwrap();
            if body.len() >= length {
                let path = head.split(' ').nth(1).unwrap().to_owned();
                return Heard { stream, path, head: head.to_owned(), body: body.to_owned() };
            }
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
}

impl Heard {
    async fn answer(mut self, status: u16, body: &str) {
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.stream.write_all(head.as_bytes()).await.unwrap();
    }

    /// The signature that Slack must have set.
    fn is_signed(&self, slack: &Slack) -> bool {
        let timestamp = header(&self.head, "X-Slack-Request-Timestamp").unwrap().parse().unwrap();
        let own = header(&self.head, "X-Slack-Signature").unwrap();
        slack.signed_at(timestamp, self.body.as_bytes()).iter().any(|(_, value)| value == own)
    }

    fn form(&self, key: &str) -> String {
        let mut pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(name, _)| name == key).unwrap().1.into_owned()
    }
}

#[tokio::test]
async fn signatures_are_those_of_slacks_own_example() {
    let (slack, ..) = town().await;
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
                &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
                &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let headers = slack.signed_at(1_531_420_618, body.as_bytes());
    let (_, signature) = headers.iter().find(|(name, _)| name == "X-Slack-Signature").unwrap();
    assert_eq!(signature, "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
}

#[tokio::test]
async fn commands_buttons_and_events_come_to_their_paths() {
    let (slack, news, alice) = town().await;
    let (bot, url) = Listener::start().await;
    slack.post_to(&url);
    let command = slack.say_command(alice, news, "/news", "help");
    let heard = bot.hear().await;
    assert_eq!((heard.path.as_str(), heard.form("text").as_str()), ("/slack/commands", "help"));
    assert!(heard.is_signed(&slack));
    heard.answer(200, r#"{"text": "Help", "response_type": "in_channel"}"#).await;
    assert_eq!(slack.answer(command).await.words(), "Help");
    assert_eq!(slack.messages(news).len(), 1);

    let message = with_button(&slack, news).await;
    let press = slack.press(alice, message, "why");
    let heard = bot.hear().await;
    assert_eq!(heard.path, "/slack/interactivity");
    let payload: Value = serde_json::from_str(&heard.form("payload")).unwrap();
    assert_eq!(payload["actions"][0]["action_id"], "why");
    heard.answer(200, "").await;
    slack.answer_when(press, |answer| answer.is_acknowledged).await;

    let event = slack.opens_home(alice);
    for retry in 0..2 {
        let heard = bot.hear().await;
        assert_eq!(heard.path, "/slack/events");
        assert_eq!(header(&heard.head, "X-Slack-Retry-Num"), (retry == 1).then_some("1"));
        assert_eq!(header(&heard.head, "X-Slack-Retry-Reason"), (retry == 1).then_some("http_error"));
        heard.answer(if retry == 0 { 503 } else { 200 }, "").await;
    }
    assert_eq!(slack.answer(event).await.deliveries, 2);

    let plain = slack.say_command(alice, news, "/news", "help");
    bot.hear().await.answer(200, "Plain words").await;
    assert_eq!(slack.answer(plain).await.words(), "Plain words");
    let failed = slack.say_command(alice, news, "/news", "help");
    bot.hear().await.answer(500, "").await;
    assert_eq!(slack.answer(failed).await.error.as_deref(), Some("operation_timeout"));
}

#[tokio::test]
async fn the_challenge_must_come_back() {
    let (slack, ..) = town().await;
    let (bot, url) = Listener::start().await;
    for (answer, is_right) in [("", false), ("{\"challenge\": \"other\"}", false), ("own", true)] {
        let asked = slack.verifies_url(&url);
        let answered = async {
            let heard = bot.hear().await;
            assert!(heard.is_signed(&slack));
            let body: Value = serde_json::from_str(&heard.body).unwrap();
            let own = json!({"challenge": body["challenge"]}).to_string();
            heard.answer(200, if answer == "own" { &own } else { answer }).await;
        };
        assert_eq!(futures_util::future::join(asked, answered).await.0, is_right);
    }
}

#[tokio::test]
async fn a_test_can_forge_and_hold_back() {
    let (slack, news, alice) = town().await;
    let (bot, url) = Listener::start().await;
    let id = slack.say_command(alice, news, "/news", "help");
    let (path, mut headers, body) = slack.signed(id);
    headers.retain(|(name, _)| name != "X-Slack-Signature");
    let address = format!("{url}{path}");
    let posted = slack.post(&address, &headers, &body);
    let answered = async {
        let heard = bot.hear().await;
        assert!(header(&heard.head, "X-Slack-Signature").is_none());
        heard.answer(401, "no").await;
    };
    let (posted, ()) = futures_util::future::join(posted, answered).await;
    assert_eq!(posted, Some((401, b"no".to_vec())));
}
