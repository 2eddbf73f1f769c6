//! Items that tell of many events at once: weekly recaps, morning papers, lists of links. They belong to no
//! story. Must not know: anything but a title.

use std::sync::LazyLock;

use regex::Regex;

/// What such titles say, in the languages of the interface and Korean.
const SAYS: &str = r"(?xi)
    \b( round-?up | recap | in\ (other|brief|case\ you\ missed) | week\ in\ (review|security) | (weekly|daily|morning|evening|news)\ (digest|brief(ing)?|update|report|newsletter|wrap(-?up)?|links)
      | this\ week\ in | (last|past)\ week | top\ \d+\ | newsletter | what\ you\ missed | most\ (read|popular)
      | wochenr(ü|ue)ckblick | r(ü|ue)ckblick | kurz\ (gemeldet|notiert|informiert) | presseschau | die\ woche
      | revue\ de\ presse | en\ bref | l'essentiel\ de | semaine\ en | resumen\ (semanal|diario) | resumen\ de\ la\ semana | en\ breve | lo\ m(á|a)s\ le(í|i)do )\b
    | \+\ ?\d+\ (more|other|new)\ stor | \band\ (\d+\ )?more\ stories
    | 早报 | 晚报 | 日报： | 周报 | 一周 | 早知道 | 要闻 | 盘点 | 新闻汇总 | 快讯汇总 | 早報 | 週報 | まとめ | 今週の | 週刊 | 今日の | 朝刊 | 주간 | 브리핑 | 뉴스\ ?모음";

/// A pattern that cannot be read, which a test would tell, finds nothing.
static ROUNDUP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SAYS).ok());

/// Does a title announce many events?
pub fn is_one(title: &str) -> bool {
    ROUNDUP.as_ref().is_some_and(|pattern| pattern.is_match(title))
}
