//! What texts mean, as vectors: a static multilingual embedding of news (`assets/embedding`). Knows nothing
//! of items. It is read on first use; its rows stay where the system maps the program.

mod vocabulary;

use std::sync::LazyLock;

use icu_normalizer::ComposingNormalizerBorrowed;

use vocabulary::Vocabulary;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 128;

/// Characters of a text that are read.
const TEXT_CHARS: usize = 4000;

/// A row of 128 signed bytes for each piece.
static ROWS: &[u8] = include_bytes!("../../assets/embedding/rows.i8");
static PIECES: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::read(include_str!("../../assets/embedding/pieces.tsv")));
static CENTRES: LazyLock<Vec<(&str, Vec<f32>)>> =
    LazyLock::new(|| centres(include_str!("../../assets/embedding/centres.tsv")));

/// The direction of a text's meaning, to about a hundredth.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    numbers: Box<[i8; DIMENSIONS]>,
    length: f32,
}

impl Vector {
    /// A vector that was stored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; DIMENSIONS] = bytes.try_into().ok()?;
        let numbers = Box::new(bytes.map(u8::cast_signed));
        let squares: i32 = numbers.iter().map(|number| i32::from(*number).pow(2)).sum();
        (squares > 0).then(|| Self { numbers, length: (squares as f32).sqrt() })
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.numbers.iter().map(|number| number.cast_unsigned()).collect()
    }

    /// How alike two meanings are: 1 the same, 0 unrelated.
    pub fn cosine(&self, other: &Self) -> f32 {
        let dot: i32 = self.numbers.iter().zip(other.numbers.iter()).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        dot as f32 / (self.length * other.length)
    }

    fn of(numbers: &[f32; DIMENSIONS]) -> Option<Self> {
        let largest = numbers.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let bytes = numbers.map(|number| ((number / largest * 127.0).round() as i8).cast_unsigned());
        if largest > 1e-6 { Self::from_bytes(&bytes) } else { None }
    }
}

/// The meaning of a text, comparable with texts of its own language, or nothing if no word of it is known.
pub fn embed(text: &str) -> Option<Vector> {
    Vector::of(&mean(text)?)
}

/// The meaning of a text in a language (`en`, `zh`), comparable across languages: what all its texts have in
/// common is taken away.
pub fn embed_in(text: &str, lang: &str) -> Option<Vector> {
    let mut numbers = mean(text)?;
    let centre = CENTRES.iter().find(|(known, _)| *known == lang).or(CENTRES.first());
    for (number, common) in numbers.iter_mut().zip(centre.into_iter().flat_map(|(_, centre)| centre)) {
        *number -= common;
    }
    Vector::of(&numbers)
}

/// How rare a word is in writing of any kind: minus the natural logarithm of its share, at least about.
pub fn rarity(word: &str) -> f32 {
    let lower = word.to_lowercase();
    let mut chars = lower.chars();
    let capital: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    let scores =
        [PIECES.cut(word).score, PIECES.cut(&lower).score, PIECES.cut(&capital).score, PIECES.cut_inside(word).score];
    -scores.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

/// The mean of the rows of a text's pieces, with length 1.
fn mean(text: &str) -> Option<[f32; DIMENSIONS]> {
    let beginning: String = text.chars().take(TEXT_CHARS).collect();
    let even = ComposingNormalizerBorrowed::new_nfkc().normalize(&beginning);
    let spaced: String =
        even.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let (rows, _) = ROWS.as_chunks::<DIMENSIONS>();
    let mut sum = [0.0; DIMENSIONS];
    for row in PIECES.cut(&spaced).pieces.iter().filter_map(|piece| rows.get(*piece as usize)) {
        for (total, number) in sum.iter_mut().zip(row) {
            *total += f32::from(number.cast_signed());
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
    (length > 0.0).then(|| sum.map(|number| number / length))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !c.is_whitespace())
}

/// A line for each language: its tag, a tab, the mean of its texts. The first one, English, serves those not
/// named: they are written in the same letters.
fn centres(lines: &'static str) -> Vec<(&'static str, Vec<f32>)> {
    let read = |numbers: &str| numbers.split(' ').filter_map(|number| number.parse().ok()).collect();
    lines.lines().filter_map(|line| line.split_once('\t')).map(|(lang, numbers)| (lang, read(numbers))).collect()
}
