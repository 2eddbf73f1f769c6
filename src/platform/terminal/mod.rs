//! The terminal: messages print to standard output, for people or, as JSON, for programs.

mod lower;
mod stream;

use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::model::delivery::Verdict;
use crate::model::doc::Doc;
use crate::model::id::DeliveryId;
use crate::model::subscription::{Address, PlatformKind};
use crate::port::{CanCall, Check, Desk, Found, Lease, Platform, Target};

pub use lower::{Style, lower};
use stream::{Stream, Written};

/// `[terminal]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub enabled: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// Columns of a line where the terminal does not say.
const WIDTH_DEFAULT: usize = 100;
/// Wider lines are not read with pleasure.
const WIDTH_MAX: usize = 120;
const WIDTH_MIN: usize = 40;

/// How cards are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Text(Style),
    /// One line per card.
    Json,
}

impl Style {
    /// Colour and width as standard output has them: none and 100 columns where it is no terminal.
    pub fn of_stdout() -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        // https://no-color.org
        let wants_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|_| is_terminal);
        Self {
            has_color: is_terminal && !wants_none,
            width: columns.unwrap_or(WIDTH_DEFAULT).clamp(WIDTH_MIN, WIDTH_MAX),
        }
    }
}

/// What became of a write that its sender may not have waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    UnderWay,
    Whole,
    /// Not there, or cut off.
    Failed,
}

/// Writes to one stream, one message at a time. The receipt of a message is what it is about. A write whose sender gave up waiting goes on, and is
/// remembered, so that it is not begun again. What was being written when the process died is
/// written again: the next process cannot ask what has arrived.
pub struct Terminal {
    output: Output,
    stream: Arc<tokio::sync::Mutex<Stream>>,
    /// Writes that nobody has told their senders of.
    fates: Arc<Mutex<HashMap<DeliveryId, Fate>>>,
    /// Cancelled when the reader of the stream is gone.
    reader_gone: CancellationToken,
}

impl Terminal {
    pub fn new(output: Output, stream: impl Write + Send + 'static, reader_gone: CancellationToken) -> Self {
        Self::of_stream(output, Stream::new(stream), reader_gone)
    }

    /// Writes to the standard output of this process.
    pub fn of_stdout(output: Output, reader_gone: CancellationToken) -> Self {
        Self::of_stream(output, stream::of_stdout(), reader_gone)
    }

    fn of_stream(output: Output, stream: Stream, reader_gone: CancellationToken) -> Self {
        Self { output, stream: Arc::new(tokio::sync::Mutex::new(stream)), fates: Arc::default(), reader_gone }
    }

    /// What an edit prints, if it prints anything.
    fn change(&self, doc: &Doc) -> Option<String> {
        match self.output {
            Output::Text(style) => lower::change(doc, style),
            Output::Json => None,
        }
    }

    /// Writes `text`, and notes its fate under `id` until somebody has heard of it.
    async fn write(&self, id: &DeliveryId, text: String) -> Written {
        // While another write is under way this waits without a thread; given up here, it has not begun.
        let mut stream = self.stream.clone().lock_owned().await;
        note(&self.fates, id, Fate::UnderWay);
        let (fates, own) = (self.fates.clone(), id.clone());
        // A pipe whose reader is slow blocks; that must not hold up anybody else.
        let writing = tokio::task::spawn_blocking(move || {
            let written = stream.write(&text);
            let is_whole = matches!(written, Written::Whole);
            note(&fates, &own, if is_whole { Fate::Whole } else { Fate::Failed });
            written
        });
        let written = writing.await.unwrap_or_else(|error| Written::Part(error.to_string()));
        lock(&self.fates).remove(id);
        written
    }
}

type Fates = Mutex<HashMap<DeliveryId, Fate>>;

fn lock(fates: &Fates) -> std::sync::MutexGuard<'_, HashMap<DeliveryId, Fate>> {
    fates.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(fates: &Fates, id: &DeliveryId, fate: Fate) {
    lock(fates).insert(id.clone(), fate);
}

#[async_trait]
impl Platform for Terminal {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Terminal
    }

    async fn send(&self, lease: &Lease, doc: &Doc) -> Verdict {
        let text = match (self.output, &doc.record, lease.target()) {
            (Output::Json, Some(record), _) => format!("{record}\n"),
            // What is printed stays; only what is new is said.
            (_, _, Target::Edit(subject)) => match self.change(doc) {
                Some(line) => line,
                None => return Verdict::Sent { receipt: Some(subject.to_owned()) },
            },
            (Output::Json, None, _) => return Verdict::Refused { reason: "it has no form for programs".to_owned() },
            (Output::Text(style), _, Target::Answer(subject)) => lower::following(doc, subject, style),
            (Output::Text(style), _, Target::New | Target::Nowhere) => lower(doc, style),
        };
        match self.write(&lease.delivery().id, text).await {
            Written::Whole => Verdict::Sent { receipt: Some(lower::subject(doc)) },
            Written::ReaderGone(error) => {
                self.reader_gone.cancel();
                Verdict::Retry { reason: format!("nobody reads standard output: {error}") }
            }
            Written::Nothing(error) => Verdict::Retry { reason: format!("standard output does not take it: {error}") },
            Written::Part(error) => Verdict::Unsure { reason: format!("standard output took a part of it: {error}") },
        }
    }

    async fn find(&self, lease: &Lease, doc: &Doc) -> Found {
        let id = &lease.delivery().id;
        let mut fates = lock(&self.fates);
        match fates.get(id) {
            None => Found::Unknown { resend: true },
            Some(Fate::UnderWay) => {
                Found::AskLater { reason: "standard output has not taken all of it yet: nobody reads".to_owned() }
            }
            Some(Fate::Whole) => {
                fates.remove(id);
                Found::Yes { receipt: Some(lower::subject(doc)) }
            }
            Some(Fate::Failed) => {
                fates.remove(id);
                Found::No
            }
        }
    }

    /// Standard output says nothing; words come through `tidings chat`.
    async fn listen(&self, _desk: Arc<dyn Desk>, stop: CancellationToken) {
        stop.cancelled().await;
    }

    fn can_call(&self) -> CanCall {
        |_, _| Err("A terminal calls nobody.")
    }

    async fn check(&self, _addresses: &[Address]) -> Vec<Check> {
        Vec::new()
    }
}
