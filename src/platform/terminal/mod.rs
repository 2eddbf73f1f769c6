//! The terminal: messages print to standard output, for people or, as JSON, for programs.

mod lower;

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::model::delivery::Verdict;
use crate::model::doc::Doc;
use crate::model::subscription::PlatformKind;
use crate::port::{Found, Lease, Platform};

pub use lower::{Style, lower};

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

/// Writes to one stream. It cannot be asked what has arrived there: what was being written when
/// the process died is written again.
pub struct Terminal {
    output: Output,
    stream: Arc<Mutex<dyn Write + Send>>,
    /// Cancelled when the reader of the stream is gone.
    reader_gone: CancellationToken,
}

impl Terminal {
    pub fn new(output: Output, stream: impl Write + Send + 'static, reader_gone: CancellationToken) -> Self {
        Self { output, stream: Arc::new(Mutex::new(stream)), reader_gone }
    }
}

#[async_trait]
impl Platform for Terminal {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Terminal
    }

    async fn send(&self, _lease: &Lease, doc: &Doc) -> Verdict {
        let text = match (self.output, &doc.record) {
            (Output::Text(style), _) => lower(doc, style),
            (Output::Json, Some(record)) => format!("{record}\n"),
            (Output::Json, None) => return Verdict::Refused { reason: "it has no form for programs".to_owned() },
        };
        let stream = self.stream.clone();
        // A pipe whose reader is slow blocks; that must not hold up anybody else.
        let writing = tokio::task::spawn_blocking(move || {
            let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
            stream.write_all(text.as_bytes()).and_then(|()| stream.flush())
        });
        match writing.await {
            Ok(Ok(())) => Verdict::Sent { receipt: None },
            Ok(Err(error)) => {
                if error.kind() == ErrorKind::BrokenPipe {
                    self.reader_gone.cancel();
                }
                Verdict::Retry { reason: format!("standard output does not take it: {error}") }
            }
            Err(error) => Verdict::Unsure { reason: error.to_string() },
        }
    }

    async fn find(&self, _lease: &Lease) -> Found {
        Found::Unknown { resend: true }
    }
}
