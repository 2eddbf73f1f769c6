//! Questions from other tidings commands to the running bot, which alone has the store open: one
//! line of JSON each way over a socket in the store's folder.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::delivery::Delivery;
use crate::model::feed::FeedRecord;
use crate::model::id::{DeliveryId, FeedId};
use crate::port::{Clock, Counts, Store, StoreError};

/// What may be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Feeds,
    Deliveries,
    Retry(DeliveryId),
    Health,
}

/// What is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Feeds(Vec<Listed>),
    Deliveries(Vec<Delivery>),
    Retried(Box<Delivery>),
    Health {
        counts: Counts,
        /// Where the bot serves its pages.
        listen: Option<SocketAddr>,
    },
    Failed(String),
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

/// Answers one question. `listen`: where this process serves its pages.
///
/// # Errors
/// When the store does not answer.
pub async fn answer(
    question: Question,
    store: &dyn Store,
    clock: &dyn Clock,
    listen: Option<SocketAddr>,
) -> Result<Answer, StoreError> {
    Ok(match question {
        Question::Feeds => Answer::Feeds(listed(store).await?),
        Question::Deliveries => Answer::Deliveries(store.deliveries(usize::MAX).await?),
        Question::Retry(id) => Answer::Retried(Box::new(store.retry_dead(&id, clock.now()).await?)),
        Question::Health => Answer::Health { counts: store.counts().await?, listen },
    })
}

/// Feeds that somebody listens to have a next poll, unless they are parked.
async fn listed(store: &dyn Store) -> Result<Vec<Listed>, StoreError> {
    let (polled, _) = store.due_feeds(Timestamp::UNIX_EPOCH, Timestamp::MAX).await?;
    let polled: HashSet<FeedId> = polled.into_iter().map(|feed| feed.id).collect();
    let is_heard = |record: &FeedRecord| polled.contains(&record.feed.id) || record.state.health.parked.is_some();
    Ok(store.feeds().await?.into_iter().map(|record| Listed { is_heard: is_heard(&record), record }).collect())
}

/// How long the running bot may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

#[cfg(unix)]
pub use unix::{ask, serve};

#[cfg(unix)]
mod unix {
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{UnixListener, UnixStream};

    use super::*;

    /// Bytes of a question.
    const QUESTION_BYTES_MAX: u64 = 4096;

    /// Answers whoever may open the socket, until the task is dropped.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub async fn serve(
        socket: PathBuf,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        listen: Option<SocketAddr>,
    ) -> io::Result<()> {
        // Whoever left it there is gone: only one process has the store open.
        match std::fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&socket)?;
        std::fs::set_permissions(&socket, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        loop {
            let (stream, _) = listener.accept().await?;
            let (store, clock) = (store.clone(), clock.clone());
            tokio::spawn(async move {
                let talk = reply(stream, store.as_ref(), clock.as_ref(), listen);
                // An asker who goes away needs no answer.
                drop(tokio::time::timeout(ANSWER_TIMEOUT, talk).await);
            });
        }
    }

    async fn reply(
        mut stream: UnixStream,
        store: &dyn Store,
        clock: &dyn Clock,
        listen: Option<SocketAddr>,
    ) -> io::Result<()> {
        let (reader, mut writer) = stream.split();
        let mut line = String::new();
        BufReader::new(reader.take(QUESTION_BYTES_MAX)).read_line(&mut line).await?;
        let answer = match serde_json::from_str(&line) {
            Ok(question) => {
                answer(question, store, clock, listen).await.unwrap_or_else(|error| Answer::Failed(error.to_string()))
            }
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
pub async fn serve(
    _socket: PathBuf,
    _store: Arc<dyn Store>,
    _clock: Arc<dyn Clock>,
    _listen: Option<SocketAddr>,
) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such sockets"))
}

#[cfg(not(unix))]
pub async fn ask(_socket: &Path, _question: &Question) -> io::Result<Answer> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such sockets"))
}
