//! What to do next, in our own words: advice by kind of event, which states no fact. The texts are
//! in `assets/advice.toml`.

use std::collections::HashMap;

use super::labels::Labelling;
use crate::model::label::Urgency;

const DATA: &str = include_str!("../../../assets/advice.toml");

/// Texts by language, by kind of event.
pub struct Advice(HashMap<String, HashMap<String, String>>);

impl Advice {
    pub fn new() -> Self {
        Self(toml::from_str(DATA).expect("assets/advice.toml is tested to be readable"))
    }

    /// The advice for an event that is clear, in the item's language where there is one, else in
    /// English.
    pub fn of(&self, labelling: &Labelling, lang: Option<&str>) -> Option<&str> {
        let event = labelling.event.name();
        let is_urgent = labelling.urgency == Urgency::ActNow;
        let urgent = is_urgent.then(|| self.0.get(&format!("{event}-act-now"))).flatten();
        let texts = urgent.or_else(|| self.0.get(event)).filter(|_| labelling.bears_advice)?;
        lang.and_then(|lang| texts.get(lang)).or_else(|| texts.get("en")).map(String::as_str)
    }
}
