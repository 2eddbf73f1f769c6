//! HTTP/1.1 as far as simulated platforms read it: by hand, so that they can hang up in the middle.

use std::collections::HashMap;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpStream;

const HEAD_BYTES_MAX: usize = 64 * 1024;
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

pub type Stream = BufReader<TcpStream>;
pub type Headers = HashMap<String, String>;

/// The first line, and the headers in small letters.
pub async fn read_head(stream: &mut Stream) -> Option<(String, Headers)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head).await.ok()? == 0 || head.len() > HEAD_BYTES_MAX {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let first = lines.next()?.to_owned();
    let pairs = lines.filter_map(|line| line.split_once(':'));
    Some((first, pairs.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect()))
}

/// Verb and target of the first line.
pub fn request_line(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}

/// The whole body, in chunks or of a stated length.
pub async fn read_body(stream: &mut Stream, headers: &Headers) -> Option<Vec<u8>> {
    if headers.get("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        return read_chunks(stream).await;
    }
    let length = headers.get("content-length").map_or(Some(0), |text| text.parse().ok())?;
    if length > BODY_BYTES_MAX {
        return None;
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(body)
}

async fn read_chunks(stream: &mut Stream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let length = usize::from_str_radix(line.trim().split(';').next()?, 16).ok()?;
        if body.len() + length > BODY_BYTES_MAX {
            return None;
        }
        let mut chunk = vec![0; length + 2];
        stream.read_exact(&mut chunk).await.ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}
