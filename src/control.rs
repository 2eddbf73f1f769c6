//! Questions from other tidings commands to the running bot, which alone has the store open: one
//! line of JSON each way over a socket in the store's folder.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::model::delivery::Delivery;
use crate::model::feed::FeedRecord;
use crate::model::id::DeliveryId;
use crate::model::subscription::Address;
use crate::platform::terminal::Style;
use crate::port::Counts;

/// What may be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Feeds,
    Deliveries,
    Retry(DeliveryId),
    /// A line said at the terminal.
    Chat {
        line: String,
        style: Style,
    },
    /// Subscriptions for the terminal, as OPML or JSON.
    Import {
        text: String,
        is_dry_run: bool,
        style: Style,
    },
    Export {
        as_json: bool,
    },
    Health,
    /// Where something is subscribed on chat platforms.
    Places,
}

/// What is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Feeds(Vec<Listed>),
    Deliveries(Vec<Delivery>),
    Retried(Box<Delivery>),
    Places(Vec<Address>),
    /// Words for the terminal.
    Said(String),
    Health {
        counts: Counts,
        /// Where the bot serves its pages.
        listen: Option<SocketAddr>,
    },
    Failed(String),
}

impl Question {
    /// Whether it changes something, or needs a store to be answered at all.
    pub fn makes_a_store(&self) -> bool {
        matches!(self, Self::Chat { .. } | Self::Import { .. } | Self::Export { .. })
    }
}

/// Who answers.
#[async_trait]
pub trait Clerk: Send + Sync {
    async fn answer(&self, question: Question) -> Answer;
}

/// A feed, and whether it is polled for anybody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listed {
    pub record: FeedRecord,
    pub is_heard: bool,
}

/// The socket of a store's folder.
pub fn socket_of(store: &Path) -> PathBuf {
    store.join("control.sock")
}

/// How long the running bot may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

#[cfg(unix)]
pub use unix::{ask, serve};

#[cfg(unix)]
mod unix {
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{UnixListener, UnixStream};

    use super::*;

    /// Bytes of a question: a file of subscriptions is at most 5 MB, and every byte of it may be escaped.
    const QUESTION_BYTES_MAX: u64 = 12 * 1024 * 1024;

    /// Answers whoever may open the socket, until the task is dropped.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub async fn serve(socket: PathBuf, clerk: Arc<dyn Clerk>) -> io::Result<()> {
        // Whoever left it there is gone: only one process has the store open.
        match std::fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&socket)?;
        std::fs::set_permissions(&socket, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        loop {
            let (stream, _) = listener.accept().await?;
            let clerk = clerk.clone();
            tokio::spawn(async move {
                let talk = reply(stream, clerk.as_ref());
                // An asker who goes away needs no answer.
                drop(tokio::time::timeout(ANSWER_TIMEOUT, talk).await);
            });
        }
    }

    async fn reply(mut stream: UnixStream, clerk: &dyn Clerk) -> io::Result<()> {
        let (reader, mut writer) = stream.split();
        let mut line = String::new();
        BufReader::new(reader.take(QUESTION_BYTES_MAX)).read_line(&mut line).await?;
        let answer = match serde_json::from_str(&line) {
            Ok(question) => clerk.answer(question).await,
            Err(error) => Answer::Failed(format!("the running tidings does not understand: {error}")),
        };
        writer.write_all(&serde_json::to_vec(&answer)?).await
    }

    /// Asks the bot that has the store open.
    ///
    /// # Errors
    /// When no bot answers at that socket.
    pub async fn ask(socket: &Path, question: &Question) -> io::Result<Answer> {
        let talk = async {
            let mut stream = UnixStream::connect(socket).await?;
            let mut line = serde_json::to_vec(question)?;
            line.push(b'\n');
            stream.write_all(&line).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            Ok(serde_json::from_slice(&answer)?)
        };
        tokio::time::timeout(ANSWER_TIMEOUT, talk).await?
    }
}

#[cfg(not(unix))]
pub async fn serve(_socket: PathBuf, _clerk: Arc<dyn Clerk>) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such sockets"))
}

#[cfg(not(unix))]
pub async fn ask(_socket: &Path, _question: &Question) -> io::Result<Answer> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such sockets"))
}
