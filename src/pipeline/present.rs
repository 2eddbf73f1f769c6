//! A card as a message: short first, depth behind it.

use icu_segmenter::GraphemeClusterSegmenter;
use jiff::{SignedDuration, Timestamp};

use crate::model::card::{Card, Claim, ClaimKind, Comparison, Dated, Implication, Insight, Provenance, Quote, Tldr};
use crate::model::delivery::Resting;
use crate::model::doc::{Accent, Block, Button, Doc, Field, Link, Plain, Sentence};
use crate::model::item::{Item, Source};
use crate::model::label::{Event, Label, Labels, Urgency};
use crate::model::press::Press;

mod recap;

pub use recap::{date, recap};

/// Lays out a card. `posted`: when it is posted, if it is not only looked at.
pub fn card(card: &Card, labels: &Labels, posted: Option<Timestamp>) -> Doc {
    let mut blocks =
        vec![Block::Context(freshness(card, posted)), Block::Headline { text: headline(card), url: card.url.clone() }];
    if !card.hook.is_empty() {
        blocks.push(Block::Lead(card.hook.as_str().into()));
    }
    if let Some(image) = &card.image {
        blocks.push(Block::Image { url: image.clone(), alt: card.headline.as_str().into() });
    }
    let fields = summary(card);
    if !fields.is_empty() {
        blocks.push(Block::Fields(fields));
    }
    blocks.extend(who(card, labels));
    let about = about(card, labels);
    if !about.is_empty() {
        blocks.push(Block::Tags { label: "About".into(), values: about });
    }
    if let Some(insight) = &card.insight {
        blocks.push(Block::Section { title: "Deep insight".into(), blocks: depth(insight) });
    }
    if !card.related.is_empty() {
        blocks.push(related(card));
    }
    blocks.push(Block::Buttons(buttons(card)));
    blocks.push(Block::Footer(footer(card)));
    Doc { accent: accent(card.urgency), record: Some(card.to_json()), ..Doc::new(blocks) }
}

fn buttons(card: &Card) -> Vec<Button> {
    let id = || card.id.clone();
    let mut buttons: Vec<Button> = card.url.iter().map(|url| Button::open("Original", url)).collect();
    if card.insight.is_some() {
        buttons.push(Button::press("Insight", Press::Insight(id())));
    }
    buttons.extend([
        Button::press("Why", Press::Why(id())),
        Button::press("Mute", Press::Mute(id())),
        Button::press("👍 Useful", Press::Useful(id())),
        Button::press("👎 Not useful", Press::NotUseful(id())),
    ]);
    buttons
}

/// The depth of a card on its own, with every part open.
pub fn insight(card: &Card) -> Doc {
    let mut blocks = vec![Block::Headline { text: headline(card), url: card.url.clone() }];
    for part in card.insight.as_ref().map(depth).unwrap_or_default() {
        match part {
            Block::Section { title, blocks: inner } => {
                blocks.push(Block::Heading(title));
                blocks.extend(inner);
            }
            other => blocks.push(other),
        }
    }
    if !card.related.is_empty() {
        blocks.push(Block::Heading("Related updates".into()));
        blocks.push(related_links(card));
    }
    blocks.push(Block::Footer(footer(card)));
    Doc { accent: accent(card.urgency), ..Doc::new(blocks) }
}

/// To the person who subscribed an address that takes no posts any more.
pub fn resting(resting: &Resting) -> Doc {
    let text = format!(
        "Nothing can be posted to {} any more: {}. Its subscriptions rest, and what comes meanwhile is kept for \
         seven days. When that is mended, write `settings resume all` there.",
        resting.address, resting.reason
    );
    Doc { record: Some(serde_json::json!({ "resting": resting }).to_string()), ..Doc::says(text) }
}

/// Bounds of a bare card: it fits the store whatever its item holds, even if each character takes
/// six bytes there.
const BARE_TITLE_CHARS: usize = 1000;
const BARE_NAME_CHARS: usize = 200;
const BARE_TOPICS: usize = 20;
const BARE_TOPIC_CHARS: usize = 60;
const BARE_LANG_CHARS: usize = 20;
const BARE_URL_BYTES: usize = 2048;

/// What is left when no analyst has anything to say, or too much: the title and the link.
pub fn bare_card(item: &Item) -> Card {
    let title = start_of(&item.title, BARE_TITLE_CHARS);
    let quote = Quote { text: title.clone(), start: 0, end: title.chars().count(), item: item.id.clone() };
    let what_changed = Claim { text: title.clone(), kind: ClaimKind::Quoted, evidence: vec![quote] };
    let topics = item.topics.iter().take(BARE_TOPICS);
    Card {
        id: item.id.clone(),
        headline: title,
        hook: String::new(),
        tldr: Tldr {
            what_changed,
            why_it_matters: None,
            what_to_do_next: None,
            who_should_care: vec!["general".to_owned()],
        },
        audiences: vec![Label { name: "general".to_owned(), score: 0.0 }],
        topics: topics.map(|name| Label { name: start_of(name, BARE_TOPIC_CHARS), score: 1.0 }).collect(),
        event: Event::Other,
        urgency: Urgency::Fyi,
        insight: None,
        related: Vec::new(),
        source: Source { name: start_of(&item.source.name, BARE_NAME_CHARS), url: usable(&item.source.url) },
        url: usable(&item.url),
        image: usable(&item.image),
        lang: item.lang.as_deref().map(|lang| start_of(lang, BARE_LANG_CHARS)),
        published: item.published,
        collected: item.collected,
        rights: item.rights.as_deref().map(|rights| start_of(rights, BARE_NAME_CHARS)),
        provenance: Provenance { analyst: "embedded".to_owned(), claims_kept: 1, claims_dropped: 0 },
    }
}

fn start_of(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

/// An address that a browser would take.
fn usable(url: &Option<String>) -> Option<String> {
    url.clone().filter(|url| url.len() <= BARE_URL_BYTES && !url.contains(char::is_control))
}

fn accent(urgency: Urgency) -> Accent {
    match urgency {
        Urgency::ActNow => Accent::Urgent,
        Urgency::ThisWeek => Accent::Notable,
        Urgency::Fyi => Accent::Calm,
    }
}

/// Source, both gaps (published to collected, collected to posted), and urgency.
fn freshness(card: &Card, posted: Option<Timestamp>) -> Vec<Plain> {
    let name = Some(card.source.name.as_str()).filter(|name| !name.is_empty());
    let mut parts: Vec<Plain> = name.map(Plain::new).into_iter().collect();
    if let Some(published) = card.published {
        let gap = card.collected.duration_since(published);
        if gap >= SignedDuration::ZERO {
            parts.push(format!("collected {} after publication", span(gap)).into());
        }
    }
    if let Some(posted) = posted {
        parts.push(format!("posted {} later", span(posted.duration_since(card.collected))).into());
    }
    if card.urgency != Urgency::Fyi {
        parts.push(card.urgency.title().into());
    }
    parts
}

/// A duration in its largest unit.
pub fn span(duration: SignedDuration) -> String {
    let secs = duration.as_secs().max(0);
    match secs {
        0..60 => format!("{secs} s"),
        60..3600 => format!("{} min", secs / 60),
        3600..86400 => format!("{} h", secs / 3600),
        _ => format!("{} d", secs / 86400),
    }
}

fn summary(card: &Card) -> Vec<Field> {
    let tldr = &card.tldr;
    // A source that is only a headline has said it above.
    let is_said = tldr.what_changed.text == card.headline;
    let mut fields: Vec<Field> = (!is_said).then(|| field("What changed", &tldr.what_changed)).into_iter().collect();
    fields.extend(tldr.why_it_matters.as_ref().map(|claim| field("Why it matters", claim)));
    fields.extend(tldr.what_to_do_next.as_ref().map(|claim| field("What to do next", claim)));
    fields
}

fn field(label: &str, claim: &Claim) -> Field {
    Field { label: label.into(), value: sentence(claim) }
}

fn sentence(claim: &Claim) -> Sentence {
    let mark = match claim.kind {
        ClaimKind::Quoted => None,
        ClaimKind::Derived => Some("AI"),
        ClaimKind::Template => Some("suggestion"),
    };
    Sentence { text: claim.text.as_str().into(), mark }
}

fn who(card: &Card, labels: &Labels) -> Option<Block> {
    let names = &card.tldr.who_should_care;
    let values: Vec<Plain> = names.iter().map(|name| labels.audience_title(name).into()).collect();
    (!values.is_empty()).then(|| Block::Tags { label: "Who should care".into(), values })
}

fn about(card: &Card, labels: &Labels) -> Vec<Plain> {
    // What is neither of a topic nor an event of a kind has nothing to say here.
    let topics = card.topics.iter().filter(|topic| topic.name != "other");
    let topics = topics.map(|topic| labels.topic_title(&topic.name).into());
    let event = (card.event != Event::Other).then(|| card.event.name().into());
    topics.chain(event).collect()
}

fn depth(insight: &Insight) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !insight.takeaways.is_empty() {
        blocks.push(Block::Section { title: "Key takeaways".into(), blocks: vec![list(&insight.takeaways)] });
    }
    if let Some(comparison) = &insight.comparison {
        blocks.push(Block::Section { title: "Comparison".into(), blocks: vec![table(comparison)] });
    }
    if !insight.deep_dive.is_empty() {
        blocks.push(Block::Section { title: "In depth".into(), blocks: vec![list(&insight.deep_dive)] });
    }
    if !insight.implications.is_empty() {
        let lines = insight.implications.iter().flat_map(implication).collect();
        blocks.push(Block::Section { title: "Looking ahead".into(), blocks: vec![Block::List(lines)] });
    }
    if !insight.timeline.is_empty() {
        let dated = |one: &Dated| (Plain::new(one.date.as_str()), sentence(&one.event));
        let timeline = Block::Timeline(insight.timeline.iter().map(dated).collect());
        blocks.push(Block::Section { title: "Timeline".into(), blocks: vec![timeline] });
    }
    blocks
}

fn list(claims: &[Claim]) -> Block {
    Block::List(claims.iter().map(sentence).collect())
}

fn table(comparison: &Comparison) -> Block {
    let plain = |cells: &[String]| cells.iter().map(|cell| Plain::new(cell.as_str())).collect::<Vec<_>>();
    Block::Table { columns: plain(&comparison.columns), rows: comparison.rows.iter().map(|row| plain(row)).collect() }
}

fn implication(one: &Implication) -> Vec<Sentence> {
    let mut prediction = sentence(&one.prediction);
    if let Some(date) = one.check_by {
        prediction.text = format!("{} (check by {date})", one.prediction.text).into();
    }
    let rationale = one.rationale.as_ref().map(sentence);
    [Some(prediction), rationale].into_iter().flatten().collect()
}

fn related(card: &Card) -> Block {
    Block::Section { title: "Related updates".into(), blocks: vec![related_links(card)] }
}

fn related_links(card: &Card) -> Block {
    let links = card.related.iter().map(|one| {
        let date = one.published.map(|at| format!(", {}", at.strftime("%Y-%m-%d"))).unwrap_or_default();
        Link {
            label: one.title.as_str().into(),
            url: one.url.clone(),
            note: Some(format!("{}{date}", one.source).into()),
        }
    });
    Block::Links(links.collect())
}

/// The rights line and the source are always there; a model's words are marked.
fn footer(card: &Card) -> Vec<Plain> {
    let provenance = &card.provenance;
    let mut lines = Vec::new();
    if provenance.analyst == "embedded" {
        lines.push("Every sentence is quoted from the source unless marked as a suggestion.".into());
    } else {
        let (kept, dropped) = (provenance.claims_kept, provenance.claims_dropped);
        lines.push(
            format!("AI analysis by {}: {kept} claims traced to the source, {dropped} dropped.", provenance.analyst)
                .into(),
        );
    }
    lines.push(rights(card).into());
    lines
}

/// How publishers say that they keep their rights.
const RESERVED: &[&str] =
    &["rights reserved", "all rights", "alle rechte", "tous droits", "版权所有", "all right reserved"];

/// Whose the words are. What the publisher says of it itself is not said twice.
fn rights(card: &Card) -> String {
    let name = card.source.name.trim();
    let owner = if name.is_empty() { "its publisher" } else { name };
    let ours = format!("All rights belong to {}.", owner.trim_end_matches('.'));
    let theirs = card.rights.as_deref().map(str::trim).filter(|rights| !rights.is_empty());
    match theirs {
        None => ours,
        Some(theirs) if name.is_empty() || RESERVED.iter().any(|words| theirs.to_lowercase().contains(words)) => {
            theirs.to_owned()
        }
        Some(theirs) => format!("{ours} {theirs}"),
    }
}

/// A headline as long as one is read; some feeds put their whole text there.
const HEADLINE_CHARS_MAX: usize = 200;

fn headline(card: &Card) -> Plain {
    let title = card.headline.as_str();
    if title.chars().count() <= HEADLINE_CHARS_MAX {
        return title.into();
    }
    let limit = title.char_indices().nth(HEADLINE_CHARS_MAX - 1).map_or(title.len(), |(at, _)| at);
    let segmenter = GraphemeClusterSegmenter::new();
    let whole = segmenter.segment_str(title).take_while(|end| *end <= limit).last().unwrap_or_default();
    let start = title.get(..whole).unwrap_or_default();
    // At a word, unless the words are longer than half of it or not apart.
    let word = start.rfind(char::is_whitespace).filter(|at| *at > start.len() / 2);
    let kept = start.get(..word.unwrap_or(start.len())).unwrap_or(start);
    format!("{}…", kept.trim_end_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation())).into()
}
