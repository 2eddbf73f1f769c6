//! The pieces of words that the embedding knows, and how a text is cut into them: the cut of the highest
//! probability (a Unigram model, as SentencePiece has it). Must not know: vectors.

use std::collections::HashMap;

/// Before each word stands this instead of a space.
const SPACE: char = '\u{2581}';

/// Characters of the longest piece.
const PIECE_CHARS: usize = 16;

/// How much less probable than the rarest piece a character is that no piece has.
const UNKNOWN_PENALTY: f32 = 10.0;

/// Pieces that are no text.
const SPECIAL: u32 = 4;

pub struct Vocabulary {
    pieces: HashMap<&'static str, (u32, f32)>,
    unknown: f32,
}

/// A text in pieces.
#[derive(Default)]
pub struct Cut {
    /// Numbers of the known pieces, in order.
    pub pieces: Vec<u32>,
    /// The logarithm of its probability.
    pub score: f32,
}

/// The best way to reach a place in the text.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    from: usize,
    piece: Option<u32>,
}

impl Vocabulary {
    /// Reads a line for each piece: the piece, a tab, its score in thousandths below zero.
    pub fn read(lines: &'static str) -> Self {
        let mut pieces = HashMap::with_capacity(lines.len() / 12);
        let mut lowest = 0.0_f32;
        for (number, line) in (0..).zip(lines.lines()) {
            let Some((piece, score)) = line.split_once('\t') else { continue };
            let score = -score.parse::<f32>().unwrap_or_default() / 1000.0;
            lowest = lowest.min(score);
            if number >= SPECIAL {
                pieces.insert(piece, (number, score));
            }
        }
        Self { pieces, unknown: lowest - UNKNOWN_PENALTY }
    }

    /// Cuts words that are separated by spaces.
    pub fn cut(&self, text: &str) -> Cut {
        let mut marked = String::with_capacity(text.len() + 8);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            marked.push(SPACE);
            marked.push_str(word);
        }
        self.best(&marked)
    }

    /// Cuts a piece of text in which no word begins.
    pub fn cut_inside(&self, text: &str) -> Cut {
        self.best(text)
    }

    fn best(&self, text: &str) -> Cut {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]).collect();
        let mut steps = vec![Step { score: f32::NEG_INFINITY, from: 0, piece: None }; text.len() + 1];
        if let Some(first) = steps.first_mut() {
            first.score = 0.0;
        }
        for (number, from) in [0].into_iter().chain(ends.iter().copied()).take(ends.len()).enumerate() {
            let Some(reached) = steps.get(from).map(|step| step.score) else { continue };
            for (length, end) in ends.iter().skip(number).take(PIECE_CHARS).enumerate() {
                let known = text.get(from..*end).and_then(|piece| self.pieces.get(piece));
                let (score, piece) = match known {
                    Some((piece, score)) => (*score, Some(*piece)),
                    None if length == 0 => (self.unknown, None),
                    None => continue,
                };
                if let Some(step) = steps.get_mut(*end).filter(|step| reached + score > step.score) {
                    *step = Step { score: reached + score, from, piece };
                }
            }
        }
        let mut cut = Cut { pieces: Vec::new(), score: steps.last().map_or(0.0, |step| step.score) };
        let mut at = text.len();
        while at > 0 {
            let Some(step) = steps.get(at).filter(|step| step.from < at) else { break };
            cut.pieces.extend(step.piece);
            at = step.from;
        }
        cut.pieces.reverse();
        cut
    }
}
