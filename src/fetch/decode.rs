//! Content codings, unpacked up to a limit: a bomb is cut where it passes it.

use std::io::Read;

/// How much more than what came may be unpacked of it, once that is more than a little (failures,
/// section 4).
pub const RATIO_MAX: usize = 100;
const RATIO_FREE_BYTES: usize = 1024 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// Why a body cannot be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub enum DecodeError {
    TooLarge,
    /// More than [`RATIO_MAX`] times what came.
    Bomb,
    Broken(String),
}

/// What may be unpacked.
#[derive(Clone, Copy)]
struct Budget {
    packed_bytes: usize,
    max_bytes: u64,
}

/// Unpacks `bytes` to at most `max_bytes`. `codings`: the values of Content-Encoding, of which
/// "identity" means nothing.
///
/// # Errors
/// When there is more than that, when the data is damaged, or when the coding is unknown or
/// stacked.
pub fn decode(bytes: Vec<u8>, codings: &str, max_bytes: u64) -> Result<Vec<u8>, DecodeError> {
    let codings = codings.to_ascii_lowercase();
    let mut layers = codings.split(',').map(str::trim).filter(|coding| !matches!(*coding, "" | "identity"));
    let (Some(coding), None) = (layers.next(), layers.next()) else {
        let is_plain = codings.split(',').all(|coding| matches!(coding.trim(), "" | "identity"));
        return if is_plain { Ok(bytes) } else { Err(unasked(&codings)) };
    };
    let budget = Budget { packed_bytes: bytes.len(), max_bytes };
    match coding {
        "gzip" | "x-gzip" => gzip(&bytes, budget),
        "deflate" => deflate(&bytes, budget),
        "br" => read(brotli_decompressor::Decompressor::new(bytes.as_slice(), 4096), budget),
        "zstd" => match ruzstd::decoding::StreamingDecoder::new(bytes.as_slice()) {
            Ok(decoder) => read(decoder, budget),
            Err(error) => Err(DecodeError::Broken(error.to_string())),
        },
        _ => Err(unasked(&codings)),
    }
}

fn unasked(codings: &str) -> DecodeError {
    DecodeError::Broken(format!("its content coding \"{codings}\" was not asked for"))
}

/// One member after the other (RFC 1952, section 2.2). Some servers add zeros or a line break at
/// the end.
fn gzip(bytes: &[u8], budget: Budget) -> Result<Vec<u8>, DecodeError> {
    let (mut out, mut rest) = (Vec::new(), bytes);
    loop {
        let mut decoder = flate2::bufread::GzDecoder::new(rest);
        read_into(&mut out, &mut decoder, budget)?;
        rest = decoder.into_inner();
        if !rest.starts_with(GZIP_MAGIC) {
            return Ok(out);
        }
    }
}

/// `deflate` means zlib (RFC 9110, section 8.4.1.2); some servers send it bare.
fn deflate(bytes: &[u8], budget: Budget) -> Result<Vec<u8>, DecodeError> {
    match read(flate2::read::ZlibDecoder::new(bytes), budget) {
        Err(DecodeError::Broken(_)) => read(flate2::read::DeflateDecoder::new(bytes), budget),
        outcome => outcome,
    }
}

fn read(mut decoder: impl Read, budget: Budget) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    read_into(&mut out, &mut decoder, budget)?;
    Ok(out)
}

fn read_into(out: &mut Vec<u8>, decoder: &mut impl Read, budget: Budget) -> Result<(), DecodeError> {
    loop {
        let before = out.len();
        let portion = decoder.take(CHUNK_BYTES as u64).read_to_end(out);
        portion.map_err(|error| DecodeError::Broken(error.to_string()))?;
        if out.len() as u64 > budget.max_bytes {
            return Err(DecodeError::TooLarge);
        }
        if out.len() > RATIO_FREE_BYTES && out.len() > budget.packed_bytes.saturating_mul(RATIO_MAX) {
            return Err(DecodeError::Bomb);
        }
        if out.len() == before {
            return Ok(());
        }
    }
}
