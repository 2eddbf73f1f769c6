//! Discord's markdown as its clients read it: what a text shows, and what in it is alive.

/// What formats, leads somewhere or calls somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    Bold,
    Italic,
    Underline,
    Strike,
    Spoiler,
    Code,
    Box,
    /// To this address, under other words.
    Link(String),
    /// To itself.
    Address,
    /// A person, a role, a channel, a command, everybody; an emoji or a time.
    Mention,
    Heading,
    Subtext,
    Quote,
    Bullet,
}

#[derive(Clone, Debug, Default)]
pub struct Rendered {
    pub text: String,
    /// Each mark and what stands in it.
    pub marks: Vec<(Mark, String)>,
}

pub fn render(text: &str) -> Rendered {
    let mut rendered = Rendered::default();
    let chars: Vec<char> = text.chars().collect();
    read(&chars, true, &mut rendered);
    rendered
}

/// Where a delimiter closes: the first one from `from` on that is not escaped.
fn closing(chars: &[char], from: usize, delimiter: &str) -> Option<usize> {
    let wanted: Vec<char> = delimiter.chars().collect();
    let mut at = from;
    while at + wanted.len() <= chars.len() {
        if chars[at] == '\\' && !delimiter.starts_with('`') {
            at += 2;
        } else if chars[at..].starts_with(&wanted) && at > from {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

fn starts(chars: &[char], text: &str) -> bool {
    text.chars().enumerate().all(|(index, c)| chars.get(index) == Some(&c))
}

fn read(chars: &[char], is_block: bool, out: &mut Rendered) {
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let is_line_start = is_block && (at == 0 || chars[at - 1] == '\n');
        if let Some((length, mark, inner)) = token(rest, is_line_start) {
            let mut within = Rendered::default();
            match mark {
                Mark::Code | Mark::Box | Mark::Mention | Mark::Address => within.text = inner.iter().collect(),
                _ => read(&inner, false, &mut within),
            }
            out.text.push_str(&within.text);
            out.marks.push((mark, within.text));
            out.marks.extend(within.marks);
            at += length;
        } else if rest[0] == '\\' && rest.get(1).is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace()) {
            out.text.push(rest[1]);
            at += 2;
        } else {
            out.text.push(rest[0]);
            at += 1;
        }
    }
}

/// The mark that begins here: its length with its signs, what it is, what stands in it.
fn token(rest: &[char], is_line_start: bool) -> Option<(usize, Mark, Vec<char>)> {
    if is_line_start {
        let signs = [
            ("### ", Mark::Heading),
            ("## ", Mark::Heading),
            ("# ", Mark::Heading),
            ("-# ", Mark::Subtext),
            (">>> ", Mark::Quote),
            ("> ", Mark::Quote),
            ("- ", Mark::Bullet),
            ("* ", Mark::Bullet),
        ];
        if let Some((sign, mark)) = signs.into_iter().find(|(sign, _)| starts(rest, sign)) {
            return Some((sign.len(), mark, Vec::new()));
        }
    }
    let pairs = [
        ("```", Mark::Box),
        ("``", Mark::Code),
        ("`", Mark::Code),
        ("**", Mark::Bold),
        ("__", Mark::Underline),
        ("~~", Mark::Strike),
        ("||", Mark::Spoiler),
        ("*", Mark::Italic),
        ("_", Mark::Italic),
    ];
    for (sign, mark) in pairs {
        if starts(rest, sign)
            && let Some(end) = closing(rest, sign.len(), sign)
        {
            return Some((end + sign.len(), mark, rest[sign.len()..end].to_vec()));
        }
    }
    leading(rest)
}

/// What leads somewhere or calls somebody.
fn leading(rest: &[char]) -> Option<(usize, Mark, Vec<char>)> {
    if rest[0] == '['
        && let Some(middle) = closing(rest, 1, "](")
        && let Some(end) = closing(rest, middle + 2, ")")
    {
        let url: String = rest[middle + 2..end].iter().collect();
        if url.contains("://") && !url.contains(char::is_whitespace) {
            return Some((end + 1, Mark::Link(url), rest[1..middle].to_vec()));
        }
    }
    if rest[0] == '<'
        && let Some(end) = closing(rest, 1, ">")
    {
        let inner: String = rest[1..end].iter().collect();
        let begins = ["@", "#", ":", "a:", "t:", "/", "id:"].into_iter().any(|sign| inner.starts_with(sign));
        if begins && !inner.contains(char::is_whitespace) {
            return Some((end + 1, Mark::Mention, rest[..=end].to_vec()));
        }
    }
    if let Some(all) = ["@everyone", "@here"].into_iter().find(|all| starts(rest, all)) {
        return Some((all.len(), Mark::Mention, all.chars().collect()));
    }
    if starts(rest, "https://") || starts(rest, "http://") {
        let end = rest.iter().position(|c| c.is_whitespace() || matches!(c, '<' | '>')).unwrap_or(rest.len());
        return Some((end, Mark::Address, rest[..end].to_vec()));
    }
    None
}

#[test]
fn what_is_alive_is_seen_and_what_is_escaped_is_not() {
    let alive = "**b** *i* __u__ ~~s~~ ||p|| `c` [l](https://x.example) https://y.example <@1> @everyone\n# h\n> q";
    let rendered = render(alive);
    assert_eq!(rendered.text, "b i u s p c l https://y.example <@1> @everyone\nh\nq");
    let marks: Vec<Mark> = rendered.marks.into_iter().map(|(mark, _)| mark).collect();
    let link = Mark::Link("https://x.example".to_owned());
    let expected = [
        Mark::Bold,
        Mark::Italic,
        Mark::Underline,
        Mark::Strike,
        Mark::Spoiler,
        Mark::Code,
        link,
        Mark::Address,
        Mark::Mention,
        Mark::Mention,
        Mark::Heading,
        Mark::Quote,
    ];
    assert_eq!(marks, expected);
    let escaped = r"\*\*b\*\* \[l\]\(https\://x.example\) \<\@1\> \@everyone \`c\` \|\|p\|\|";
    let rendered = render(escaped);
    assert_eq!(rendered.text, "**b** [l](https://x.example) <@1> @everyone `c` ||p||");
    assert!(rendered.marks.is_empty(), "{:?}", rendered.marks);
}
