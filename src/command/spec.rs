//! The command table: every word, once. Discord's commands, the text grammar, `help` and the
//! README's table are made from it.

use crate::model::word::{Argument, Kind, Who, Word};

const fn required(name: &'static str, summary: &'static str, kind: Kind) -> Argument {
    Argument { name, summary, kind, is_required: true }
}

const fn optional(name: &'static str, summary: &'static str, kind: Kind) -> Argument {
    Argument { name, summary, kind, is_required: false }
}

const MODES: Kind = Kind::Choice(&["instant", "daily", "weekly"]);
const URGENCIES: Kind = Kind::Choice(&["fyi", "this-week", "act-now"]);
const DURATIONS: Kind = Kind::Choice(&["1h", "1d", "1w"]);

/// Every word (design, section 7), in the order in which `help` shows them.
pub const WORDS: &[Word] = &[
    Word {
        name: "subscribe",
        summary: "Post news here: of a feed or site, on topics, or all",
        in_chinese: "在此发布新闻：订阅源或网站、话题，或全部",
        arguments: &[
            required("what", "A feed or site address, a topic (or several, with commas), or all", Kind::Completed),
            optional(
                "filter",
                "Only what matches: words, \"phrases\", -not, title:x, topic:x, urgency:>=this-week",
                Kind::Text,
            ),
            optional("mode", "At once, or collected into a recap", MODES),
            optional("backfill", "How many of the newest items to post now", Kind::Number(0, 10)),
            optional("to", "Another channel", Kind::Place),
        ],
        who: Who::Managers,
        asks: false,
        example: "subscribe https://blog.rust-lang.org filter:release mode:daily",
    },
    Word {
        name: "unsubscribe",
        summary: "End a subscription",
        in_chinese: "结束一个订阅",
        arguments: &[required("what", "Its number, address or topic", Kind::Completed)],
        who: Who::Managers,
        asks: true,
        example: "unsubscribe 2",
    },
    Word {
        name: "subscriptions",
        summary: "What is posted here, with numbers, filters, mutes and quiet hours",
        in_chinese: "这里发布什么：编号、过滤、静音和免打扰时段",
        arguments: &[],
        who: Who::Everyone,
        asks: false,
        example: "subscriptions",
    },
    Word {
        name: "filter set",
        summary: "Post only what matches a query",
        in_chinese: "只发布符合查询条件的内容",
        arguments: &[
            required("subscription", "The subscription's number", Kind::Completed),
            required(
                "query",
                "Words, \"phrases\", -not, OR, ( ), /regex/, title:x, topic:x, audience:x, urgency:>=x",
                Kind::Text,
            ),
        ],
        who: Who::Managers,
        asks: false,
        example: "filter set 1 rust -game",
    },
    Word {
        name: "filter test",
        summary: "What a query would have let through lately, and why",
        in_chinese: "试用查询条件：最近会放行什么，为什么",
        arguments: &[
            required("subscription", "The subscription's number", Kind::Completed),
            required("query", "The query to try; nothing is changed", Kind::Text),
        ],
        who: Who::Everyone,
        asks: false,
        example: "filter test 1 title:rust",
    },
    Word {
        name: "filter clear",
        summary: "Post everything of a subscription again",
        in_chinese: "恢复发布该订阅的全部内容",
        arguments: &[required("subscription", "The subscription's number", Kind::Completed)],
        who: Who::Managers,
        asks: true,
        example: "filter clear 1",
    },
    Word {
        name: "topics",
        summary: "The topics and audiences, and what they mean",
        in_chinese: "话题和读者群，以及它们的含义",
        arguments: &[],
        who: Who::Everyone,
        asks: false,
        example: "topics",
    },
    Word {
        name: "digest weekly",
        summary: "The recap of the last seven days, now",
        in_chinese: "最近七天的汇总，立即发送",
        arguments: &[],
        who: Who::Everyone,
        asks: false,
        example: "digest weekly",
    },
    Word {
        name: "digest daily",
        summary: "The recap of the last 24 hours, now",
        in_chinese: "最近 24 小时的汇总，立即发送",
        arguments: &[],
        who: Who::Everyone,
        asks: false,
        example: "digest daily",
    },
    Word {
        name: "digest schedule",
        summary: "Post a recap every week or day",
        in_chinese: "每周或每天定时发布汇总",
        arguments: &[required("when", "weekly monday 09:00 Europe/Berlin, or daily 08:30", Kind::Text)],
        who: Who::Managers,
        asks: false,
        example: "digest schedule weekly monday 09:00 Europe/Berlin",
    },
    Word {
        name: "digest off",
        summary: "No recap by itself any more",
        in_chinese: "不再自动发布汇总",
        arguments: &[],
        who: Who::Managers,
        asks: true,
        example: "digest off",
    },
    Word {
        name: "alerts on",
        summary: "Tell me alone, directly, of what concerns an audience",
        in_chinese: "与某类读者有关的新闻，私信提醒我",
        arguments: &[
            required("audience", "One or more audiences, with commas, or all", Kind::Completed),
            optional("urgency", "Only what is at least this urgent", URGENCIES),
            optional("filter", "Only what matches this query", Kind::Text),
            optional("quiet", "Hours of silence, such as 22:00-07:00", Kind::Text),
        ],
        who: Who::Everyone,
        asks: false,
        example: "alerts on enterprise-security urgency:act-now quiet:22:00-07:00",
    },
    Word {
        name: "alerts off",
        summary: "No alerts to me any more",
        in_chinese: "不再给我提醒",
        arguments: &[],
        who: Who::Everyone,
        asks: true,
        example: "alerts off",
    },
    Word {
        name: "mute",
        summary: "Post nothing here from a source, on a topic, of a story, or at all, for a while",
        in_chinese: "暂时不发布某个来源、话题、事件或全部",
        arguments: &[
            required("what", "source:x, topic:x, story:x, or all", Kind::Completed),
            optional("for", "How long; without it until unmute", DURATIONS),
        ],
        who: Who::Managers,
        asks: false,
        example: "mute topic:robotics for:1w",
    },
    Word {
        name: "unmute",
        summary: "End a mute",
        in_chinese: "取消静音",
        arguments: &[required("what", "source:x, topic:x, story:x, or all of them", Kind::Completed)],
        who: Who::Managers,
        asks: false,
        example: "unmute topic:robotics",
    },
    Word {
        name: "why",
        summary: "Why a card came here, or why it did not",
        in_chinese: "一张卡片为什么来到这里，或为什么没有",
        arguments: &[optional(
            "card",
            "1 for the latest card here, 2 for the one before, or the article's link",
            Kind::Text,
        )],
        who: Who::Everyone,
        asks: false,
        example: "why",
    },
    Word {
        name: "preview",
        summary: "What a feed or site would bring here, item by item; nothing is changed",
        in_chinese: "逐条预览订阅源或网站会带来什么；不做任何更改",
        arguments: &[
            required("url", "A feed or site address", Kind::Text),
            optional("filter", "A query to try on it", Kind::Text),
        ],
        who: Who::Everyone,
        asks: false,
        example: "preview https://blog.rust-lang.org filter:release",
    },
    Word {
        name: "status",
        summary: "How the feeds of this place and the bot are doing",
        in_chinese: "这里的订阅源和机器人的状况",
        arguments: &[],
        who: Who::Everyone,
        asks: false,
        example: "status",
    },
    Word {
        name: "settings",
        summary: "Time zone, quiet hours, limits, mentions; pause and resume",
        in_chinese: "时区、免打扰时段、数量上限、提及；暂停与恢复",
        arguments: &[
            optional("name", "timezone, quiet, limit, cap, crosspost, mention, pause or resume", Kind::Completed),
            optional("value", "The new value; without it the present one is shown", Kind::Text),
        ],
        who: Who::Managers,
        asks: false,
        example: "settings quiet 22:00-07:00",
    },
    Word {
        name: "import",
        summary: "Take over subscriptions from an OPML or JSON file, after a look at what would change",
        in_chinese: "从 OPML 或 JSON 文件导入订阅，先看会有什么变化",
        arguments: &[required("file", "The file, or its address", Kind::File)],
        who: Who::Managers,
        asks: true,
        example: "import https://example.com/feeds.opml",
    },
    Word {
        name: "export",
        summary: "The subscriptions of this place as an OPML file",
        in_chinese: "把这里的订阅导出为 OPML 文件",
        arguments: &[],
        who: Who::Everyone,
        asks: false,
        example: "export",
    },
    Word {
        name: "help",
        summary: "What can be said, or all about one word",
        in_chinese: "可以说什么，或某个命令的全部说明",
        arguments: &[optional("word", "The word", Kind::Completed)],
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
