//! What Telegram's clients make clickable of themselves: names, addresses, commands; and where the
//! links of a message lead. The rules are those of TDLib's `find_entities`, checked against it by hand.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::entities::Entity;

/// One range in bytes that a client finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: &'static str,
    pub start: usize,
    pub end: usize,
}

/// Everything in a message that can be pressed, or reaches somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// `@name`: links, and notifies the one who bears it.
    pub mentions: Vec<String>,
    /// Users named by `text_mention` or `tg://user`.
    pub users: Vec<String>,
    pub hashtags: Vec<String>,
    pub cashtags: Vec<String>,
    /// `/word`: pressing sends it.
    pub commands: Vec<String>,
    pub emails: Vec<String>,
    /// Addresses that are shown as they are.
    pub urls: Vec<String>,
    /// What is shown, and where it leads.
    pub text_links: Vec<(String, String)>,
}

impl Links {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Links whose words are an address of another host than the one they lead to.
    pub fn masked(&self) -> Vec<(String, String)> {
        let is_masked = |(shown, target): &&(String, String)| {
            let to = host(target);
            detect(shown).iter().any(|found| found.kind == "url" && host(&shown[found.start..found.end]) != to)
        };
        self.text_links.iter().filter(is_masked).cloned().collect()
    }

    /// Nobody is called, nothing is done by a press, and no link says that it leads elsewhere.
    pub fn is_harmless(&self) -> bool {
        self.mentions.is_empty() && self.users.is_empty() && self.commands.is_empty() && self.masked().is_empty()
    }

    /// Every host that a press can lead to.
    pub fn hosts(&self) -> BTreeSet<String> {
        let targets = self.text_links.iter().map(|(_, target)| target);
        self.urls.iter().chain(targets).filter_map(|url| host(url)).collect()
    }

    /// `entities`: those that the bot sent.
    pub fn of(text: &str, entities: &[Entity]) -> Self {
        let mut links = Self::default();
        for entity in entities {
            let shown = text[entity.start..entity.end].to_owned();
            match entity.kind.as_str() {
                "text_link" => {
                    let target = entity.wire["url"].as_str().unwrap_or_default().to_owned();
                    if target.starts_with("tg://user") {
                        links.users.push(target.clone());
                    }
                    links.text_links.push((shown, target));
                }
                "text_mention" => links.users.push(entity.wire["user"]["id"].to_string()),
                _ => {}
            }
        }
        for found in found_beside(text, entities) {
            let shown = text[found.start..found.end].to_owned();
            match found.kind {
                "mention" => links.mentions.push(shown),
                "hashtag" => links.hashtags.push(shown),
                "cashtag" => links.cashtags.push(shown),
                "bot_command" => links.commands.push(shown),
                "email" => links.emails.push(shown),
                _ => links.urls.push(shown),
            }
        }
        links
    }
}

/// What a client finds where the bot's own entities let it: not in code, not in links.
pub fn found_beside(text: &str, entities: &[Entity]) -> Vec<Found> {
    let hides = |entity: &&Entity| matches!(entity.kind.as_str(), "code" | "pre" | "text_link" | "text_mention");
    let mut all = detect(text);
    for hidden in entities.iter().filter(hides) {
        all.retain(|found| found.end <= hidden.start || hidden.end <= found.start);
    }
    all
}

/// The host of an address, with or without its scheme.
pub fn host(address: &str) -> Option<String> {
    let whole = if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    let parsed = url::Url::parse(&whole).ok()?;
    parsed.host_str().map(|host| host.trim_start_matches("www.").to_lowercase())
}

/// The countries' domains, and the others that are common: enough for what tests write.
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs \
    bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi \
    fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir \
    is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn \
    mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw \
    py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm \
    tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";
const OTHERS: &str = "com net org edu gov mil int info biz name pro mobi travel jobs app dev page blog news media live \
    online site store shop tech cloud digital email link click top xyz club icu vip win bid loan work world today \
    space website fun life press agency company systems solutions services software support security network zone \
    team group academy wiki design studio zip mov foo how new day rsvp cash finance bank money fund capital credit \
    market trade exchange london berlin paris tokyo nyc arpa onion asia cat tel xxx aero coop museum post google \
    amazon apple microsoft nexus bot chat social games game рф";

static TOPS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| COUNTRIES.split(' ').chain(OTHERS.split(' ')).collect());

static URL: LazyLock<Regex> = LazyLock::new(|| {
    let scheme = r"(?:(?P<scheme>[a-zA-Z]+)://)?";
    let user = r"(?:[^\s/@:]+(?::[^\s/@]*)?@)?";
    let rest = r#"(?::\d{1,5})?(?P<rest>[/?#][^\s<>"«»]*)?"#;
    Regex::new(&format!(r"{scheme}(?P<user>{user})(?P<host>[\p{{L}}\p{{N}}_-]+(?:\.[\p{{L}}\p{{N}}_-]+)*){rest}"))
        .unwrap()
});
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[a-zA-Z0-9_.+-]+@(?P<host>[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)").unwrap());
static MENTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"@[a-zA-Z0-9_]{3,32}").unwrap());
static COMMAND: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?").unwrap());
static HASHTAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"#[\p{L}\p{N}\p{M}_·]+").unwrap());
static CASHTAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$[A-Z]{1,8}").unwrap());

/// What Telegram deletes before it looks for links (td, `clean_input_string`).
fn is_deleted(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202E}' | '\u{30A}' | '\u{333}' | '\u{33F}')
}

/// Everything that a client finds in a text, in its order.
pub fn detect(text: &str) -> Vec<Found> {
    let kept = text.char_indices().filter(|(_, c)| !is_deleted(*c));
    // Where each byte of what is left stood before.
    let places: Vec<usize> = kept.flat_map(|(at, c)| at..at + c.len_utf8()).chain([text.len()]).collect();
    let left: String = text.chars().filter(|c| !is_deleted(*c)).collect();
    let found = find(&left).into_iter();
    found.map(|one| Found { start: places[one.start], end: places[one.end - 1] + 1, ..one }).collect()
}

fn find(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    all.extend(URL.captures_iter(text).filter_map(|found| url_of(text, &found)));
    all.extend(EMAIL.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        is_domain(&found["host"]).then_some(Found { kind: "email", start: whole.start(), end: whole.end() })
    }));
    for (kind, pattern) in
        [("bot_command", &COMMAND), ("mention", &MENTION), ("hashtag", &HASHTAG), ("cashtag", &CASHTAG)]
    {
        for found in pattern.find_iter(text).filter(|found| stands_alone(kind, text, (found.start(), found.end()))) {
            all.push(Found { kind, start: found.start(), end: found.end() });
        }
    }
    all.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
    let mut kept: Vec<Found> = Vec::new();
    for found in all {
        if kept.last().is_none_or(|last| last.end <= found.start) {
            kept.push(found);
        }
    }
    kept
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn stands_alone(kind: &str, text: &str, (start, end): (usize, usize)) -> bool {
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let is_free = before.is_none_or(|c| !is_word(c)) && after.is_none_or(|c| !is_word(c));
    match kind {
        "bot_command" => {
            let breaks = |c: Option<char>| c.is_some_and(|c| "/<>".contains(c));
            is_free && !breaks(before) && !breaks(after)
        }
        "hashtag" => is_free && end - start <= 257 && text[start..end].chars().any(char::is_alphabetic),
        _ => is_free,
    }
}

fn is_domain(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let is_ip = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    let top = labels[labels.len() - 1].to_lowercase();
    // An underscore may stand in the names below, and nowhere near the top.
    let is_named = labels.len() > 1 && !labels[labels.len() - 2].contains('_') && !labels.contains(&"");
    is_ip || is_named && (TOPS.contains(top.as_str()) || top.starts_with("xn--"))
}

fn url_of(text: &str, found: &regex::Captures<'_>) -> Option<Found> {
    let whole = found.get(0)?;
    let (scheme, host) = (found.name("scheme").map(|scheme| scheme.as_str().to_lowercase()), &found["host"]);
    let before = text[..whole.start()].chars().next_back();
    if before.is_some_and(|c| is_word(c) || c == '@' || c == '.' || c == '/') {
        return None;
    }
    let is_address = match scheme.as_deref() {
        Some("http" | "https") => is_domain(host) || host.contains('.') && !host.ends_with('.'),
        Some("tg" | "ton" | "tonsite") => true,
        // With a name before it, it is an address to write to.
        None => is_domain(host) && found["user"].is_empty(),
        Some(_) => false,
    };
    let shown = whole.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '"', ']', '}', '…']);
    is_address.then(|| Found { kind: "url", start: whole.start(), end: whole.start() + shown.len() })
}
