//! The limits of what can be pressed, chosen and filled in.

use serde_json::Value;

use super::limits::{Form, ID_MAX};

pub const BUTTON_TEXT_MAX: usize = 75;
pub const BUTTON_VALUE_MAX: usize = 2000;
pub const URL_MAX: usize = 3000;
pub const OPTION_TEXT_MAX: usize = 75;
pub const OPTION_VALUE_MAX: usize = 150;
pub const OPTIONS_MAX: usize = 100;
pub const CHECKBOXES_MAX: usize = 10;
pub const OVERFLOW_MAX: usize = 5;
pub const PLACEHOLDER_MAX: usize = 150;
pub const INPUT_LENGTH_MAX: u64 = 3000;
pub const FILES_MAX: u64 = 10;

const SELECTS: [&str; 10] = [
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
];

pub const IN_ACTIONS: &[&str] = &[
    "button",
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "overflow",
    "radio_buttons",
    "timepicker",
    "rich_text_input",
    "workflow_button",
    SELECTS[0],
    SELECTS[1],
    SELECTS[2],
    SELECTS[3],
    SELECTS[4],
    SELECTS[5],
    SELECTS[6],
    SELECTS[7],
    SELECTS[8],
    SELECTS[9],
];

pub const IN_SECTION: &[&str] = &[
    "image",
    "button",
    "checkboxes",
    "datepicker",
    "overflow",
    "radio_buttons",
    "timepicker",
    "workflow_button",
    SELECTS[0],
    SELECTS[1],
    SELECTS[2],
    SELECTS[3],
    SELECTS[4],
    SELECTS[5],
    SELECTS[6],
    SELECTS[7],
    SELECTS[8],
    SELECTS[9],
];

pub const IN_INPUT: &[&str] = &[
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "file_input",
    "number_input",
    "plain_text_input",
    "radio_buttons",
    "rich_text_input",
    "timepicker",
    "url_text_input",
    SELECTS[0],
    SELECTS[1],
    SELECTS[2],
    SELECTS[3],
    SELECTS[4],
    SELECTS[5],
    SELECTS[6],
    SELECTS[7],
    SELECTS[8],
    SELECTS[9],
];

/// One element, which must be of one of these kinds.
pub fn check(form: &mut Form, at: &str, allowed: &[&str]) {
    let kind = form.kind(at);
    if !allowed.contains(&kind) {
        return form.complain(&format!("{at}/type"), &format!("unsupported type: {kind}"));
    }
    form.string(&format!("{at}/action_id"), ID_MAX);
    form.text(&format!("{at}/placeholder"), PLACEHOLDER_MAX, false);
    confirmation(form, at);
    match kind {
        "image" => form.image(at),
        "button" => button(form, at),
        "overflow" => {
            form.require(at, "options");
            options(form, &format!("{at}/options"), OVERFLOW_MAX);
        }
        "checkboxes" | "radio_buttons" => {
            form.require(at, "options");
            options(form, &format!("{at}/options"), CHECKBOXES_MAX);
        }
        "static_select" | "multi_static_select" => static_select(form, at),
        "plain_text_input" => lengths(form, at),
        "number_input" => drop(form.require(at, "is_decimal_allowed")),
        "file_input" => {
            let most = form.get(&format!("{at}/max_files"));
            if !most.is_null() && !most.as_u64().is_some_and(|most| (1..=FILES_MAX).contains(&most)) {
                form.complain(&format!("{at}/max_files"), &format!("must be between 1 and {FILES_MAX}"));
            }
        }
        _ => {}
    }
}

fn button(form: &mut Form, at: &str) {
    if form.require(at, "text") {
        form.text(&format!("{at}/text"), BUTTON_TEXT_MAX, false);
    }
    form.string(&format!("{at}/value"), BUTTON_VALUE_MAX);
    form.url(&format!("{at}/url"), URL_MAX);
    form.string(&format!("{at}/accessibility_label"), BUTTON_TEXT_MAX);
    let style = form.get(&format!("{at}/style"));
    if !style.is_null() && style != "primary" && style != "danger" {
        form.complain(&format!("{at}/style"), "must be one of: primary, danger");
    }
}

fn static_select(form: &mut Form, at: &str) {
    let groups = format!("{at}/option_groups");
    if form.get(&groups).is_null() {
        form.require(at, "options");
        return options(form, &format!("{at}/options"), OPTIONS_MAX);
    }
    check_groups(form, &groups);
}

fn check_groups(form: &mut Form, path: &str) {
    for group in form.list(path, 1, OPTIONS_MAX) {
        form.text(&format!("{group}/label"), OPTION_TEXT_MAX, false);
        options(form, &format!("{group}/options"), OPTIONS_MAX);
    }
}

fn options(form: &mut Form, path: &str, max: usize) {
    check_options(form, path, 1, max);
}

fn check_options(form: &mut Form, path: &str, min: usize, max: usize) {
    for option in form.list(path, min, max) {
        if form.require(&option, "text") {
            form.text(&format!("{option}/text"), OPTION_TEXT_MAX, true);
        }
        form.string(&format!("{option}/value"), OPTION_VALUE_MAX);
        form.text(&format!("{option}/description"), OPTION_TEXT_MAX, true);
        form.url(&format!("{option}/url"), URL_MAX);
    }
}

fn lengths(form: &mut Form, at: &str) {
    for (field, least) in [("min_length", 0), ("max_length", 1)] {
        let path = format!("{at}/{field}");
        let value = form.get(&path);
        if !value.is_null() && !value.as_u64().is_some_and(|length| (least..=INPUT_LENGTH_MAX).contains(&length)) {
            form.complain(&path, &format!("must be between {least} and {INPUT_LENGTH_MAX}"));
        }
    }
}

fn confirmation(form: &mut Form, at: &str) {
    let at = format!("{at}/confirm");
    if form.get(&at).is_null() {
        return;
    }
    for (part, max, may_be_mrkdwn) in
        [("title", 100, false), ("text", 300, true), ("confirm", 30, false), ("deny", 30, false)]
    {
        form.text(&format!("{at}/{part}"), max, may_be_mrkdwn);
    }
}

/// The options that an external select is given, or what is wrong with them.
pub fn suggestions(payload: &Value) -> Result<Vec<Value>, Vec<String>> {
    let mut form = Form::of(payload);
    let groups = payload["option_groups"].as_array();
    match groups {
        Some(_) => check_groups(&mut form, "/option_groups"),
        None if form.require("", "options") => check_options(&mut form, "/options", 0, OPTIONS_MAX),
        None => {}
    }
    form.end()?;
    let inside = groups.into_iter().flatten().filter_map(|group| group["options"].as_array()).flatten();
    Ok(payload["options"].as_array().into_iter().flatten().chain(inside).cloned().collect())
}
