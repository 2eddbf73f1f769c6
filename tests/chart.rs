//! The picture of a recap.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tidings::pipeline::chart::{Chart, can_write, draw};

fn chart(periods: &[&str], series: &[(&str, &[u32])]) -> Chart {
    Chart {
        title: "Stories by topic, week by week".to_owned(),
        periods: periods.iter().map(|name| (*name).to_owned()).collect(),
        series: series.iter().map(|(name, counts)| ((*name).to_owned(), counts.to_vec())).collect(),
    }
}

/// Width and height in a PNG's header.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn weeks_and_days_are_drawn() {
    let weeks = ["5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov"];
    let weeks = chart(
        &weeks,
        &[
            ("Security", &[4, 6, 3, 7, 5, 9, 4, 8]),
            ("AI models", &[3, 2, 5, 4, 4, 3, 6, 5]),
            ("Policy & regulation", &[1, 0, 2, 3, 1, 0, 2, 4]),
            ("AI chips & hardware", &[0, 1, 1, 2, 0, 3, 1, 2]),
            ("Funding & M&A of very long names", &[1, 0, 0, 1, 2, 1, 0, 1]),
        ],
    );
    let days: Vec<String> = (10..24).map(|day| format!("{day} Nov")).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let days = chart(&days, &[("Cloud", &[1; 14]), ("Security", &[0, 0, 2, 0, 1, 0, 0, 0, 0, 3, 0, 0, 1, 0])]);
    for (name, chart) in [("weeks", weeks), ("days", days)] {
        let png = draw(&chart).unwrap();
        assert_eq!(size(&png), (1000, 500));
        assert!(png.len() < 100_000, "{name}: {} bytes", png.len());
        assert_eq!(draw(&chart).unwrap(), png, "the same numbers are the same picture");
        // For whoever wants to look at it.
        fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png")), &png).unwrap();
    }
}

#[test]
fn nothing_is_no_picture() {
    assert_eq!(draw(&Chart::default()), None);
    assert_eq!(draw(&chart(&["5 Oct", "12 Oct"], &[("Cloud", &[0, 0])])), None);
    assert_eq!(draw(&chart(&[], &[("Cloud", &[])])), None);
}

#[test]
fn the_font_has_the_letters_of_the_interface() {
    for text in ["Stories by topic", "Größe, façade, ¿qué?", "Новости", "10 Dec", "& · … – “”"] {
        assert!(can_write(text), "{text}");
    }
    assert!(!can_write("安全"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_numbers_can_be_drawn(
        counts in proptest::collection::vec(proptest::collection::vec(0_u32..100_000, 0..20), 0..8),
        periods in proptest::collection::vec(".{0,30}", 0..16),
        name in ".{0,80}",
    ) {
        let series = counts.into_iter().map(|counts| (name.clone(), counts)).collect();
        if let Some(png) = draw(&Chart { title: name, periods, series }) {
            prop_assert!(png.len() < 200_000);
        }
    }
}
