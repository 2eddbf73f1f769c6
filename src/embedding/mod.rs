//! What texts mean, as vectors: a static multilingual embedding of news. Knows nothing of items.

/// Numbers of a vector.
pub const DIMENSIONS: usize = 128;

/// The direction of a text's meaning: of length 1, each number in 127ths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector(Vec<i8>);

impl Vector {
    /// A vector that was stored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == DIMENSIONS).then(|| Self(bytes.iter().map(|byte| byte.cast_signed()).collect()))
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().map(|number| number.cast_unsigned()).collect()
    }

    /// How alike two meanings are: 1 the same, 0 unrelated.
    pub fn cosine(&self, other: &Self) -> f32 {
        let dot: i32 = self.0.iter().zip(&other.0).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        dot as f32 / (127.0 * 127.0)
    }
}

/// The meaning of a text in a language (`en`, `zh-CN`; empty if unknown), or nothing if no word of it is known.
pub fn embed_in(_text: &str, _lang: &str) -> Option<Vector> {
    None
}

/// How rare a word is in writing of any kind: minus the natural logarithm of its share.
pub fn rarity(_word: &str) -> f32 {
    10.0
}
