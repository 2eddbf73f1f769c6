//! The terminal as a stage: one place, one person, words alone.

use async_trait::async_trait;
use tidings::model::subscription::Address;
use tidings::platform::terminal::{Output, Style, lower};
use tidings::port::{Reply, Suggestion};

use super::{Feature, Shown, Stage, Who, as_line};
use crate::world::World;

const STYLE: Style = Style { has_color: false, width: 100 };

pub struct TerminalStage {
    world: World,
}

pub async fn stage() -> TerminalStage {
    TerminalStage { world: World::with(Output::Text(STYLE), "").await }
}

/// Lines are wrapped; what is read is the same without that.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown(reply: &Reply) -> Shown {
    Shown {
        text: unwrapped(&lower(&reply.doc, STYLE)),
        buttons: Vec::new(),
        is_private: reply.private,
        id: 0,
        file: reply.file.as_ref().map(|(_, text)| text.clone()),
        answers: None,
        has_picture: false,
    }
}

#[async_trait]
impl Stage for TerminalStage {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    async fn say(&mut self, _who: Who, word: &str, arguments: &[(&str, &str)]) -> Shown {
        shown(&self.world.says(&as_line(word, arguments)).await)
    }

    async fn press(&mut self, _who: Who, _on: &Shown, label: &str) -> Shown {
        let line = label.to_lowercase();
        shown(&self.world.says(&line).await)
    }

    async fn posts(&mut self) -> Vec<Shown> {
        let screen = self.world.screen.take();
        // A card begins with its rule.
        let cards = screen.split("── ").skip(1).map(|text| Shown {
            text: unwrapped(text),
            buttons: Vec::new(),
            is_private: false,
            id: 0,
            file: None,
            answers: None,
            has_picture: false,
        });
        cards.collect()
    }

    async fn now(&mut self, _on: &Shown) -> Shown {
        unreachable!("what is printed stays as it is")
    }

    async fn hears(&mut self, word: &str, arguments: &[(&str, &str)], count: usize, has_picture: bool) -> Vec<Shown> {
        let reply = self.world.says(&as_line(word, arguments)).await;
        let docs = std::iter::once(&reply.doc).chain(&reply.more);
        let said: Vec<Shown> = docs.map(|doc| shown(&Reply::private(doc.clone()))).collect();
        assert_eq!(said.len(), count);
        assert!(!has_picture, "a terminal shows no pictures");
        said
    }

    async fn directs(&mut self) -> Vec<Shown> {
        self.posts().await
    }

    async fn completions(&mut self, word: &str, argument: &str, typed: &str) -> Vec<String> {
        let suggestion = Suggestion {
            at: Address::terminal(),
            word: word.to_owned(),
            argument: argument.to_owned(),
            typed: typed.to_owned(),
        };
        self.world.desk().suggest(suggestion).await.into_iter().map(|choice| choice.value).collect()
    }

    fn has(&self, what: Feature) -> Result<(), &'static str> {
        Err(match what {
            Feature::Completions | Feature::Whispers => return Ok(()),
            Feature::Buttons => "a terminal has no buttons; yes, no and why are words there",
            Feature::Guests => "whoever sits at the terminal is its admin",
            Feature::Places => "there is one terminal",
            Feature::RateLimits => "a terminal takes what is written to it",
            Feature::OthersButtons => "nobody else sits there",
            Feature::Files => "files are named to commands of their own, tidings import and export",
            Feature::Rights => "a terminal can be written to",
            Feature::Edits => "what is printed on a terminal stays as it is",
            Feature::Replies => "a terminal has no threads",
            Feature::Pictures => "a terminal shows no pictures",
            Feature::History => "what was written to a terminal cannot be looked up",
        })
    }

    fn limit_next(&mut self, _secs: f64) {}

    fn hang_up_after_next(&mut self) {}

    fn hang_up_after_next_edit(&mut self) {}

    fn delete_post(&mut self, _on: &Shown) {}

    fn forbid_pictures(&mut self) {}

    fn delete_channel(&mut self) {}

    fn allow_posts(&mut self, _is_allowed: bool) {}

    fn block_directs(&mut self, _is_blocked: bool) {}
}
