//! Documents that are made to do harm: each is bounded in memory, depth and work, and says so.

use std::process::Command;
use std::thread;

use tidings::model::feed::ParsedFeed;
use tidings::pipeline::parse::plain::{html_to_text, title_to_text};
use tidings::pipeline::parse::{
    ATTRIBUTES_MAX, Document, ENTRIES_MAX, MENDS_MAX, NAMESPACES_MAX, ParseError, parse, steps,
};

const BASE: &str = "https://example.com/news/feed.xml";
/// What the bot's parser threads have.
const STACK_BYTES: usize = 2 * 1024 * 1024;
/// What the bot fetches at most, unless it is told otherwise.
const DOCUMENT_BYTES: usize = 5 * 1024 * 1024;

fn document(text: &str) -> Document<'_> {
    Document { bytes: text.as_bytes(), content_type: None, base: Some(BASE) }
}

fn read(text: &str) -> Result<ParsedFeed, ParseError> {
    parse(document(text))
}

const NAMESPACES: &str = "xmlns:media=\"http://search.yahoo.com/mrss/\" \
    xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
    xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"";

fn rss(inside: &str) -> String {
    format!("<rss version=\"2.0\" {NAMESPACES}><channel><title>T</title>{inside}</channel></rss>")
}

fn item(inside: &str) -> String {
    rss(&format!("<item><guid>1</guid>{inside}</item>"))
}

fn entry(inside: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><entry><id>1</id>{inside}</entry></feed>")
}

fn json(feed: &str, items: &str) -> String {
    format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",{feed}\"items\":[{items}]}}")
}

#[test]
fn a_root_of_nothing_but_equals_signs_is_read_past() {
    let text = format!("<rss version=\"2.0\" {}><channel><title>x</title></channel></rss>", "=".repeat(60_000));
    assert_eq!(read(&text).unwrap().title.as_deref(), Some("x"));
    let text = item(&format!("<title {}>x</title>", "= ".repeat(30_000)));
    assert_eq!(read(&text).unwrap().entries[0].title.as_deref(), Some("x"));
}

#[test]
fn the_root_has_its_limits_too() {
    let attributes: String = (0..=ATTRIBUTES_MAX).map(|n| format!(" a{n}=\"\"")).collect();
    let text = format!("<rss version=\"2.0\"{attributes}><channel></channel></rss>");
    assert!(matches!(read(&text).unwrap_err(), ParseError::TooManyAttributes { .. }));
}

#[test]
fn nesting_that_the_parser_follows_fits_its_stack() {
    let media = |name: &str| item(&(format!("<{name} url=\"a\">").repeat(240) + &format!("</{name}>").repeat(240)));
    let categories = "<itunes:category text=\"a\">".repeat(240) + &"</itunes:category>".repeat(240);
    for text in [media("media:content"), media("media:group"), rss(&categories)] {
        let parser = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || read(&text).is_ok()).unwrap();
        assert!(parser.join().unwrap());
    }
}

#[test]
fn a_feed_has_at_most_so_many_entries() {
    let fits = [rss(&"<item/>".repeat(ENTRIES_MAX)), json("", &vec!["{}"; ENTRIES_MAX].join(","))];
    for text in &fits {
        assert_eq!(read(text).unwrap().entries.len(), ENTRIES_MAX);
    }
    let atom = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{}</feed>", "<entry/>".repeat(ENTRIES_MAX + 1));
    for text in [rss(&"<item/>".repeat(ENTRIES_MAX + 1)), atom, json("", &vec!["{}"; ENTRIES_MAX + 1].join(","))] {
        let error = read(&text).unwrap_err();
        assert_eq!(error, ParseError::TooManyEntries);
        assert_eq!(error.to_string(), "the feed has more than 50000 entries");
    }
}

#[test]
fn a_large_feed_of_full_entries_is_read() {
    let one = |n: usize| format!("<item><title>News {n}</title><link>/news/{n}</link><guid>{n}</guid></item>");
    let text = rss(&(0..ENTRIES_MAX).map(one).collect::<String>());
    let feed = read(&text).unwrap();
    assert_eq!(feed.entries.len(), ENTRIES_MAX);
    assert_eq!(feed.entries[7].url.as_deref(), Some("https://example.com/news/7"));
}

#[test]
fn what_becomes_large_in_memory_is_refused_before_it_is() {
    let fill = |unit: &str| unit.repeat(DOCUMENT_BYTES / unit.len());
    let long = format!("https://example.com/{}/", "b".repeat(1900));
    for text in [
        item(&fill("<media:group/>")),
        rss(&fill("<item><enclosure url=\"a\"/></item>")),
        entry(&fill("<link href=\"a\"/>")).replace("<entry>", &format!("<entry xml:base=\"{long}\">")),
    ] {
        let error = read(&text).unwrap_err();
        assert!(matches!(error, ParseError::TooCostly { .. }), "{error}");
        assert!(error.to_string().contains("MB"), "{error}");
    }
}

#[test]
fn what_cannot_be_mended_in_reason_is_refused() {
    for unit in ["&", "<", "</b>", "<!D>", "<b'>"] {
        let error = read(&item(&format!("<title>{}</title>", unit.repeat(MENDS_MAX + 1)))).unwrap_err();
        let is_refused = matches!(error, ParseError::BeyondRepair { .. } | ParseError::TooDeep { .. });
        assert!(is_refused, "{unit}: {error}");
    }
    let sloppy = read(&item(&format!("<title>{}</title>", "&".repeat(1000)))).unwrap();
    assert_eq!(sloppy.entries[0].title.as_deref(), Some("&".repeat(1000).as_str()));
}

#[test]
fn namespaces_are_bounded_where_they_add_up() {
    let declare = |level: usize| (0..64).map(|n| format!(" xmlns:p{level}_{n}=\"u\"")).collect::<String>();
    let levels = NAMESPACES_MAX / 64 + 1;
    let nested: String = (0..levels).map(|level| format!("<a{}>", declare(level))).collect();
    let error = read(&item(&(nested + &"</a>".repeat(levels)))).unwrap_err();
    assert!(matches!(error, ParseError::TooManyNamespaces { .. }), "{error}");
    // Beside each other they do not add up.
    let flat: String = (0..levels).map(|level| format!("<a{}></a>", declare(level))).collect();
    assert!(read(&item(&flat)).is_ok());
}

#[test]
fn nothing_long_is_copied_to_every_entry() {
    let long = "x".repeat(60_000);
    let own_address = format!("<link rel=\"self\" href=\"https://example.com/{long}/\"/>");
    let atom = entry("<link href=\"one\"/>");
    for text in [
        atom.replace("<entry>", &format!("{own_address}<entry>")),
        atom.replace("<entry>", &format!("<entry xml:base=\"https://example.com/{long}/\">")),
        atom.replace("<title>", &format!("<title xmlns=\"{long}\">")),
    ] {
        let without_base = parse(Document { base: None, ..document(&text) }).unwrap();
        assert!(without_base.entries[0].url.as_ref().is_none_or(|url| url.len() < 100));
        assert_eq!(read(&text).unwrap().entries[0].url.as_deref(), Some("https://example.com/news/one"));
    }
    let rated = item(&format!(
        "<media:content url=\"/a.png\"/><media:content url=\"/b.png\"/><media:rating scheme=\"{long}\">x</media:rating>"
    ));
    assert_eq!(read(&rated).unwrap().entries[0].image.as_deref(), Some("https://example.com/a.png"));

    let authors: String = (0..1000).map(|n| format!("{{\"name\":\"{n}{long}\"}},")).collect();
    let inherited = json(&format!("\"authors\":[{authors}{{}}],"), &vec!["{}"; 1000].join(","));
    let feed = read(&inherited).unwrap();
    assert!(feed.entries.iter().all(|entry| entry.authors.iter().map(String::len).sum::<usize>() < 1000));
}

/// A parser that finds the end of a tag or comment elsewhere than we do would see what we have not
/// counted.
#[test]
fn nothing_is_hidden_from_the_limits() {
    let hidden = "<item/>".repeat(ENTRIES_MAX + 1);
    for (before, after) in [
        ("<b'><!-- '>", "-->"),
        ("<b \"><![CDATA[\">", "]]></b>"),
        ("<b a=c\"><!-- \">", "--></b>"),
        ("<b></b '><!-- '>", "-->"),
        ("<!--><![CDATA[-->", "]]>"),
        ("<!---><![CDATA[-->", "]]>"),
    ] {
        for text in [rss(&format!("{before}{hidden}{after}")), format!("<x:rss version='2.0' a='{before}'/>{before}")] {
            if let Ok(feed) = read(&text) {
                assert!(feed.entries.is_empty(), "{before}");
            }
        }
    }
    for entry in ["<q:item/>", "<x/:item/>", "<a=\"\":item/>", "<a\"\":item/>", "<a':item '/>", "<a/:item / >"] {
        match read(&rss(&entry.repeat(ENTRIES_MAX + 1))) {
            Ok(feed) => assert!(feed.entries.is_empty(), "{entry}"),
            Err(error) => assert_eq!(error, ParseError::TooManyEntries, "{entry}"),
        }
    }
    let before_root = format!("<1:rss version=\"2.0\" a='><!--'><channel>{hidden}</channel></1:rss> -->{}", rss(""));
    assert!(read(&before_root).is_ok_and(|feed| feed.entries.is_empty()));
}

#[test]
fn crooked_tags_are_read_as_they_are_meant() {
    for title in ["<title \">A</title>", "<title a=\"b\"\">A</title>", "<title/a=\"b\">A</title>", "<title>A</title b>"]
    {
        assert_eq!(read(&item(title)).unwrap().entries[0].title.as_deref(), Some("A"), "{title}");
    }
    let empty = read(&item("<br / ><title>A</title>")).unwrap();
    assert_eq!(empty.entries[0].title.as_deref(), Some("A"));
}

/// Four times the document is four times the work, whatever it is made of.
#[test]
fn work_grows_as_the_document_does() {
    type Make = fn(&str) -> String;
    let shapes: &[(&str, Make)] = &[
        ("<content type=\"a/b\"></content>", entry),
        ("<content type=\"a/b\"/>", entry),
        ("<title type=\"x\">a &amp; b</title>", entry),
        ("<link href=\"a\"/>", entry),
        ("<author><name>a</name></author>", entry),
        ("<dc:date>2026</dc:date>", item),
        ("<a><b><c></c></b></a>", item),
        ("<description>a<br>b</description>", item),
        ("</b>", item),
        ("<!-- a -->", item),
        ("<![CDATA[a]]>", item),
        ("<?a b?>", item),
        ("<media:content url=\"a\"><media:rating>a</media:rating></media:content>", item),
        ("<q:a xmlns:q=\"u\" xml:base=\"b\"><q:b/></q:a>", item),
        ("<item><title>a</title><dc:date>2026</dc:date></item>", rss),
        ("<item><title>a", rss),
        ("<ITEM></ITEM>", rss),
    ];
    for (unit, make) in shapes {
        let [small, large] = [2000, 8000].map(|times| {
            let text = make(&unit.repeat(times));
            steps(document(&text)).unwrap_or_else(|error| panic!("{unit}: {error}"))
        });
        assert!(large <= 4 * small && large < 8000 * 400, "{unit}: {small} steps, then {large}");
    }
}

/// The texts of entries, at the size up to which they are read.
#[test]
fn titles_and_texts_are_looked_through_once() {
    for unit in ["<", "</", "<a ", "<a", "<a<a>", "<b a=", "&amp", "<i>", "a  "] {
        let text = unit.repeat(64 * 1024 / unit.len());
        for closed in [text.clone(), text + ">"] {
            assert!(title_to_text(&closed).len() <= closed.len(), "{unit}");
        }
    }
    let breaks = "<br>".repeat(8000) + &"<p>".repeat(10_000);
    assert_eq!(html_to_text(&breaks), "");
}

#[test]
fn a_feed_wrapped_in_a_page_is_read() {
    let feed = entry("<title>One</title>");
    let page = format!("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<body>\n{feed}</body></html>");
    assert_eq!(read(&page).unwrap().entries[0].title.as_deref(), Some("One"));
    let page = format!("<html><body><p>About</p>{feed}</body></html>");
    assert!(matches!(read(&page).unwrap_err(), ParseError::Html { .. }), "a page that speaks of a feed is a page");
}

/// Run in a process that may not have more memory than this, all told.
#[cfg(unix)]
#[test]
fn the_largest_documents_need_little_memory() {
    const ADDRESS_SPACE_KB: usize = 300 * 1024;
    let folder = tempfile::tempdir().unwrap();
    let fill = |unit: &str| unit.repeat(DOCUMENT_BYTES / unit.len());
    for (name, text, may_be_read) in [
        ("objects", json("", &(fill("{},") + "{}")), false),
        ("items", rss(&fill("<item/>")), false),
        ("ampersands", item(&format!("<title>{}</title>", fill("&"))), false),
        ("unknown", json(&format!("\"x\":[{}0],", fill("[],")), ""), true),
        ("links", entry(&fill("<link href=\"a\"/>")), true),
        ("text", item(&format!("<description>{}</description>", fill("word &lt;"))), true),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let script = format!("ulimit -v {ADDRESS_SPACE_KB} && exec \"$0\" parse \"$1\" > /dev/null");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_tidings")]).arg(&file).current_dir(folder.path());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(i32::from(!may_be_read)), "{name}: {said}");
    }
}
