//! Slack's signatures: HMAC-SHA256 over `v0:<timestamp>:<body>` (Verifying requests from Slack).
//! slack-morphism's verifier reads the system's clock, which only the app may.

use sha2::{Digest, Sha256};

/// The block that SHA-256 works on, in bytes (RFC 2104).
const BLOCK: usize = 64;

/// Whether a signature is right. Takes as long for a wrong one, wherever it differs.
pub fn is_right(secret: &str, stamp: &str, body: &[u8], signature: &str) -> bool {
    let own = signature_of(secret, stamp, body);
    let (own, theirs) = (own.as_bytes(), signature.as_bytes());
    let differences = own.iter().zip(theirs).fold(0, |all, (one, other)| all | (one ^ other));
    !secret.is_empty() && own.len() == theirs.len() && std::hint::black_box(differences) == 0
}

/// The signature that Slack would give.
pub fn signature_of(secret: &str, stamp: &str, body: &[u8]) -> String {
    let mac = hmac(secret.as_bytes(), &[b"v0:", stamp.as_bytes(), b":", body]);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let short: Vec<u8> = if key.len() > BLOCK { Sha256::digest(key).to_vec() } else { key.to_vec() };
    let pad = |with: u8| -> Vec<u8> {
        let zeros = std::iter::repeat_n(0, BLOCK.saturating_sub(short.len()));
        short.iter().copied().chain(zeros).map(|byte| byte ^ with).collect()
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    parts.iter().for_each(|part| inner.update(part));
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}
