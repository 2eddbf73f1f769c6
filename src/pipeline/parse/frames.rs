//! Children by another name: what was found in an open item, entry, channel or feed, and which of it
//! stands in for a proper element that is missing.

use super::dialects::stand_ins;
use super::markup::{Tag, TagKind};

/// A name in the text that is to be replaced by another.
pub struct Rename {
    pub start: usize,
    pub length: usize,
    pub proper: &'static str,
}

/// An item, entry, channel or feed that is open, with what was found in it.
pub struct Frame<'a> {
    pub name: &'a str,
    /// Elements open around its children.
    pub depth: usize,
    present: Vec<&'static str>,
    /// At most one for each line of the table.
    stand_ins: Vec<StandIn>,
    /// The name of the child at hand, if its content is not for reading.
    binary: Option<(usize, usize)>,
}

struct StandIn {
    found: &'static str,
    proper: &'static str,
    names: Vec<(usize, usize)>,
    is_open: bool,
}

impl<'a> Frame<'a> {
    pub fn new(name: &'a str, depth: usize) -> Self {
        Self { name, depth, present: Vec::new(), stand_ins: Vec::new(), binary: None }
    }

    /// How much there is to look through at each child.
    pub fn len(&self) -> usize {
        self.present.len() + self.stand_ins.len()
    }

    /// Notes a child: the proper element, or one that may stand in for it.
    pub fn child(&mut self, tag: &Tag<'_>) {
        for (found, proper) in stand_ins(self.name) {
            if *proper == tag.name && !self.present.contains(proper) {
                self.present.push(proper);
            }
            if *found == tag.name && !self.stand_ins.iter().any(|one| one.found == *found) {
                let names = vec![(tag.name_start(), tag.name.len())];
                self.stand_ins.push(StandIn { found, proper, names, is_open: tag.kind == TagKind::Start });
            }
        }
    }

    /// The child at hand is a picture or an archive: the element shall go unrecognised.
    pub fn hide(&mut self, tag: &Tag<'_>) {
        self.binary = Some((tag.name_start(), tag.name.len()));
    }

    /// A child has ended, with or without its own end tag. Gives the names of one that is hidden.
    pub fn child_ended(&mut self, name: &str, end_tag: Option<&Tag<'_>>) -> Option<[Rename; 2]> {
        let binary = self.binary.take();
        let tag = end_tag?;
        if let Some(stand_in) = self.stand_ins.iter_mut().find(|one| one.is_open && one.found == name) {
            stand_in.names.push((tag.name_start(), tag.name.len()));
            stand_in.is_open = false;
        }
        let (start, length) = binary?;
        let proper = "binary";
        Some([Rename { start, length, proper }, Rename { start: tag.name_start(), length: tag.name.len(), proper }])
    }

    /// The stand-ins that are needed. The table's order is the order of preference, not the
    /// document's.
    pub fn needed(self) -> Vec<Rename> {
        let mut taken = self.present;
        let mut renames = Vec::new();
        for (found, proper) in stand_ins(self.name) {
            let stand_in =
                self.stand_ins.iter().find(|one| one.found == *found && one.proper == *proper && !one.is_open);
            if let Some(stand_in) = stand_in.filter(|_| !taken.contains(proper)) {
                taken.push(proper);
                let names = stand_in.names.iter();
                renames.extend(names.map(|(start, length)| Rename { start: *start, length: *length, proper }));
            }
        }
        renames
    }
}
