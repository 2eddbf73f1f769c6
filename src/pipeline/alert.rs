//! What makes a message an alert: the tap that ends them.

use crate::locale::Words;
use crate::model::doc::{Block, Button, Doc};
use crate::model::press::Press;

/// The message with its way out, among its other buttons if it has any.
pub fn with_way_out(mut doc: Doc, words: Words) -> Doc {
    let off = Button::press(&words.say("alerts-off-button"), Press::AlertsOff);
    let buttons = doc.blocks.iter_mut().rev().find_map(|block| match block {
        Block::Buttons(buttons) => Some(buttons),
        _ => None,
    });
    match buttons {
        Some(buttons) => buttons.push(off),
        None => doc.blocks.push(Block::Buttons(vec![off])),
    }
    doc
}
