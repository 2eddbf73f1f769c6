//! Words that are put together from several messages, or named by what they stand for.

use jiff::SignedDuration;

use super::Words;
use crate::model::label::{Event, Labels, Urgency};
use crate::model::word::{Argument, Word};

impl Words {
    /// What people read for an audience's name. What the operator calls it stays.
    pub fn audience(self, labels: &Labels, name: &str) -> String {
        self.label("audience", name, labels.audience_title(name))
    }

    /// What people read for a topic's name.
    pub fn topic(self, labels: &Labels, name: &str) -> String {
        self.label("topic", name, labels.topic_title(name))
    }

    /// What a topic is about.
    pub fn topic_meaning(self, name: &str, description: &str) -> String {
        self.label("topic-about", name, description)
    }

    /// Who is meant by an audience.
    pub fn audience_meaning(self, name: &str, description: &str) -> String {
        self.label("audience-about", name, description)
    }

    /// In this language, if it says what is built in.
    fn label(self, kind: &str, name: &str, said: &str) -> String {
        let id = format!("label-{kind}-{}", name.replace('&', "-"));
        if Self::default().say(&id) == said { self.say(&id) } else { said.to_owned() }
    }

    pub fn event(self, event: Event) -> String {
        self.say(&format!("label-event-{}", event.name()))
    }

    pub fn urgency(self, urgency: Urgency) -> String {
        self.say(&format!("label-urgency-{}", urgency.name()))
    }

    /// One line on what a word does.
    pub fn summary(self, word: &Word) -> String {
        self.say(&format!("menu-{}", word.name.replace(' ', "-")))
    }

    /// One line on an argument of a word.
    pub fn argument(self, word: &Word, argument: &Argument) -> String {
        self.say(&format!("menu-{}.{}", word.name.replace(' ', "-"), argument.name))
    }

    /// A duration in its largest unit.
    pub fn span(self, duration: SignedDuration) -> String {
        let secs = duration.as_secs().max(0);
        match secs {
            0..60 => self.with("time-seconds", &[("count", secs.into())]),
            60..3600 => self.with("time-minutes", &[("count", (secs / 60).into())]),
            3600..86400 => self.with("time-hours", &[("count", (secs / 3600).into())]),
            _ => self.with("time-days", &[("count", (secs / 86400).into())]),
        }
    }

    /// Names in a row: `a, b, c`.
    pub fn list(self, names: &[impl AsRef<str>]) -> String {
        names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.say("list-names"))
    }

    /// The choices in a row: `a, b or c`.
    pub fn any_of(self, names: &[&str]) -> String {
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                self.with("list-or", &[("names", self.list(rest).into()), ("last", (*last).into())])
            }
            _ => names.concat(),
        }
    }

    /// `label: text`
    pub fn labelled(self, label: &str, text: &str) -> String {
        self.with("list-labelled", &[("label", label.into()), ("text", text.into())])
    }
}
