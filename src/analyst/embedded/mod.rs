//! The analyst that needs no network and no key. It says nothing of its own: every sentence is one
//! of the source's, or advice that states no fact and is marked as such. Deterministic.

mod advice;
mod ahead;
mod cues;
mod dates;
mod domains;
mod insight;
mod labels;
mod leaning;
mod lexicon;
mod rank;
mod summary;
mod table;

use std::sync::Arc;

use async_trait::async_trait;
use whatlang::Lang;

use super::text::{Article, is_cjk, is_hangul};
use crate::model::card::{Card, Claim, ClaimKind, Insight, Provenance, Tldr};
use crate::model::item::Item;
use crate::model::label::Labels;
use crate::port::{Analyst, AnalystError};

use advice::Advice;
use lexicon::Lexicon;

/// Characters of a text by which its language is told.
const LANGUAGE_CHARS: usize = 600;
/// Bytes of a card as JSON. A store's value has room for twice as many.
const CARD_BYTES_MAX: usize = 32 * 1024;

/// The embedded analyst. Cloning shares its data.
#[derive(Clone)]
pub struct Embedded {
    lexicon: Arc<Lexicon>,
    advice: Arc<Advice>,
}

impl Embedded {
    pub fn new(labels: &Labels) -> Self {
        Self { lexicon: Arc::new(Lexicon::new(labels)), advice: Arc::new(Advice::new()) }
    }

    /// Makes a card. The same item gives the same card.
    pub fn card(&self, item: &Item) -> Card {
        let article = Article::new(item);
        let lang = language(item);
        let labelling = labels::label(&self.lexicon, item);
        let ranked = rank::rank(&article);
        let picked = summary::pick(&article, &ranked);
        let advice = || self.advice.of(&labelling, lang.as_deref()).map(Claim::template);
        let tldr = Tldr {
            what_changed: picked.what_changed,
            why_it_matters: picked.why_it_matters,
            what_to_do_next: picked.what_to_do_next.or_else(advice),
            who_should_care: labelling.audiences.iter().map(|audience| audience.name.clone()).collect(),
        };
        let mut card = Card {
            id: item.id.clone(),
            headline: item.title.clone(),
            hook: picked.hook,
            tldr,
            audiences: labelling.audiences,
            topics: labelling.topics,
            event: labelling.event,
            urgency: labelling.urgency,
            insight: None,
            related: Vec::new(),
            source: item.source.clone(),
            url: item.url.clone(),
            image: item.image.clone(),
            lang,
            published: item.published,
            collected: item.collected,
            rights: item.rights.clone(),
            provenance: Provenance { analyst: "embedded".to_owned(), claims_kept: 0, claims_dropped: 0 },
        };
        let room = CARD_BYTES_MAX.saturating_sub(card.to_json().len());
        let insight = insight::fit(insight::insight(&article, &ranked, &picked.used), room);
        card.provenance.claims_kept = claims(&card.tldr, &insight);
        card.insight = (!insight.is_empty()).then_some(insight);
        card
    }
}

#[async_trait]
impl Analyst for Embedded {
    async fn analyse(&self, item: &Item) -> Result<Card, AnalystError> {
        let (analyst, item) = (self.clone(), item.clone());
        let analysed = tokio::task::spawn_blocking(move || analyst.card(&item)).await;
        analysed.map_err(|error| AnalystError::Failed { why: error.to_string() })
    }
}

/// Claims that say something of the world; advice does not.
fn claims(tldr: &Tldr, insight: &Insight) -> u32 {
    let summary = [Some(&tldr.what_changed), tldr.why_it_matters.as_ref(), tldr.what_to_do_next.as_ref()];
    let depth = insight.takeaways.iter().chain(&insight.deep_dive);
    let ahead = insight.implications.iter().flat_map(|one| [Some(&one.prediction), one.rationale.as_ref()]).flatten();
    let dated = insight.timeline.iter().map(|one| &one.event);
    let all = summary.into_iter().flatten().chain(depth).chain(ahead).chain(dated);
    let kept = all.filter(|claim| claim.kind != ClaimKind::Template).count();
    u32::try_from(kept).unwrap_or(u32::MAX)
}

/// The item's language as a two-letter tag: what the text is written in, else what the feed says.
fn language(item: &Item) -> Option<String> {
    let text: String = format!("{}\n{}", item.title, item.body).chars().take(LANGUAGE_CHARS).collect();
    let stated = item.lang.as_deref().and_then(|tag| tag.split(['-', '_']).next()).map(str::to_lowercase);
    by_script(&text).map(str::to_owned).or_else(|| {
        let detected =
            whatlang::detect(&text).filter(|found| found.is_reliable()).and_then(|found| tag_of(found.lang()));
        detected.map(str::to_owned).or(stated.filter(|tag| tag.len() <= 3 && !tag.is_empty()))
    })
}

/// Scripts that tell the language.
fn by_script(text: &str) -> Option<&'static str> {
    let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    let letters = count(char::is_alphabetic);
    let kana = count(|c| matches!(c, '\u{3040}'..='\u{30FF}'));
    let hangul = count(is_hangul);
    let han = count(is_cjk) - kana;
    if hangul * 4 > letters {
        Some("ko")
    } else if kana * 10 > letters {
        Some("ja")
    } else if han * 4 > letters {
        Some("zh")
    } else {
        None
    }
}

/// The two-letter tag (ISO 639-1) of a detected language.
fn tag_of(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Pol => "pl",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Vie => "vi",
        Lang::Ces => "cs",
        Lang::Dan => "da",
        Lang::Fin => "fi",
        Lang::Ell => "el",
        Lang::Heb => "he",
        Lang::Hun => "hu",
        Lang::Ind => "id",
        Lang::Nob => "no",
        Lang::Ron => "ro",
        Lang::Tha => "th",
        Lang::Urd => "ur",
        Lang::Pes => "fa",
        Lang::Ben => "bn",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        Lang::Pan => "pa",
        Lang::Guj => "gu",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Kan => "kn",
        Lang::Mal => "ml",
        Lang::Sin => "si",
        Lang::Mya => "my",
        Lang::Khm => "km",
        Lang::Hye => "hy",
        Lang::Kat => "ka",
        Lang::Amh => "am",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        _ => return None,
    })
}
