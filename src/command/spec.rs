//! The command table: every word, once. Discord's commands, the text grammar, `help` and the
//! README's table are made from it. What a word does and what an argument means stands in
//! `assets/locales/*/menu.ftl`.

use crate::model::word::{Argument, Kind, Who, Word};

const fn required(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind, is_required: true }
}

const fn optional(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind, is_required: false }
}

const MODES: Kind = Kind::Choice(&["instant", "daily", "weekly"]);
const URGENCIES: Kind = Kind::Choice(&["fyi", "this-week", "act-now"]);
const DURATIONS: Kind = Kind::Choice(&["1h", "1d", "1w"]);

/// Every word (design, section 7), in the order in which `help` shows them.
pub const WORDS: &[Word] = &[
    Word {
        name: "subscribe",
        arguments: &[
            required("what", Kind::Completed),
            optional("filter", Kind::Text),
            optional("mode", MODES),
            optional("backfill", Kind::Number(0, 10)),
            optional("to", Kind::Place),
        ],
        who: Who::Managers,
        asks: false,
        example: "subscribe https://blog.rust-lang.org filter:release mode:daily",
    },
    Word {
        name: "unsubscribe",
        arguments: &[required("what", Kind::Completed)],
        who: Who::Managers,
        asks: true,
        example: "unsubscribe 2",
    },
    Word { name: "subscriptions", arguments: &[], who: Who::Everyone, asks: false, example: "subscriptions" },
    Word {
        name: "filter set",
        arguments: &[required("subscription", Kind::Completed), required("query", Kind::Text)],
        who: Who::Managers,
        asks: false,
        example: "filter set 1 rust -game",
    },
    Word {
        name: "filter test",
        arguments: &[required("subscription", Kind::Completed), required("query", Kind::Text)],
        who: Who::Everyone,
        asks: false,
        example: "filter test 1 title:rust",
    },
    Word {
        name: "filter clear",
        arguments: &[required("subscription", Kind::Completed)],
        who: Who::Managers,
        asks: true,
        example: "filter clear 1",
    },
    Word { name: "topics", arguments: &[], who: Who::Everyone, asks: false, example: "topics" },
    Word { name: "digest weekly", arguments: &[], who: Who::Everyone, asks: false, example: "digest weekly" },
    Word { name: "digest daily", arguments: &[], who: Who::Everyone, asks: false, example: "digest daily" },
    Word {
        name: "digest schedule",
        arguments: &[required("when", Kind::Text)],
        who: Who::Managers,
        asks: false,
        example: "digest schedule weekly monday 09:00 Europe/Berlin",
    },
    Word { name: "digest off", arguments: &[], who: Who::Managers, asks: true, example: "digest off" },
    Word {
        name: "alerts on",
        arguments: &[
            required("audience", Kind::Completed),
            optional("urgency", URGENCIES),
            optional("filter", Kind::Text),
            optional("quiet", Kind::Text),
        ],
        who: Who::Everyone,
        asks: false,
        example: "alerts on enterprise-security urgency:act-now quiet:22:00-07:00",
    },
    Word { name: "alerts off", arguments: &[], who: Who::Everyone, asks: true, example: "alerts off" },
    Word {
        name: "mute",
        arguments: &[required("what", Kind::Completed), optional("for", DURATIONS)],
        who: Who::Managers,
        asks: false,
        example: "mute topic:robotics for:1w",
    },
    Word {
        name: "unmute",
        arguments: &[required("what", Kind::Completed)],
        who: Who::Managers,
        asks: false,
        example: "unmute topic:robotics",
    },
    Word { name: "why", arguments: &[optional("card", Kind::Text)], who: Who::Everyone, asks: false, example: "why" },
    Word {
        name: "preview",
        arguments: &[required("url", Kind::Text), optional("filter", Kind::Text)],
        who: Who::Everyone,
        asks: false,
        example: "preview https://blog.rust-lang.org filter:release",
    },
    Word { name: "status", arguments: &[], who: Who::Everyone, asks: false, example: "status" },
    Word {
        name: "settings",
        arguments: &[optional("name", Kind::Completed), optional("value", Kind::Text)],
        who: Who::Managers,
        asks: false,
        example: "settings quiet 22:00-07:00",
    },
    Word {
        name: "import",
        arguments: &[required("file", Kind::File)],
        who: Who::Managers,
        asks: true,
        example: "import https://example.com/feeds.opml",
    },
    Word { name: "export", arguments: &[], who: Who::Everyone, asks: false, example: "export" },
    Word {
        name: "help",
        arguments: &[optional("word", Kind::Completed)],
        who: Who::Everyone,
        asks: false,
        example: "help subscribe",
    },
];

pub use crate::model::word::ALIASES;

/// The word of this name.
pub fn word(name: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.name == name)
}
