//! The world that a text speaks of. An event's words mean the event only there: children are
//! vulnerable too, notebooks are stolen, and a camera acquires its picture.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Family, Scores};
use crate::model::label::Event;

/// What must speak for a world before an event of it is believed, and before advice is given.
const BELIEVED: f32 = 2.0;
const SURE: f32 = 5.0;
/// What a version number in a headline says for software.
const VERSION_WEIGHT: f32 = 5.0;

/// `v2.1.240`, `Nix 1.7 released`; not `3.5 percent` or `$1.4 billion`.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) (?:^|[^o]\s) (?: v\d+(?:\.\d+)+ | \d+\.\d+(?:\.\d+)* ) (?:[-.]?(?:alpha|beta|rc|dev|lts)[\w.-]*)?
        (?: \s*$ | [:,] | \s+(?:is|now|beta|alpha|rc|lts|released?|available|maintenance|security|patch|正式|发布) )",
    )
    .expect("the version pattern is valid")
});

/// How much of a text's title and first sentences speaks for each world.
#[derive(Clone, Copy, Debug)]
pub struct Domains {
    software: f32,
    devices: f32,
    security: f32,
    business: f32,
    elsewhere: f32,
    /// The headline has the number of a version.
    pub names_version: bool,
}

impl Domains {
    pub fn of(scores: &Scores, title: &str) -> Self {
        let of = |name| scores.of(Family::Domain, name);
        let names_version = VERSION.is_match(title);
        Self {
            software: of("software") + if names_version { VERSION_WEIGHT } else { 0.0 },
            devices: of("devices"),
            security: of("security"),
            business: of("business"),
            elsewhere: of("elsewhere"),
            names_version,
        }
    }

    /// Whether the text is about what such events happen to.
    pub fn allow(&self, event: Event) -> bool {
        self.support(event).is_none_or(|support| support >= BELIEVED)
    }

    /// Whether it is so beyond doubt.
    pub fn are_sure_of(&self, event: Event) -> bool {
        let of_any_world = self.business + self.software + self.devices + self.security - self.elsewhere;
        self.support(event).unwrap_or(of_any_world) >= SURE
    }

    /// What speaks for the world of an event; nothing for events of any world.
    fn support(&self, event: Event) -> Option<f32> {
        let technical = self.software + self.devices;
        // A hole needs something that has it, unless its words leave no doubt.
        let insecure = if technical > 0.0 { self.security } else { self.security - SURE };
        let support = match event {
            Event::Release | Event::Deprecation | Event::Outage => technical,
            Event::Vulnerability | Event::Threat => insecure,
            Event::Breach => self.security + technical,
            Event::Pricing => 0.5 * self.business + technical,
            Event::Acquisition | Event::Funding | Event::Earnings | Event::Partnership | Event::HiringLayoffs => {
                self.business + 0.5 * technical
            }
            Event::Legal
            | Event::Report
            | Event::ResearchPaper
            | Event::Policy
            | Event::OpinionTutorial
            | Event::Other => return None,
        };
        Some(support - self.elsewhere)
    }
}
