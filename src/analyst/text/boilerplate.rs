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
    "view entire post",
    "see all our",
    "see the release notes",
    "original source:",
    "digg story:",
    "cautionary statement",
    "forward-looking statement",
    "this press release contains",
    "this cve was assigned",
    "http://",
    "https://",
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

/// Headings that a feed's text lost its line breaks after, and the fields of a bulletin.
static HEADINGS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?:
        News\ Highlights:?\s+
        | Bulletin\ ID:.{0,200}?[AP]M\ P[DS]T\s+(?:Description:\s+)?
        | Published:\s*\d{4}-\d\d-\d\d\s*(?:Updated:\s*\d{4}-\d\d-\d\d\s*)?(?:(?:Description|Severity|Notes)\s+)*
          (?:\d{4}-\d\d-\d\d\ Update:\s*)?
        | \[[A-Z][A-Za-z\ ]{2,30}\]\s*
        | \p{Lu}[^()]{4,80}\((?:GLOBE\ NEWSWIRE|BUSINESS\ WIRE|PR\ ?Newswire)\)\s*[-—–]+\s*
        )",
    )
    .expect("the pattern of headings is valid")
});

/// What lawyers, other sites and feeds' software add, wherever it stands in a sentence.
const NO_NEWS: &[&str] = &[
    "appeared first on",
    "erschien zuerst auf",
    "forward-looking statement",
    "securities litigation reform act",
    "forms 10-k",
    "should not be relied upon",
    "all rights reserved",
];

/// The part of a sentence worth keeping, or nothing.
pub fn trim(words: &str) -> Option<Range<usize>> {
    let mut start = words.len()
        - words.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '•' | '-' | '*' | '>' | '·')).len();
    if is_boilerplate(words.get(start..)?.trim_end()) {
        return None;
    }
    for pattern in [&HEADINGS, &DATELINE] {
        start += pattern.find(words.get(start..)?).map_or(0, |found| found.end());
    }
    start += words
        .get(start..)?
        .strip_prefix("The content ")
        .filter(|rest| rest.starts_with(char::is_uppercase))
        .map_or(0, |_| "The content ".len());
    let kept = words.get(start..)?.trim_end();
    let end = start + without_tail(kept).len();
    let kept = words.get(start..end)?;
    let cjk = kept.chars().filter(|c| super::is_cjk(*c) || super::is_hangul(*c)).count();
    let unspaced = kept.chars().filter(|c| super::is_unmarked(*c)).count();
    let is_long_enough = cjk >= CJK_CHARS_MIN
        || unspaced >= UNSPACED_CHARS_MIN
        || kept.split_whitespace().count() >= WORDS_MIN
        || kept.contains(" | ");
    (is_long_enough && start < end && !is_boilerplate(kept)).then_some(start..end)
}

/// Without the dots behind a last sentence that is complete: the feed cut the next one off.
fn without_tail(words: &str) -> &str {
    let links = ["Read Article", "Read more", "Read More", "Continue reading"];
    let words = links.iter().find_map(|link| words.strip_suffix(link)).map_or(words, str::trim_end);
    let tails = ["[...]", "[…]", "[&#8230;]", " ...", " …"];
    let cut = tails.iter().find_map(|tail| words.strip_suffix(tail)).map(str::trim_end);
    cut.filter(|before| super::segment::is_complete(before, true)).unwrap_or(words)
}

/// What is longer is not shown, so that it need not be read.
const SHOWN_CHARS: usize = 600;

fn is_boilerplate(words: &str) -> bool {
    let small = words.chars().take(SHOWN_CHARS).collect::<String>().to_lowercase();
    LINES.iter().any(|line| small.starts_with(line))
        || NO_NEWS.iter().any(|phrase| small.contains(phrase))
        || is_self_portrait(words)
        || is_pointer(&small)
}

/// "Please see the page of the vendor for more information."
fn is_pointer(small: &str) -> bool {
    let points = ["please see", "please visit", "see ", "visit ", "for more information", "for details"];
    points.iter().any(|start| small.starts_with(start))
        && (small.contains("more information") || small.contains("for details"))
}

/// "About Acme Acme is a ...", "About Acme For forty years ...": how press releases end.
fn is_self_portrait(words: &str) -> bool {
    const BEGINNINGS: &[&str] = &["For", "The", "We", "With", "Founded", "At", "As", "In", "Headquartered"];
    let mut names = words.split_whitespace().take(7);
    names.next() == Some("About")
        && names.next().is_some_and(|first| {
            first.starts_with(char::is_uppercase) && names.any(|name| name == first || BEGINNINGS.contains(&name))
        })
}
