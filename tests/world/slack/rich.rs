//! The limits of rich text, and of tables, whose cells may hold it.

use super::limits::{Form, TABLE_COLUMNS_MAX, TABLE_ROWS_MAX, TEXT_MAX};

/// Rows of cells.
pub fn table(form: &mut Form, at: &str) {
    form.require(at, "rows");
    for row in form.list(&format!("{at}/rows"), 1, TABLE_ROWS_MAX) {
        if !form.get(&row).is_array() {
            form.complain(&row, "must be an array");
            continue;
        }
        for cell in form.list(&row, 1, TABLE_COLUMNS_MAX) {
            match form.kind(&cell) {
                "raw_text" if form.require(&cell, "text") => form.string(&format!("{cell}/text"), TEXT_MAX),
                "raw_text" => {}
                "rich_text" => text(form, &cell),
                other => form.complain(&format!("{cell}/type"), &format!("unsupported type: {other}")),
            }
        }
    }
    for column in form.list(&format!("{at}/column_settings"), 0, TABLE_COLUMNS_MAX) {
        let align = form.get(&format!("{column}/align")).as_str().unwrap_or("left");
        if !["left", "center", "right"].contains(&align) {
            form.complain(&format!("{column}/align"), "must be one of: left, center, right");
        }
    }
}

/// Text with its styles as data, and no marks.
pub fn text(form: &mut Form, at: &str) {
    const PARTS: &[&str] = &["rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"];
    const LEAVES: &[&str] =
        &["broadcast", "color", "channel", "date", "emoji", "link", "text", "user", "usergroup", "team"];
    form.require(at, "elements");
    for part in form.list(&format!("{at}/elements"), 0, usize::MAX) {
        let kind = form.kind(&part);
        if !PARTS.contains(&kind) {
            form.complain(&format!("{part}/type"), &format!("unsupported type: {kind}"));
            continue;
        }
        for leaf in form.list(&format!("{part}/elements"), 0, usize::MAX) {
            let inner = form.kind(&leaf);
            let fits = if kind == "rich_text_list" { inner == "rich_text_section" } else { LEAVES.contains(&inner) };
            if !fits {
                form.complain(&format!("{leaf}/type"), &format!("unsupported type: {inner}"));
            } else if inner == "text" && form.get(&format!("{leaf}/text")) == "" {
                form.complain(&format!("{leaf}/text"), "must be more than 0 characters");
            }
        }
    }
}
