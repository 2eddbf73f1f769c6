//! Content codings, unpacked up to a limit: a bomb is cut where it passes it.

use std::io::Read;

/// Why a body cannot be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub enum DecodeError {
    TooLarge,
    Broken(String),
}

/// Unpacks `bytes` to at most `max_bytes`.
///
/// # Errors
/// When there is more than that, when the data is damaged, or when the coding is unknown or
/// stacked.
pub fn decode(bytes: Vec<u8>, coding: &str, max_bytes: u64) -> Result<Vec<u8>, DecodeError> {
    let coding = coding.trim().to_ascii_lowercase();
    match coding.as_str() {
        "" | "identity" => Ok(bytes),
        "gzip" | "x-gzip" => read(flate2::read::MultiGzDecoder::new(bytes.as_slice()), max_bytes),
        "deflate" => deflate(&bytes, max_bytes),
        "br" => read(brotli_decompressor::Decompressor::new(bytes.as_slice(), 4096), max_bytes),
        "zstd" => match ruzstd::decoding::StreamingDecoder::new(bytes.as_slice()) {
            Ok(decoder) => read(decoder, max_bytes),
            Err(error) => Err(DecodeError::Broken(error.to_string())),
        },
        other => Err(DecodeError::Broken(format!("its content coding \"{other}\" was not asked for"))),
    }
}

/// `deflate` means zlib (RFC 9110, section 8.4.1.2); some servers send it bare.
fn deflate(bytes: &[u8], max_bytes: u64) -> Result<Vec<u8>, DecodeError> {
    match read(flate2::read::ZlibDecoder::new(bytes), max_bytes) {
        Err(DecodeError::Broken(_)) => read(flate2::read::DeflateDecoder::new(bytes), max_bytes),
        outcome => outcome,
    }
}

fn read(decoder: impl Read, max_bytes: u64) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    match decoder.take(max_bytes + 1).read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > max_bytes => Err(DecodeError::TooLarge),
        Ok(_) => Ok(out),
        Err(error) => Err(DecodeError::Broken(error.to_string())),
    }
}
