//! What `why` says of a story: who reports it, and what became of each report here.

use super::{CommandError, Commands};
use crate::locale::Words;
use crate::model::delivery::{Anchor, Delivery, Notice};
use crate::model::doc::{Block, Link};
use crate::model::story::{Report, Story};
use crate::model::subscription::Address;

/// Reports that are named.
const REPORTS_MAX: usize = 10;

impl Commands {
    pub(super) async fn story_here(
        &self,
        story: &Story,
        at: &Address,
        words: Words,
    ) -> Result<Vec<Block>, CommandError> {
        let own = self.store.feeds_of(at).await?;
        let is_own = |report: &&Report| own.as_ref().is_none_or(|own| own.contains(&report.feed));
        // A story goes by the title of its first report here.
        let first = story.reports.iter().find(is_own).map(|report| report.title.clone()).unwrap_or_default();
        let mut links = Vec::new();
        for report in story.reports.iter().filter(is_own).take(REPORTS_MAX) {
            let delivery = self.store.delivery(&Delivery::id_of(&Notice::Card(report.item.clone()), at)).await?;
            let fate = match delivery.as_ref().map(|delivery| &delivery.anchor) {
                None => words.say("story-folded"),
                Some(Some(Anchor::Answers(_))) => words.say("story-in-thread"),
                Some(_) => words.say("story-own-card"),
            };
            links.push(link(report, &fate));
        }
        let heading = words.with("story-named", &[("count", story.len().into()), ("title", first.as_str().into())]);
        let mut blocks = vec![Block::Heading(heading.into()), Block::Links(links)];
        let hidden = story.len().saturating_sub(REPORTS_MAX);
        if hidden > 0 {
            blocks.push(Block::Paragraph(words.with("story-more-reports", &[("count", hidden.into())]).into()));
        }
        Ok(blocks)
    }
}

fn link(report: &Report, fate: &str) -> Link {
    let mut note = format!("{}, {}; {fate}", report.source, report.at().strftime("%Y-%m-%d %H:%M UTC"));
    if !report.shared.is_empty() {
        note.push_str(&format!(" ({})", report.shared.join(", ")));
    }
    Link { label: report.title.as_str().into(), url: report.url.clone(), note: Some(note.into()) }
}
