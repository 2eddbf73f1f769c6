//! Documents of every kind and condition: feeds are read, everything else gets a clear error, and
//! nothing kills or stalls the process.

use proptest::prelude::*;
use tidings::model::feed::{FeedKind, ParsedFeed};
use tidings::pipeline::parse::plain::{html_to_text, title_to_text};
use tidings::pipeline::parse::{ATTRIBUTES_MAX, DEPTH_MAX, Document, ParseError, dates, parse, plain_text};

fn read(text: &str) -> Result<ParsedFeed, ParseError> {
    read_bytes(text.as_bytes(), None)
}

fn read_bytes(bytes: &[u8], content_type: Option<&str>) -> Result<ParsedFeed, ParseError> {
    parse(Document { bytes, content_type, base: Some("https://example.com/news/feed.xml") })
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>T</title><link>https://example.com/</link>{items}</channel></rss>")
}

#[test]
fn every_format_is_read_into_one_model() {
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title type=\"html\">A &amp;amp; B</title>\
        <link href=\"https://example.com/\"/><link rel=\"self\" href=\"/self\"/><entry><id>urn:1</id>\
        <title>One</title><link rel=\"enclosure\" href=\"/x.mp3\"/><link href=\"one\"/>\
        <updated>2026-11-23T09:00:00+01:00</updated><summary>S</summary><author><name>Ann</name></author>\
        <category term=\"c\" label=\"C\"/></entry></feed>";
    let atom = read(atom).unwrap();
    assert_eq!(
        (atom.kind, atom.title.as_deref(), atom.language.as_deref()),
        (FeedKind::Atom, Some("A & B"), Some("en"))
    );
    let entry = &atom.entries[0];
    assert_eq!(entry.url.as_deref(), Some("https://example.com/news/one"));
    assert_eq!(entry.updated.unwrap().to_string(), "2026-11-23T08:00:00Z");
    assert_eq!(
        (entry.authors.as_slice(), entry.categories.as_slice()),
        (&["Ann".to_owned()][..], &["C".to_owned()][..])
    );

    let json = read("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J\",\"items\":[{\"id\":7,\"content_html\":\"<p>Hi</p>\",\"url\":\"https://example.com/7\"}]}").unwrap();
    assert_eq!(
        (json.kind, json.entries[0].id.as_deref(), json.entries[0].content.as_ref().and_then(plain_text).as_deref()),
        (FeedKind::Json, Some("7"), Some("Hi"))
    );

    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <channel rdf:about=\"x\"><title>R</title></channel><item rdf:about=\"https://example.com/1\"><title>One</title><dc:date>2026-11-23</dc:date></item></rdf:RDF>";
    let rdf = read(rdf).unwrap();
    assert_eq!((rdf.kind, rdf.entries[0].id.as_deref()), (FeedKind::Rss, Some("https://example.com/1")));
    assert_eq!(rdf.entries[0].published.unwrap().to_string(), "2026-11-23T00:00:00Z");

    let old_atom = "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><title>Old</title><tagline>t</tagline>\
        <entry><title>E</title><id>1</id><issued>2004-04-20T00:23:47Z</issued></entry></feed>";
    assert_eq!(read(old_atom).unwrap().entries[0].published.unwrap().to_string(), "2004-04-20T00:23:47Z");
}

#[test]
fn sloppy_feeds_are_mended() {
    let mended = read(&rss("<item><title>Fish & Chips & more <3</title><guid>1</guid></item>")).unwrap();
    assert_eq!(mended.entries[0].title.as_deref(), Some("Fish & Chips & more <3"));
    let open_tags = read(&rss(
        "<item><title>A</title><description>one<br>two<p>three</description></item><item><title>B</title></item>",
    ))
    .unwrap();
    assert_eq!(open_tags.entries.len(), 2);
    assert_eq!(open_tags.entries[0].summary.as_ref().and_then(plain_text).as_deref(), Some("one\ntwo\n\nthree"));
    let stray = read(&rss("<item><title>A</b></title></item>")).unwrap();
    assert_eq!(stray.entries[0].title.as_deref(), Some("A"));
    assert_eq!(read("<rss><channel><title>No version</title></channel></rss>").unwrap().entries.len(), 0);
    let warned = format!(
        "Warning: something in line 3\n\n  <?xml version=\"1.0\"?>{}trailing junk <b>",
        rss("<item><title>A</title></item>")
    );
    assert_eq!(read(&warned).unwrap().entries.len(), 1);
    let dtd = format!(
        "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>{}",
        rss("<item><title>x &b; y</title></item>")
    );
    assert_eq!(read(&dtd).unwrap().entries[0].title.as_deref(), Some("x &b; y"), "entities are not expanded");
}

#[test]
fn what_is_no_feed_is_named() {
    let error = |text: &str| read(text).unwrap_err();
    assert_eq!(error(""), ParseError::Empty);
    assert_eq!(error(" \n\t "), ParseError::Empty);
    assert!(
        matches!(error("<!doctype html><html><head><title>Home</title>"), ParseError::Html { title: Some(title) } if title == "Home")
    );
    assert!(matches!(error("<opml version=\"2.0\"></opml>"), ParseError::OtherXml { root } if root == "opml"));
    assert!(matches!(error("User-agent: *"), ParseError::NotMarkup { .. }));
    assert!(matches!(error("{\"error\":\"not found\"}"), ParseError::Json { .. }));
    assert!(matches!(error("{\"version\": \"https://jsonfeed.org/version/1\","), ParseError::Json { .. }));
}

#[test]
fn a_feed_that_is_cut_off_says_how_far_it_came() {
    let whole = rss("<item><title>A</title></item><item><title>B</title></item>");
    let cut = &whole[..whole.len() - 30];
    let error = read(cut).unwrap_err();
    let ParseError::Truncated { entries, bytes, .. } = &error else { panic!("{error}") };
    assert_eq!((*entries, *bytes), (1, cut.len()));
    assert!(error.to_string().contains("1 complete entries"));
}

#[test]
fn hostile_markup_meets_a_limit_with_its_place() {
    let deep = rss(&format!("<item><description>{}</description></item>", "<media:group>".repeat(100_000)));
    assert!(matches!(read(&deep).unwrap_err(), ParseError::TooDeep { place } if place.line == 1));
    let attributes: String = (0..80_000).map(|n| format!(" a{n}=\"\"")).collect();
    assert!(
        matches!(read(&rss(&format!("\n<item{attributes}></item>"))).unwrap_err(), ParseError::TagTooLong { place } if place.line == 2)
    );
    let attributes: String = (0..=ATTRIBUTES_MAX).map(|n| format!(" a{n}=\"\"")).collect();
    assert!(matches!(
        read(&rss(&format!("<item{attributes}></item>"))).unwrap_err(),
        ParseError::TooManyAttributes { .. }
    ));
    let fits = "<a>".repeat(DEPTH_MAX - 10) + &"</a>".repeat(DEPTH_MAX - 10);
    assert!(read(&rss(&format!("<item><title>ok</title><description>{fits}</description></item>"))).is_ok());
}

#[test]
fn hostile_html_in_an_item_is_linear() {
    for piece in [
        "<ul><li>",
        "<div>",
        "<b><i>",
        "<p",
        "&amp",
        "<!--",
        "<a href=\"",
        "</p>",
        "<table><tr><td>",
        "&#x110000;",
        "<![CDATA[",
        "<svg><math>",
    ] {
        let html = piece.repeat(500_000 / piece.len());
        let items = rss(&format!(
            "<item><title>x</title><description>{}</description></item>",
            html.replace('&', "&amp;").replace('<', "&lt;")
        ));
        let feed = read(&items).unwrap();
        assert_eq!(feed.entries.len(), 1, "{piece}");
        drop(feed.entries[0].summary.as_ref().and_then(plain_text));
    }
}

#[test]
fn encodings_by_mark_header_declaration_and_guess() {
    let text = "<?xml version=\"1.0\" encoding=\"ENC\"?><rss version=\"2.0\"><channel><title>Grüße aus Köln – naïve façade, Ærøskøbing, Łódź</title></channel></rss>";
    let title = |feed: Result<ParsedFeed, ParseError>| feed.unwrap().title.unwrap();
    let german = "Grüße aus Köln, naïve façade";
    let latin = text.replace("Grüße aus Köln – naïve façade, Ærøskøbing, Łódź", german);
    let encode = |text: &str, label: &str| {
        encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    };
    for label in ["iso-8859-1", "windows-1252", "iso-8859-15"] {
        let declared = encode(&latin.replace("ENC", label), label);
        assert_eq!(title(read_bytes(&declared, None)), german, "declared {label}");
        let by_header = encode(&latin.replace(" encoding=\"ENC\"", ""), label);
        assert_eq!(
            title(read_bytes(&by_header, Some(&format!("text/xml; charset={label}")))),
            german,
            "header {label}"
        );
        assert_eq!(title(read_bytes(&by_header, Some("text/xml; charset=utf-8"))), german, "lying header over {label}");
        assert_eq!(title(read_bytes(&by_header, None)), german, "guessed {label}");
    }
    for (label, words) in [
        ("gb18030", "人工智能模型发布"),
        ("big5", "人工智慧模型發布"),
        ("shift_jis", "新しいモデルを発表"),
        ("euc-kr", "새로운 모델을 공개"),
        ("koi8-r", "Новая модель"),
        ("windows-1251", "Новая модель выпущена"),
        ("iso-2022-jp", "新しいモデルを発表"),
    ] {
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"{label}\"?><rss version=\"2.0\"><channel><title>{words}</title></channel></rss>"
        );
        assert_eq!(title(read_bytes(&encode(&document, label), None)), words, "{label}");
    }
    let utf8 = text.replace("ENC", "utf-8");
    for header in [
        None,
        Some("text/xml; charset=iso-8859-1"),
        Some("application/rss+xml; charset=\"UTF-8\""),
        Some("text/xml; charset=bogus"),
    ] {
        assert_eq!(
            title(read_bytes(utf8.as_bytes(), header)),
            "Grüße aus Köln – naïve façade, Ærøskøbing, Łódź",
            "{header:?}"
        );
    }
    let wide = |text: &str, to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let bare = utf8.replace("utf-8", "utf-16");
    assert_eq!(
        title(read_bytes(&[vec![0xFE, 0xFF], wide(&bare, u16::to_be_bytes)].concat(), None)).chars().count(),
        47
    );
    assert_eq!(title(read_bytes(&wide(&bare, u16::to_le_bytes), None)).chars().count(), 47);
    let quad: Vec<u8> = utf8.chars().flat_map(|c| (c as u32).to_be_bytes()).collect();
    assert_eq!(title(read_bytes(&quad, None)).chars().count(), 47);
}

#[test]
fn a_few_damaged_bytes_do_not_turn_the_rest_to_mojibake() {
    let mut bytes = rss("<item><title>Łódź Łódź Łódź Łódź Łódź Łódź</title></item>").into_bytes();
    let at = bytes.windows(2).position(|pair| pair == [0xC5, 0x81]).unwrap();
    bytes[at] = 0xFF;
    let title = read_bytes(&bytes, None).unwrap().entries[0].title.clone().unwrap();
    assert!(title.ends_with("Łódź Łódź"), "{title}");
}

#[test]
fn noise_that_claims_to_be_text_is_an_error() {
    let noise: Vec<u8> = (0..4000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    let document = [b"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss>".to_vec(), noise].concat();
    assert!(read_bytes(&document, Some("text/xml; charset=utf-8")).is_err());
}

#[test]
fn dates_of_many_kinds() {
    for (written, expected) in [
        ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
        ("2026-11-23T09:00:00.123+0530", "2026-11-23T03:30:00Z"),
        ("Mon, 23 Nov 2026 09:00:00 GMT", "2026-11-23T09:00:00Z"),
        ("Tue, 23 Nov 2026 09:00:00 +0100", "2026-11-23T08:00:00Z"),
        ("23 Nov 26 09:00 EST", "2026-11-23T14:00:00Z"),
        ("Mon Nov 23 09:00:00 2026", "2026-11-23T09:00:00Z"),
        ("November 23, 2026 9:00 PM", "2026-11-23T21:00:00Z"),
        ("2026-03-15 12:47:25  +0800", "2026-03-15T04:47:25Z"),
        ("2026/11/23 09:00", "2026-11-23T09:00:00Z"),
        ("2026年11月23日 09:00", "2026-11-23T09:00:00Z"),
        ("2004년 5월 25일 오후 11:23:17", "2004-05-25T23:23:17Z"),
        ("Seg, 23 nov 2026 09:00:00 -0300", "2026-11-23T12:00:00Z"),
        ("20261123", "2026-11-23T00:00:00Z"),
        ("2026-327", "2026-11-23T00:00:00Z"),
        ("2026-11", "2026-11-01T00:00:00Z"),
        ("2026", "2026-01-01T00:00:00Z"),
        ("23.11.2026 09:00", "2026-11-23T09:00:00Z"),
        ("Mon, 23 Nov 2026 24:00:00 GMT", "2026-11-23T00:00:00Z"),
    ] {
        assert_eq!(
            dates::parse(written).map(|at| at.as_second()),
            expected.parse::<jiff::Timestamp>().ok().map(|at| at.as_second()),
            "{written}"
        );
    }
    for none in [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-31T00:00:00Z",
        "Mon, 99 Nov 2026",
        "insert date here",
        &"9".repeat(500),
    ] {
        assert_eq!(dates::parse(none), None, "{none}");
    }
}

#[test]
fn html_becomes_paragraphs_lists_and_tables() {
    let html = "<h2>Head</h2><p>One &amp; <b>two</b>.</p><ul><li>a</li><li>b</li></ul><table><tr><th>X</th><th>Y</th></tr><tr><td>1</td><td>2</td></tr></table>\
        <script>alert(1)</script><style>p{}</style><!-- no --><pre>x\n  y</pre>zero\u{200B}width\u{202E}";
    assert_eq!(html_to_text(html), "Head\n\nOne & two.\n\n• a\n• b\n\nX | Y\n1 | 2\n\nx\ny\n\nzerowidth");
    assert_eq!(title_to_text("<b>Bold</b> &amp; Vec&lt;T&gt; and Vec<T> \n new"), "Bold & Vec<T> and Vec<T> new");
    assert_eq!(title_to_text("a < b &lt; c"), "a < b < c");
}

proptest! {
    #[test]
    fn no_bytes_crash_the_parser(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_bytes(&bytes, None);
    }

    #[test]
    fn no_markup_crashes_the_parser(pieces in proptest::collection::vec(piece(), 0..60)) {
        let _ = read(&format!("<rss version=\"2.0\"><channel>{}", pieces.concat()));
        let _ = read(&rss(&pieces.concat()));
        let _ = read(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{}</feed>", pieces.concat()));
        let _ = read(&format!("<rdf:RDF xmlns:rdf=\"r\" xmlns=\"http://purl.org/rss/1.0/\">{}</rdf:RDF>", pieces.concat()));
    }

    #[test]
    fn a_sound_feed_is_read_whole(titles in proptest::collection::vec("[a-zA-Z0-9 \u{4e00}-\u{4eff}]{1,30}", 0..20)) {
        let items: String = titles.iter().map(|title| format!("<item><title>x{title}</title></item>")).collect();
        let feed = read(&rss(&items)).unwrap();
        prop_assert_eq!(feed.entries.len(), titles.len());
    }

    #[test]
    fn plain_text_has_no_markup_and_no_controls(html in "[<>a-z/&;\"= \\x00-\\x1f\u{200b}\u{202e}]{0,300}") {
        let text = html_to_text(&html);
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
        let turns = text.contains('\u{202e}');
        prop_assert!(!turns);
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<item>".to_owned()),
        Just("</item>".to_owned()),
        Just("<entry>".to_owned()),
        Just("</entry>".to_owned()),
        Just("<title type=\"x/y\">".to_owned()),
        Just("</title>".to_owned()),
        Just("<dc:title>".to_owned()),
        Just("</dc:title>".to_owned()),
        Just("<content type=\"image/png\" src=\"a\">".to_owned()),
        Just("</content>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("<!-- -->".to_owned()),
        Just("<a b='".to_owned()),
        Just("'>".to_owned()),
        Just("&amp;".to_owned()),
        Just("&#0;".to_owned()),
        Just("&x".to_owned()),
        Just("<link href=\"//\"/>".to_owned()),
        Just("</channel>".to_owned()),
        Just("</rss>".to_owned()),
        Just("<?pi ?>".to_owned()),
        Just("<!DOCTYPE a [ ]>".to_owned()),
        "[ -~]{0,8}",
        "\\PC{0,4}",
    ]
}
