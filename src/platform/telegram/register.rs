//! The command table as Telegram's menus: one for each kind of place, set only where it differs.

use serde_json::{Value, json};
use teloxide_core::types::{BotCommand, BotCommandScope};

use crate::model::word::{Who, Word};
use crate::platform::cut::cut;

/// Of a command's description (Bot API, BotCommand).
const SUMMARY_MAX: usize = 256;

/// The menus. What changes a channel is offered where those who may do it see it alone: in private,
/// and to administrators. There is one language, since the words have one.
pub fn menus(words: &[Word]) -> Vec<(BotCommandScope, Vec<BotCommand>)> {
    let all: Vec<BotCommand> = words.iter().map(command).collect();
    let for_everyone: Vec<BotCommand> = words.iter().filter(|word| word.who == Who::Everyone).map(command).collect();
    vec![
        (BotCommandScope::Default, for_everyone.clone()),
        (BotCommandScope::AllPrivateChats, all.clone()),
        (BotCommandScope::AllGroupChats, for_everyone),
        (BotCommandScope::AllChatAdministrators, all),
    ]
}

/// The body of `getMyCommands`, and what `setMyCommands` takes beside the commands.
pub fn scope(scope: &BotCommandScope) -> Value {
    json!({ "scope": scope })
}

pub fn set(scope: &BotCommandScope, commands: &[BotCommand]) -> Value {
    json!({ "scope": scope, "commands": commands })
}

/// `filter set` is `/filter_set`: commands have no blanks (Bot API, BotCommand).
fn command(word: &Word) -> BotCommand {
    BotCommand::new(word.name.replace(' ', "_"), cut(word.summary, SUMMARY_MAX))
}
