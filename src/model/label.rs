//! The labels on a card: who it concerns, what it is about, what kind of event, how urgent.

use serde::{Deserialize, Serialize};

/// A label with the analyst's confidence in it, from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    pub name: String,
    pub score: f32,
}

/// What a label means, for people and for the analyst. Built in, or from `[[audiences]]` and
/// `[[topics]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelDefinition {
    pub name: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub keywords: Vec<String>,
}

impl LabelDefinition {
    fn built_in(name: &str, label: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            description: description.to_owned(),
            keywords: Vec::new(),
        }
    }

    /// What people read: the label, else the name.
    pub fn title(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }
}

/// The audiences and topics in use: the built-in ones, changed and completed by configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    pub audiences: Vec<LabelDefinition>,
    pub topics: Vec<LabelDefinition>,
}

impl Default for Labels {
    fn default() -> Self {
        let define =
            |(name, label, description): &(&str, &str, &str)| LabelDefinition::built_in(name, label, description);
        Self { audiences: AUDIENCES.iter().map(define).collect(), topics: TOPICS.iter().map(define).collect() }
    }
}

impl Labels {
    /// The built-in labels with configured ones merged in by name.
    pub fn with(audiences: &[LabelDefinition], topics: &[LabelDefinition]) -> Self {
        let mut labels = Self::default();
        merge(&mut labels.audiences, audiences);
        merge(&mut labels.topics, topics);
        labels
    }

    /// What people read for an audience's name.
    pub fn audience_title<'a>(&'a self, name: &'a str) -> &'a str {
        title_of(&self.audiences, name)
    }

    /// What people read for a topic's name.
    pub fn topic_title<'a>(&'a self, name: &'a str) -> &'a str {
        title_of(&self.topics, name)
    }
}

fn title_of<'a>(definitions: &'a [LabelDefinition], name: &'a str) -> &'a str {
    definitions.iter().find(|one| one.name == name).map_or(name, LabelDefinition::title)
}

fn merge(known: &mut Vec<LabelDefinition>, configured: &[LabelDefinition]) {
    for one in configured {
        let Some(existing) = known.iter_mut().find(|known| known.name == one.name) else {
            known.push(one.clone());
            continue;
        };
        if !one.label.is_empty() {
            existing.label.clone_from(&one.label);
        }
        if !one.description.is_empty() {
            existing.description.clone_from(&one.description);
        }
        existing.keywords.extend(one.keywords.iter().cloned());
    }
}

const AUDIENCES: &[(&str, &str, &str)] = &[
    ("developers", "Developers & AI Engineers", "People who build and run software"),
    ("researchers", "Researchers & Academics", "People who study and publish"),
    ("enterprise-security", "Enterprise & Security Teams", "IT, security and operations leaders"),
    ("founders-product", "Founders & Product Leaders", "People who decide what to build"),
    ("investors-business", "Investors & Business Readers", "People who follow money, markets and companies"),
    ("creators-marketers", "Creators & Marketers", "People who make content and campaigns"),
    ("general", "General Readers", "Everybody with an interest in technology"),
];

const TOPICS: &[(&str, &str, &str)] = &[
    ("ai-models", "AI models", "Language, image and other models, and what they can do"),
    ("ai-chips-hardware", "AI chips & hardware", "Chips, devices, data-centre hardware"),
    ("cloud", "Cloud", "Cloud platforms and their services"),
    ("security", "Security", "Vulnerabilities, attacks, defence"),
    ("developer-tools", "Developer tools", "Languages, libraries, editors, build and test tools"),
    ("open-source", "Open source", "Open projects, their releases and their people"),
    ("research", "Research", "Papers and scientific results"),
    ("policy-regulation", "Policy & regulation", "Laws, courts, authorities"),
    ("funding-m&a", "Funding & M&A", "Money raised, companies bought and sold"),
    ("product-launch", "Product launches", "New products and features"),
    ("robotics", "Robotics", "Robots, drones, autonomous vehicles"),
    ("data-privacy", "Data & privacy", "Personal data, leaks, surveillance"),
    ("other", "Other", "Everything else"),
];

/// What kind of event a card reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    Release,
    Deprecation,
    Vulnerability,
    Breach,
    Threat,
    Outage,
    Legal,
    Report,
    Acquisition,
    Funding,
    ResearchPaper,
    Policy,
    Partnership,
    Pricing,
    Earnings,
    HiringLayoffs,
    OpinionTutorial,
    Other,
}

impl Event {
    /// Every kind; the size makes sure that none is missing.
    pub const ALL: [Self; Self::Other as usize + 1] = [
        Self::Release,
        Self::Deprecation,
        Self::Vulnerability,
        Self::Breach,
        Self::Threat,
        Self::Outage,
        Self::Legal,
        Self::Report,
        Self::Acquisition,
        Self::Funding,
        Self::ResearchPaper,
        Self::Policy,
        Self::Partnership,
        Self::Pricing,
        Self::Earnings,
        Self::HiringLayoffs,
        Self::OpinionTutorial,
        Self::Other,
    ];

    /// The name on a card and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Deprecation => "deprecation",
            Self::Vulnerability => "vulnerability",
            Self::Breach => "breach",
            Self::Threat => "threat",
            Self::Outage => "outage",
            Self::Legal => "legal",
            Self::Report => "report",
            Self::Acquisition => "acquisition",
            Self::Funding => "funding",
            Self::ResearchPaper => "research-paper",
            Self::Policy => "policy",
            Self::Partnership => "partnership",
            Self::Pricing => "pricing",
            Self::Earnings => "earnings",
            Self::HiringLayoffs => "hiring-layoffs",
            Self::OpinionTutorial => "opinion-tutorial",
            Self::Other => "other",
        }
    }
}

/// How soon somebody should do something. Ordered: `Fyi` is least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    Fyi,
    ThisWeek,
    ActNow,
}

impl Urgency {
    /// The least first.
    pub const ALL: [Self; 3] = [Self::Fyi, Self::ThisWeek, Self::ActNow];

    /// The name on a card and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fyi => "fyi",
            Self::ThisWeek => "this-week",
            Self::ActNow => "act-now",
        }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Fyi => "FYI",
            Self::ThisWeek => "This week",
            Self::ActNow => "Act now",
        }
    }
}
