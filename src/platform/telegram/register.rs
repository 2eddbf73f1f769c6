//! The command table as Telegram's menus: one for each kind of place and language, set only where it
//! differs.

use serde_json::{Value, json};
use teloxide_core::types::{BotCommand, BotCommandScope};

use crate::locale::Words;
use crate::model::language::Language;
use crate::model::word::{Who, Word};
use crate::platform::cut::cut;

/// Of a command's description (Bot API, BotCommand).
const SUMMARY_MAX: usize = 256;

/// One menu: what is offered to whom, in which language.
pub struct Menu {
    scope: BotCommandScope,
    /// ISO 639-1. Empty for all who have no menu of their own (Bot API, setMyCommands).
    language: &'static str,
    pub commands: Vec<BotCommand>,
}

impl Menu {
    /// The body of `getMyCommands`.
    pub fn question(&self) -> Value {
        json!({ "scope": self.scope, "language_code": self.language })
    }

    /// The body of `setMyCommands`.
    pub fn body(&self) -> Value {
        json!({ "scope": self.scope, "language_code": self.language, "commands": self.commands })
    }
}

/// The menus. What changes a channel is offered where those who may do it see it alone: in private,
/// and to administrators.
pub fn menus(words: &[Word]) -> Vec<Menu> {
    let mut menus = Vec::new();
    for language in Language::ALL {
        let words_of = Words::new(language);
        // English is also for all whose language has no menu.
        let language = if language == Language::default() { "" } else { language.tag() };
        for (scope, is_for_managers) in [
            (BotCommandScope::Default, false),
            (BotCommandScope::AllPrivateChats, true),
            (BotCommandScope::AllGroupChats, false),
            (BotCommandScope::AllChatAdministrators, true),
        ] {
            let offered = words.iter().filter(|word| is_for_managers || word.who == Who::Everyone);
            let commands = offered.map(|word| command(word, &words_of.summary(word))).collect();
            menus.push(Menu { scope, language, commands });
        }
    }
    menus
}

/// `filter set` is `/filter_set`: commands have no blanks (Bot API, BotCommand).
fn command(word: &Word, summary: &str) -> BotCommand {
    BotCommand::new(word.name.replace(' ', "_"), cut(summary, SUMMARY_MAX))
}
