//! Subscriptions as files: what goes out comes in again, and nothing that comes in does harm.

use proptest::prelude::*;
use tidings::model::subscription::Mode;
use tidings::pipeline::exchange::{Outline, read, to_json, to_opml};

use crate::world::corpus;

fn outline() -> impl Strategy<Value = Outline> {
    let text = "[ -~äöü中文<>&\"']{1,40}".prop_map(|text: String| text.trim().to_owned());
    let words = text.prop_filter("not empty", |text| !text.is_empty());
    let mode = proptest::option::of(prop_oneof![Just(Mode::Daily), Just(Mode::Weekly)]);
    ("[a-z]{1,8}", words.clone(), proptest::option::of(words), mode).prop_map(|(host, title, filter, mode)| Outline {
        feed: Some(format!("https://{host}.example/feed?a=1&b=2")),
        title: Some(title),
        filter,
        mode,
        ..Outline::default()
    })
}

proptest! {
    #[test]
    fn what_goes_out_comes_in_again(outlines in proptest::collection::vec(outline(), 1..20)) {
        prop_assert_eq!(&read(&to_opml(&outlines)).unwrap(), &outlines);
        prop_assert_eq!(&read(&to_json(&outlines)).unwrap(), &outlines);
    }

    #[test]
    fn nothing_is_too_strange(text in "\\PC{0,300}") {
        let _ = read(&text);
    }

    #[test]
    fn nearly_opml_is_not_too_strange(inner in "[<>/a-z =\"&;]{0,200}") {
        let _ = read(&format!("<opml><body><outline {inner}/></body></opml>"));
    }
}

#[test]
fn topics_and_everything_go_out_as_well() {
    let outlines = [
        Outline {
            topics: ["cloud".to_owned(), "security".to_owned()].into(),
            mode: Some(Mode::Weekly),
            ..Outline::default()
        },
        Outline { all: true, filter: Some("rust -java".to_owned()), ..Outline::default() },
    ];
    let opml = to_opml(&outlines);
    let back = read(&opml).unwrap();
    assert_eq!(
        back.iter().map(|one| (&one.topics, one.all, &one.filter, one.mode)).collect::<Vec<_>>(),
        outlines.iter().map(|one| (&one.topics, one.all, &one.filter, one.mode)).collect::<Vec<_>>()
    );
    insta::assert_snapshot!(opml);
}

#[test]
fn what_cannot_be_taken_says_why() {
    for (text, why) in [
        ("", "this is neither OPML nor the JSON that tidings exports: there is no <opml> in it"),
        ("<opml><body/></opml>", "there is no subscription in it"),
        (
            "<!DOCTYPE x [<!ENTITY a \"b\">]><opml/>",
            "this is neither OPML nor the JSON that tidings exports: it has a document type",
        ),
        ("{\"version\":9,\"subscriptions\":[]}", "it was written by a newer tidings (version 9)"),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), why);
    }
    assert!(read(&"<opml><outline xmlUrl='x'/>".repeat(20_000)).unwrap_err().to_string().contains("more than 10000"));
}

#[test]
fn lists_of_other_readers_are_taken() {
    let Some(folder) = corpus("conformance") else { return };
    let mut taken = 0;
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "opml") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                taken += usize::from(read(&text).is_ok());
            }
        }
    }
    assert!(taken > 0, "no OPML of the corpus was read");
}
