//! What is around the news and not of it: share lines, credits, datelines.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Lines that say nothing, wherever they stand. Compared in lower case, from the start.
const LINES: &[&str] = &[
    "read full article",
    "read more",
    "read the full",
    "continue reading",
    "comments",
    "advertisement",
    "sign up",
    "subscribe",
    "click here",
    "follow us",
    "share this",
    "image:",
    "photo:",
    "image credit",
    "credit:",
    "related:",
    "also read",
    "see also",
    "learn more",
    "view all",
    "table of contents",
    "the post ",
    "this article originally",
    "this post was",
    "listen to this",
    "watch:",
    "enlarge",
    "loading",
    "skip to",
    "cookie",
    "all rights reserved",
    "copyright",
    "©",
    "found this article interesting",
    "download the",
    "register now",
    "article url:",
    "comments url:",
    "points:",
    "# comments:",
    "submitted by",
    "[link]",
    "[comments]",
    "免责声明",
    "责任编辑",
    "编辑：",
    "编辑:",
    "来源：",
    "来源:",
    "本文来自",
    "本文由",
    "原文链接",
    "阅读原文",
    "点击查看",
    "点击阅读",
    "更多详情",
    "广告声明",
    "转载",
    "图源",
    "文中所含",
    "封面来源",
    "相关阅读",
    "无断转载",
    "저작권자",
    "무단전재",
    "기자",
    "【이미지",
    "▲",
    "関連記事",
    "続きを読む",
];
/// A shorter line of a Latin script is a heading or a caption.
const WORDS_MIN: usize = 4;
const CJK_CHARS_MIN: usize = 8;
/// Letters of scripts without spaces between words, where about five make a word.
const UNSPACED_CHARS_MIN: usize = 20;

/// How agencies and sites begin a report; removing it changes no statement.
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?:
        [\p{Han}\w\s]{0,12}?\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:消息|讯|电|报道|获悉)\s*[，,：:]\s*
        | (?:36氪|财联社|新华社|智通财经|格隆汇|钛媒体|虎嗅)\S{0,8}?(?:获悉|消息|讯|电)\s*[，,]\s*
        | [A-Z][A-Z\s.,]{2,40}(?:,\s*\w+\.?\s*\d{1,2})?\s*\((?:Reuters|AP|AFP|Bloomberg)\)\s*[-—–]+\s*
        | \((?:Reuters|AP|AFP|Bloomberg)\)\s*[-—–]+\s*
        | \[[^\]]{2,20}(?:기자|뉴스)\]\s*
        )",
    )
    .expect("the dateline pattern is valid")
});

/// The part of a sentence worth keeping, or nothing.
pub fn trim(words: &str) -> Option<Range<usize>> {
    let mut start = words.len()
        - words.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '•' | '-' | '*' | '>' | '·')).len();
    let mut end = words.trim_end().len();
    let kept = words.get(start..end)?;
    if is_boilerplate(kept) {
        return None;
    }
    if let Some(dateline) = DATELINE.find(kept) {
        start += dateline.end();
    }
    for tail in ["[...]", "[…]", "[&#8230;]"] {
        if let Some(before) = words.get(start..end)?.strip_suffix(tail) {
            end = start + before.trim_end().len();
        }
    }
    let kept = words.get(start..end)?;
    let cjk = kept.chars().filter(|c| super::is_cjk(*c) || super::is_hangul(*c)).count();
    let unspaced = kept.chars().filter(|c| super::is_unmarked(*c)).count();
    let is_long_enough = cjk >= CJK_CHARS_MIN
        || unspaced >= UNSPACED_CHARS_MIN
        || kept.split_whitespace().count() >= WORDS_MIN
        || kept.contains(" | ");
    (is_long_enough && start < end).then_some(start..end)
}

fn is_boilerplate(words: &str) -> bool {
    let small = words.chars().take(80).collect::<String>().to_lowercase();
    LINES.iter().any(|line| small.starts_with(line))
        || small.contains("appeared first on")
        || (small.starts_with("http") && !small.contains(' '))
}
