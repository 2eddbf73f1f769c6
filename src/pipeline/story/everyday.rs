//! Words that news uses all the time (`assets/everyday.txt`). Must not know: items.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::words::folded;

static EVERYDAY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/everyday.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(folded).collect()
});

/// Does news say it all the time?
pub fn is_one(form: &str) -> bool {
    EVERYDAY.contains(form)
}
