//! Names that languages write differently (`assets/names.toml`), brought to one form. Must not know: items.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::words::{folded, is_dense};

static NAMES: LazyLock<Names> = LazyLock::new(|| Names::read(include_str!("../../../assets/names.toml")));

/// Names in scripts without spaces, and what they are compared by.
type Dense = HashMap<char, Vec<(Vec<char>, String)>>;

struct Names {
    /// By their first character, the longest first.
    dense: Dense,
    /// Single words.
    words: HashMap<String, String>,
}

impl Names {
    /// A table that cannot be read, which a test would tell, leaves every name as it is written.
    fn read(toml: &str) -> Self {
        let table: BTreeMap<String, Vec<String>> = toml::from_str(toml).unwrap_or_default();
        let (mut dense, mut words) = (Dense::new(), HashMap::new());
        for (name, others) in table {
            let form = folded(&name);
            for other in others {
                let chars: Vec<char> = other.chars().collect();
                match chars.first().copied().filter(|first| is_dense(*first)) {
                    Some(first) => dense.entry(first).or_default().push((chars, form.clone())),
                    None => drop(words.insert(folded(&other), form.clone())),
                }
            }
        }
        for list in dense.values_mut() {
            list.sort_by_key(|(chars, _)| std::cmp::Reverse(chars.len()));
        }
        Self { dense, words }
    }
}

/// The name that a text in a script without spaces begins with: its form, and how long it is.
pub fn beginning(text: &[char]) -> Option<(&'static str, usize)> {
    let list = NAMES.dense.get(text.first()?)?;
    list.iter().find(|(name, _)| text.starts_with(name)).map(|(name, form)| (form.as_str(), name.len()))
}

/// The form of a word that is a name elsewhere.
pub fn of_word(form: &str) -> Option<&'static str> {
    NAMES.words.get(form).map(String::as_str)
}
