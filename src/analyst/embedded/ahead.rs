//! Statements about the future: somebody says what is to come, and it has not come yet.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::dates;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are valid")
}

/// Words by which people say what is to come.
static AHEAD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)
        \bwill\b | \bwon['’]t\b | \b(?i:plans|planning|intends?|aims?|expects|promises)\ to\b
        | \b(?i:expected|slated|scheduled|projected|forecast)\ to\b
        | \b(?i:is|are)\ (?:(?:set|due|poised)|(?:very\ |most\ )?likely)\ to\b
        | \b(?i:scheduled|slated)\ for\b | \b(?i:predicts?|forecasts)\b
        | 将于|将在|将会|即将|预计|有望|明年|计划(?:在|于|将|推出|建|投|到|向|对|从|今年|明年|未来|下)
        | (?:^|[^「『《“【])未来(?:[几两三数五十一]|将|会|可|\s*\d)
        | 예정|전망|예상|내년 | 予定|見込み|見通し|来年",
    )
});

/// What such words also do: instruct the reader, muse, or tell what happens whenever something is.
static NOT_AHEAD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?xi)
        ^(?:if|when|whenever|whether|once|unless|until|maybe|perhaps)\b | \byou(?:r|['’]ll)?\b | \bI\b
        | \btime\ will\ tell\b | \b(?:if|whether)\ (?:we|they|it|he|she)\ will\b
        | [?？؟]$ | ^(?:如果|当|若)",
    )
});

/// Whether words state what is to come, seen from `day`: what names an earlier year is history.
pub fn looks_ahead(words: &str, day: Date) -> bool {
    AHEAD.is_match(words) && !NOT_AHEAD.is_match(words) && !dates::is_past(words, day)
}
