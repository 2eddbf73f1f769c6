//! A stream of whole messages: knows what part of a message it took, and begins a new line after one
//! that was cut off.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

/// How long to wait for a stream that says that it is busy instead of blocking.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// How much of a message is written.
#[derive(Debug)]
pub enum Written {
    Whole,
    /// Nothing of it.
    Nothing(String),
    /// Perhaps not all of it.
    Part(String),
    /// Nobody will ever read it.
    ReaderGone(String),
}

pub struct Stream {
    out: Box<dyn Write + Send>,
    /// It ends inside a line.
    is_cut: bool,
}

impl Stream {
    pub fn new(out: impl Write + Send + 'static) -> Self {
        Self { out: Box::new(out), is_cut: false }
    }

    /// Writes a message that ends with a line break.
    pub fn write(&mut self, message: &str) -> Written {
        if self.is_cut {
            // Whoever reads line by line must not find half a message and a whole one on one line.
            if let Err((_, error)) = self.put(b"\n") {
                return failure(&error, Written::Nothing);
            }
            self.is_cut = false;
        }
        match self.put(message.as_bytes()) {
            Ok(()) => Written::Whole,
            Err((0, error)) => failure(&error, Written::Nothing),
            Err((count, error)) => {
                self.is_cut = true;
                // What lacks only the end of its line gets that before the next message.
                let is_whole = message.get(count..).is_some_and(|rest| rest == "\n");
                if is_whole { Written::Whole } else { failure(&error, Written::Part) }
            }
        }
    }

    /// Writes all of it, or says how much of it was taken.
    fn put(&mut self, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
        let mut count = 0;
        while let Some(rest) = bytes.get(count..).filter(|rest| !rest.is_empty()) {
            match self.out.write(rest) {
                Ok(0) => return Err((count, ErrorKind::WriteZero.into())),
                Ok(more) => count += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(BUSY_PAUSE),
                Err(error) => return Err((count, error)),
            }
        }
        self.out.flush().map_err(|error| (count, error))
    }
}

fn failure(error: &io::Error, otherwise: fn(String) -> Written) -> Written {
    let words = error.to_string();
    if error.kind() == ErrorKind::BrokenPipe { Written::ReaderGone(words) } else { otherwise(words) }
}

/// Standard output without a buffer of ours, so that what is not taken is not kept and written later
/// before something else.
#[cfg(unix)]
pub fn of_stdout() -> Stream {
    use std::os::fd::AsFd;

    match io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from) {
        Ok(file) => {
            let is_cut = ends_inside_a_line(&file).unwrap_or(false);
            Stream { out: Box::new(file), is_cut }
        }
        Err(_) => Stream::new(io::stdout()),
    }
}

#[cfg(not(unix))]
pub fn of_stdout() -> Stream {
    Stream::new(io::stdout())
}

/// Whether standard output is a file that the last process did not finish its line in.
#[cfg(target_os = "linux")]
fn ends_inside_a_line(file: &std::fs::File) -> io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};

    // Opening a pipe again could wait for ever; a file can be read beside being written.
    let about = file.metadata()?;
    if !about.is_file() || about.len() == 0 {
        return Ok(false);
    }
    let mut same = std::fs::File::open("/proc/self/fd/1")?;
    same.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    same.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Elsewhere the name of an open file may share its position with it, and looking would move it.
#[cfg(all(unix, not(target_os = "linux")))]
fn ends_inside_a_line(_file: &std::fs::File) -> io::Result<bool> {
    Ok(false)
}
