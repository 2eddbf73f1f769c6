//! Tables: each documented limit is refused in Slack's words.

use serde_json::{Value, json};

use super::{Response, button, call, many, of, plain, section, town};
use crate::world::slack::Slack;

/// What Slack says is wrong, without its "[ERROR]".
fn complaints(response: &Response) -> Vec<String> {
    let messages = response.body["response_metadata"]["messages"].as_array().into_iter().flatten();
    messages.map(|words| words.as_str().unwrap().trim_start_matches("[ERROR] ").to_owned()).collect()
}

fn with(mut block: Value, more: Value) -> Value {
    block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    block
}

fn actions(elements: Value) -> Value {
    json!({"type": "actions", "elements": elements})
}

fn select(options: Value) -> Value {
    actions(json!([{"type": "static_select", "action_id": "s", "placeholder": plain("Choose"), "options": options}]))
}

fn option(text: &str, value: &str) -> Value {
    json!({"text": plain(text), "value": value})
}

fn input(element: Value) -> Value {
    json!({"type": "input", "label": plain("L"), "element": element})
}

fn table(rows: usize, columns: usize) -> Value {
    let rows = many(rows, |_| many(columns, |_| json!({"type": "raw_text", "text": "c"})));
    json!({"type": "table", "rows": rows})
}

/// One block, and what Slack has against it; nothing if it is the most that is allowed.
fn blocks() -> Vec<(Value, &'static str)> {
    let image = |url: &str, alt: &str| json!({"type": "image", "image_url": url, "alt_text": alt});
    let url = |count: usize| format!("https://e/{}", of(count - 10));
    let fields = |count: usize, text: &str| json!({"type": "section", "fields": many(count, |_| plain(text))});
    let labelled = |label: &str, more: Value| actions(json!([with(button("a", label), more)]));
    vec![
        (section(&of(3000)), ""),
        (section(&of(3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (json!({"type": "section"}), "missing required field: text [json-pointer:/blocks/0]"),
        (fields(10, "f"), ""),
        (fields(11, "f"), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
        (fields(1, &of(2000)), ""),
        (fields(1, &of(2001)), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
        (json!({"type": "header", "text": plain(&of(150))}), ""),
        (
            json!({"type": "header", "text": plain(&of(151))}),
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            json!({"type": "header", "text": {"type": "mrkdwn", "text": "t"}}),
            "must be one of: plain_text [json-pointer:/blocks/0/text/type]",
        ),
        (json!({"type": "context", "elements": many(10, |_| plain("t"))}), ""),
        (
            json!({"type": "context", "elements": many(11, |_| plain("t"))}),
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            json!({"type": "context", "elements": [button("a", "b")]}),
            "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
        ),
        (actions(many(25, |index| button(&index.to_string(), "b"))), ""),
        (
            actions(many(26, |index| button(&index.to_string(), "b"))),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            actions(json!([button("a", "b"), button("a", "c")])),
            "`action_id` must be unique in its block: a [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (labelled(&of(75), json!({"value": of(2000), "url": url(3000), "action_id": of(255)})), ""),
        (labelled(&of(76), json!({})), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
        (
            labelled("b", json!({"value": of(2001)})),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            labelled("b", json!({"url": url(3001)})),
            "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
        ),
        (labelled("b", json!({"url": "somewhere"})), "must be a valid URL [json-pointer:/blocks/0/elements/0/url]"),
        (
            labelled("b", json!({"action_id": of(256)})),
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            labelled("b", json!({"style": "loud"})),
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            labelled("b", json!({"confirm": {"title": plain(&of(101))}})),
            "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
        ),
        (with(section("t"), json!({"block_id": of(255)})), ""),
        (
            with(section("t"), json!({"block_id": of(256)})),
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        (image(&url(3000), &of(2000)), ""),
        (image(&url(3001), "a"), "must be less than 3001 characters [json-pointer:/blocks/0/image_url]"),
        (image(&url(30), &of(2001)), "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]"),
        (
            json!({"type": "image", "image_url": "https://e/"}),
            "missing required field: alt_text [json-pointer:/blocks/0]",
        ),
        (image("ftp://e/", "a"), "downloading image failed [json-pointer:/blocks/0/image_url]"),
        (select(many(100, |index| option("o", &index.to_string()))), ""),
        (
            select(many(101, |index| option("o", &index.to_string()))),
            "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (select(json!([option(&of(75), &of(150))])), ""),
        (
            select(json!([option(&of(76), "v")])),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
        ),
        (
            select(json!([option("o", &of(151))])),
            "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        ),
        (
            actions(json!([{"type": "overflow", "action_id": "o", "options": many(6, |_| option("o", "v"))}])),
            "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(json!([{"type": "plain_text_input", "action_id": "o"}])),
            "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        ),
        (input(json!({"type": "plain_text_input", "max_length": 3000})), ""),
        (
            input(json!({"type": "plain_text_input", "max_length": 3001})),
            "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
        ),
        (
            input(json!({"type": "number_input"})),
            "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
        ),
        (
            input(json!({"type": "file_input", "max_files": 11})),
            "must be between 1 and 10 [json-pointer:/blocks/0/element/max_files]",
        ),
        (json!({"type": "markdown", "text": of(12_000)}), ""),
        (
            json!({"type": "markdown", "text": of(12_001)}),
            "must be less than 12001 characters [json-pointer:/blocks/0/text]",
        ),
        (table(100, 2), ""),
        (table(101, 2), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
        (table(2, 20), ""),
        (table(1, 21), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
        (
            json!({"type": "table", "rows": [[plain("t")]]}),
            "unsupported type: plain_text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (
            json!({"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}),
            "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
        ),
        (
            with(table(1, 1), json!({"column_settings": [{"align": "middle"}]})),
            "must be one of: left, center, right [json-pointer:/blocks/0/column_settings/0/align]",
        ),
        (
            json!({"type": "rich_text", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "t"}]},
                {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": []}]},
            ]}),
            "",
        ),
        (
            json!({"type": "rich_text", "elements": [{"type": "section"}]}),
            "unsupported type: section [json-pointer:/blocks/0/elements/0/type]",
        ),
        (json!({"type": "marquee"}), "unsupported type: marquee [json-pointer:/blocks/0/type]"),
    ]
}

#[tokio::test]
async fn every_limit_of_a_block_is_refused_in_slacks_words() {
    let (slack, news, alice) = town().await;
    slack.limit_rates(1000, 1.0);
    slack.limit_method("*", 1000);
    let ts = call(&slack, "chat.postMessage", &json!({"channel": news, "text": "t"})).await.ts();
    for (block, complaint) in blocks() {
        let expected: Vec<_> = (!complaint.is_empty()).then(|| complaint.to_owned()).into_iter().collect();
        let body = json!({"channel": news, "user": alice, "ts": ts, "text": "t", "blocks": [block]});
        for method in ["chat.postMessage", "chat.postEphemeral", "chat.update"] {
            let response = call(&slack, method, &body).await;
            assert_eq!(complaints(&response), expected, "{method} {block}");
            assert_eq!(response.error(), if complaint.is_empty() { "" } else { "invalid_blocks" });
        }
    }
}

#[tokio::test]
async fn every_limit_of_a_message_is_refused_in_slacks_words() {
    let (slack, news, _) = town().await;
    slack.limit_rates(1000, 1.0);
    let markdown = |count: usize| json!({"type": "markdown", "text": of(count)});
    let metadata = |payload: Value| json!({"text": "t", "metadata": {"event_type": "e", "event_payload": payload}});
    let full = many(4, |_| section(&of(2900)));
    let cases = [
        (json!({"text": ""}), "no_text"),
        (json!({"blocks": []}), "no_text"),
        (json!({"blocks": many(50, |_| section("s"))}), ""),
        (json!({"blocks": many(51, |_| section("s"))}), "invalid_blocks"),
        (
            json!({"blocks": [with(section("a"), json!({"block_id": "b"})), with(section("a"), json!({"block_id": "b"}))]}),
            "invalid_blocks",
        ),
        (json!({"blocks": "[{\"type\": \"divider\"}]"}), ""),
        (json!({"blocks": "no list"}), "invalid_blocks_format"),
        (json!({"blocks": {"type": "divider"}}), "invalid_blocks_format"),
        (json!({"blocks": [markdown(6000), markdown(6000)]}), ""),
        (json!({"blocks": [markdown(6000), markdown(6001)]}), "invalid_blocks"),
        (json!({"blocks": [table(1, 1), table(1, 1)]}), "invalid_blocks"),
        (json!({"blocks": full}), ""),
        (json!({"blocks": many(5, |_| section(&of(2900)))}), "msg_blocks_too_long"),
        (json!({"text": "t", "attachments": many(101, |_| json!({"text": "a"}))}), "too_many_attachments"),
        (json!({"attachments": [{"blocks": [section("s")]}]}), ""),
        (json!({"attachments": [{"blocks": [{"type": "marquee"}]}]}), "invalid_blocks"),
        (metadata(json!({"id": "1"})), ""),
        (json!({"text": "t", "metadata": {"event_type": "e"}}), "invalid_metadata_format"),
        (json!({"text": "t", "metadata": "no object"}), "invalid_metadata_format"),
        (metadata(json!({"id": null})), "invalid_metadata_schema"),
        (metadata(json!({"id": of(8000)})), "metadata_too_large"),
        (json!({"text": "t", "thread_ts": "1.000001"}), "thread_not_found"),
        (json!({"text": "t", "thread_ts": "yesterday"}), "invalid_thread_ts"),
        (json!({"markdown_text": "t"}), ""),
        (json!({"markdown_text": "t", "text": "t"}), "markdown_text_conflict"),
    ];
    for (body, error) in cases {
        let response = call(&slack, "chat.postMessage", &with(body.clone(), json!({"channel": news}))).await;
        assert_eq!(response.error(), error, "{body}");
        assert_eq!(response.body["ok"], error.is_empty());
    }
    let table_twice = json!({"channel": news, "blocks": [table(1, 1), table(1, 1)]});
    let refused = call(&slack, "chat.postMessage", &table_twice).await;
    assert_eq!(complaints(&refused), ["only_one_table_allowed [json-pointer:/blocks]"]);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_cut_and_an_edit_is_refused() {
    let (slack, news, _) = town().await;
    let posted = call(&slack, "chat.postMessage", &json!({"channel": news, "text": of(40_001)})).await;
    assert_eq!(posted.body["warning"], "message_truncated");
    assert_eq!(posted.body["response_metadata"]["warnings"], json!(["message_truncated"]));
    assert_eq!(slack.messages(news)[0].text.len(), 40_000);
    let edit = |count: usize| json!({"channel": news, "ts": posted.ts(), "text": of(count)});
    assert_eq!(call(&slack, "chat.update", &edit(4001)).await.error(), "msg_too_long");
    assert_eq!(call(&slack, "chat.update", &edit(4000)).await.body["ok"], true);
    assert_eq!(slack.messages(news)[0].edits, 1);
}

#[tokio::test]
async fn a_picture_that_cannot_be_loaded_is_refused() {
    let (slack, news, _) = town().await;
    slack.break_pictures("https://cdn.example/");
    let block = |url: &str| json!({"type": "image", "image_url": url, "alt_text": "a"});
    let body = json!({"channel": news, "blocks": [block("https://cdn.example/a.png"), block("https://b.example/")]});
    let refused = call(&slack, "chat.postMessage", &body).await;
    assert_eq!(complaints(&refused), ["downloading image failed [json-pointer:/blocks/0/image_url]"]);
}

/// Where the table of an independent library is, if this machine has it.
fn independent_table() -> Option<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/slackblocks-limits-3.0.0.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not on this machine", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn an_independent_table_has_the_same_limits() {
    let Some(table) = independent_table() else { return };
    for (name, limit) in Slack::limits() {
        assert_eq!(table[*name], json!(limit), "{name}");
    }
}
