//! Modals, home tabs, suggestions and files.

use serde_json::{Value, json};

use super::{Socket, ask, button, call, many, of, plain, request, section, town, with_button};
use crate::world::slack::{BOT_TOKEN, Fill, Id, Slack};

fn input(id: &str, label: &str, element: Value) -> Value {
    json!({"type": "input", "block_id": id, "label": plain(label), "element": element})
}

fn modal(blocks: Value) -> Value {
    json!({"type": "modal", "callback_id": "subscribe", "title": plain("Subscribe"), "submit": plain("Go"), "blocks": blocks})
}

/// Every kind of field.
fn form() -> Value {
    let option = |text: &str, value: &str| json!({"text": plain(text), "value": value});
    let mut optional =
        input("note", "Note", json!({"type": "plain_text_input", "action_id": "note", "initial_value": "-"}));
    optional["optional"] = json!(true);
    modal(json!([
        input("feed", "Feed", json!({"type": "external_select", "action_id": "feed", "min_query_length": 0})),
        input(
            "pace",
            "Pace",
            json!({"type": "static_select", "action_id": "pace", "options": [option("Daily", "1d"), option("Weekly", "7d")]})
        ),
        input(
            "topics",
            "Topics",
            json!({"type": "multi_static_select", "action_id": "topics", "options": [option("AI", "ai"), option("Chips", "chips")]})
        ),
        input("count", "Count", json!({"type": "number_input", "action_id": "count", "is_decimal_allowed": false})),
        input(
            "to",
            "To",
            json!({"type": "conversations_select", "action_id": "to", "default_to_current_conversation": true})
        ),
        input("file", "File", json!({"type": "file_input", "action_id": "file"})),
        optional,
    ]))
}

/// Opens a modal in answer to a command.
async fn open(slack: &Slack, channel: Id, person: Id, view: &Value) -> Id {
    let id = slack.say_command(person, channel, "/news", "subscribe");
    let trigger = slack.payload(id)["trigger_id"].clone();
    let opened = call(slack, "views.open", &json!({"trigger_id": trigger, "view": view})).await;
    assert_eq!(opened.error(), "", "{}", opened.body);
    slack.answer(id).await.modal.unwrap().id
}

#[tokio::test]
async fn a_trigger_opens_one_modal_in_time() {
    let (slack, news, alice) = town().await;
    let _socket = Socket::open(&slack).await;
    let view = modal(json!([section("s")]));
    let id = slack.say_command(alice, news, "/news", "x");
    let body = json!({"trigger_id": slack.payload(id)["trigger_id"], "view": view});
    assert_eq!(call(&slack, "views.open", &body).await.body["view"]["callback_id"], "subscribe");
    assert_eq!(call(&slack, "views.open", &body).await.error(), "exchanged_trigger_id");
    let late = slack.say_command(alice, news, "/news", "x");
    slack.let_lapse(late);
    let body = json!({"trigger_id": slack.payload(late)["trigger_id"], "view": view});
    assert_eq!(call(&slack, "views.open", &body).await.error(), "expired_trigger_id");
    let body = json!({"trigger_id": "1.2.3", "view": view});
    assert_eq!(call(&slack, "views.open", &body).await.error(), "invalid_trigger_id");
    assert_eq!(slack.answer(id).await.modal.unwrap().words(), "Subscribe s");
}

#[tokio::test]
async fn every_limit_of_a_view_is_refused_in_slacks_words() {
    let (slack, _, alice) = town().await;
    let id = slack.say_command(alice, slack.dm(alice), "/news", "x");
    let trigger = slack.payload(id)["trigger_id"].clone();
    let view = |more: Value| {
        let mut view = modal(json!([section("s")]));
        view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        view
    };
    let cases = [
        (view(json!({"title": plain(&of(25))})), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (view(json!({"submit": plain(&of(25))})), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (view(json!({"close": plain(&of(25))})), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (view(json!({"title": null})), "missing required field: title [json-pointer:/view]"),
        (
            view(json!({"private_metadata": of(3001)})),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (view(json!({"callback_id": of(256)})), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (
            view(json!({"blocks": many(101, |_| section("s"))})),
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        (
            view(json!({"blocks": [{"type": "markdown", "text": "t"}]})),
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        (
            view(json!({"submit": null, "blocks": [input("a", "b", json!({"type": "plain_text_input"}))]})),
            "missing required field: submit [json-pointer:/view]",
        ),
        (view(json!({"type": "home"})), "must be one of: modal [json-pointer:/view/type]"),
    ];
    for (view, complaint) in cases {
        let response = call(&slack, "views.open", &json!({"trigger_id": trigger, "view": view})).await;
        assert_eq!(response.error(), "invalid_arguments");
        assert_eq!(response.body["response_metadata"]["messages"], json!([format!("[ERROR] {complaint}")]));
    }
    let large = view(json!({"blocks": many(99, |_| section(&of(2900)))}));
    let response = call(&slack, "views.open", &json!({"trigger_id": trigger, "view": large})).await;
    assert_eq!(response.error(), "view_too_large");
    let most = view(json!({
        "title": plain(&of(24)), "close": plain(&of(24)), "private_metadata": of(3000),
        "blocks": many(100, |_| section("s")),
    }));
    let response = call(&slack, "views.open", &json!({"trigger_id": trigger, "view": most})).await;
    assert_eq!(response.error(), "", "a refused view does not use the trigger up");
}

#[tokio::test]
async fn a_form_is_filled_in_and_submitted() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let view = open(&slack, news, alice, &form()).await;
    socket.next().await;
    let asked = slack.suggests(view, "feed", "ac");
    let envelope = socket.next().await;
    assert_eq!(
        (&envelope["payload"]["type"], &envelope["payload"]["value"]),
        (&json!("block_suggestion"), &json!("ac"))
    );
    let options = json!([{"text": plain("Acme"), "value": "acme"}]);
    socket.acknowledge(&envelope, json!({"options": options})).await;
    assert_eq!(json!(slack.answer(asked).await.options.unwrap()), options);

    let file = slack.file(alice, "feeds.opml", b"<opml/>");
    let fills: [(&str, Fill); 5] = [
        ("Feed", "Acme".into()),
        ("pace", "7d".into()),
        ("Topics", ["AI", "chips"].as_slice().into()),
        ("count", "3".into()),
        ("File", file.into()),
    ];
    let submitted = slack.submits(view, &fills);
    let envelope = socket.next().await;
    let payload = &envelope["payload"];
    assert_eq!((&payload["type"], &payload["view"]["callback_id"]), (&json!("view_submission"), &json!("subscribe")));
    let values = &payload["view"]["state"]["values"];
    assert_eq!(values["feed"]["feed"]["selected_option"]["value"], "acme");
    assert_eq!(values["pace"]["pace"]["selected_option"]["text"]["text"], "Weekly");
    assert_eq!(values["topics"]["topics"]["selected_options"][1]["value"], "chips");
    assert_eq!((&values["count"]["count"]["value"], &values["note"]["note"]["value"]), (&json!("3"), &json!("-")));
    assert_eq!(values["to"]["to"]["selected_conversation"], json!(news));
    let url = values["file"]["file"]["files"][0]["url_private_download"].as_str().unwrap();
    assert_eq!(url, slack.file_url(file));
    let bearer = format!("Bearer {BOT_TOKEN}");
    assert_eq!(request(&slack, "GET", url, &[("Authorization", &bearer)], b"").await.unwrap().text, "<opml/>");
    let stranger = request(&slack, "GET", url, &[], b"").await.unwrap();
    assert!(stranger.status == 200 && stranger.text.contains("<html>"), "the page to log in");

    socket.acknowledge(&envelope, json!({"response_action": "errors", "errors": {"count": "Too many"}})).await;
    assert_eq!(slack.answer(submitted).await.errors, Some(json!({"count": "Too many"})));
    assert!(slack.view(view).is_open);
    let again = slack.submits(view, &fills);
    let envelope = socket.next().await;
    let next = modal(json!([section("Done")]));
    socket.acknowledge(&envelope, json!({"response_action": "update", "view": next})).await;
    assert_eq!(slack.answer(again).await.modal.unwrap().words(), "Subscribe Done");
    let last = slack.submits(view, &[]);
    let envelope = socket.next().await;
    socket.acknowledge(&envelope, Value::Null).await;
    assert!(slack.answer(last).await.is_acknowledged && !slack.view(view).is_open);
}

#[tokio::test]
async fn wrong_answers_to_forms_are_told() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let view = open(&slack, news, alice, &modal(json!([section("s")]))).await;
    socket.next().await;
    for (payload, error) in [
        (json!({"response_action": "errors", "errors": {"nowhere": "x"}}), "invalid_errors"),
        (json!({"response_action": "dance"}), "invalid_response_action"),
        (json!({"response_action": "update", "view": {"type": "modal"}}), "invalid_arguments"),
    ] {
        let id = slack.submits(view, &[]);
        let envelope = socket.next().await;
        socket.acknowledge(&envelope, payload).await;
        assert_eq!(slack.answer(id).await.error.as_deref(), Some(error));
    }
    let command = slack.say_command(alice, news, "/news", "x");
    let envelope = socket.next().await;
    socket.acknowledge(&envelope, json!({"blocks": [{"type": "marquee"}]})).await;
    assert_eq!(slack.answer(command).await.error.as_deref(), Some("invalid_blocks"));
    assert_eq!(slack.socket_stats().bad_acks.len(), 4);
}

#[tokio::test]
async fn modals_stack_and_close() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let mut body = modal(json!([{"type": "actions", "block_id": "b", "elements": [button("more", "More")]}]));
    body["notify_on_close"] = json!(true);
    let first = open(&slack, news, alice, &body).await;
    socket.next().await;
    let mut top = first;
    for expected in ["", "", "push_limit_reached"] {
        let id = slack.press_in(top, "more");
        let payload = socket.next().await["payload"].clone();
        assert_eq!((&payload["container"]["view_id"], &payload["view"]["id"]), (&json!(top), &json!(top)));
        let pushed = call(&slack, "views.push", &json!({"trigger_id": payload["trigger_id"], "view": body})).await;
        assert_eq!(pushed.error(), expected);
        if expected.is_empty() {
            assert_eq!(
                (&pushed.body["view"]["previous_view_id"], &pushed.body["view"]["root_view_id"]),
                (&json!(top), &json!(first))
            );
            top = slack.answer(id).await.modal.unwrap().id;
        }
    }
    let update = |hash: &str| json!({"view_id": top, "hash": hash, "view": modal(json!([section("New")]))});
    assert_eq!(call(&slack, "views.update", &update("9.hash")).await.error(), "hash_conflict");
    assert_eq!(call(&slack, "views.update", &update("1.hash")).await.error(), "");
    assert_eq!(slack.view(top).words(), "Subscribe New");
    assert!(slack.closes(top).is_none(), "the new one asks for nothing");
    assert_eq!(call(&slack, "views.update", &update("2.hash")).await.error(), "not_found");
    let closed = slack.closes(first).unwrap();
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["type"], "view_closed");
    socket.acknowledge(&envelope, Value::Null).await;
    assert!(slack.answer(closed).await.is_acknowledged);
}

#[tokio::test]
async fn a_home_tab_is_published_and_used() {
    let (slack, _, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    assert!(slack.home(alice).is_none());
    let select =
        json!({"type": "static_select", "action_id": "pace", "options": [{"text": plain("Daily"), "value": "1d"}]});
    let blocks = json!([section("Yours"), {"type": "actions", "elements": [button("mute", "Mute"), select]}]);
    let publish = json!({"user_id": alice, "view": {"type": "home", "blocks": blocks}});
    for _ in 0..2 {
        assert_eq!(call(&slack, "views.publish", &publish).await.error(), "");
    }
    let home = slack.home(alice).unwrap();
    assert_eq!((home.words().as_str(), home.controls().len(), home.is_home), ("Yours Mute Daily", 2, true));
    slack.press_in(home.id, "mute");
    assert_eq!(socket.next().await["payload"]["actions"][0]["action_id"], "mute");
    slack.choose_in(home.id, "pace", &["Daily"]);
    assert_eq!(socket.next().await["payload"]["actions"][0]["selected_option"]["value"], "1d");
    slack.opens_home(alice);
    assert_eq!(socket.next().await["payload"]["event"]["view"]["id"], json!(home.id));
    let modal = json!({"user_id": alice, "view": modal(json!([]))});
    assert_eq!(call(&slack, "views.publish", &modal).await.error(), "invalid_arguments");
}

#[tokio::test]
async fn menus_under_messages_are_chosen_from() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let external = json!({"type": "external_select", "action_id": "feed"});
    let overflow = json!({"type": "overflow", "action_id": "more", "options": [{"text": plain("Mute"), "value": "m"}]});
    let blocks = json!([{"type": "actions", "elements": [external]}, {"type": "section", "text": plain("t"), "accessory": overflow}]);
    let ts = call(&slack, "chat.postMessage", &json!({"channel": news, "blocks": blocks})).await.ts();
    slack.choose(alice, ts, "more", &["Mute"]);
    assert_eq!(socket.next().await["payload"]["actions"][0]["selected_option"]["value"], "m");
    let asked = slack.suggests_under(alice, ts, "feed", "a");
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["container"]["message_ts"], ts.to_string());
    let many = many(101, |index| json!({"text": plain("o"), "value": index.to_string()}));
    socket.acknowledge(&envelope, json!({"options": many})).await;
    assert_eq!(slack.answer(asked).await.error.as_deref(), Some("invalid_options"));
}

#[tokio::test]
async fn a_file_is_sent_in_three_steps() {
    let (slack, news, _) = town().await;
    let begun = ask(&slack, "files.getUploadURLExternal", &[("filename", "feeds.opml"), ("length", "7")]).await.body;
    let (url, id) = (begun["upload_url"].as_str().unwrap(), begun["file_id"].clone());
    let complete =
        json!({"files": [{"id": id, "title": "Feeds"}], "channel_id": news, "initial_comment": "All of them"});
    assert_eq!(call(&slack, "files.completeUploadExternal", &complete).await.error(), "file_not_found");
    assert_eq!(request(&slack, "POST", url, &[], b"short").await.unwrap().error(), "file_upload_size_mismatch");
    let part = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n<opml/>\r\n--b--\r\n";
    let headers = [("Content-Type", "multipart/form-data; boundary=b")];
    assert_eq!(request(&slack, "POST", url, &headers, part).await.unwrap().text, "OK - 7");
    let done = call(&slack, "files.completeUploadExternal", &complete).await.body;
    assert_eq!(done["files"][0]["title"], "Feeds");
    let message = slack.messages(news).pop().unwrap();
    assert_eq!((message.text.as_str(), message.files[0].bytes.as_slice()), ("All of them", b"<opml/>".as_slice()));
    let info = ask(&slack, "files.info", &[("file", id.as_str().unwrap())]).await.body;
    assert_eq!(info["file"]["size"], 7);
    for (args, error) in [(vec![("length", "7")], "missing_filename"), (vec![("filename", "f")], "missing_length")] {
        assert_eq!(ask(&slack, "files.getUploadURLExternal", &args).await.error(), error);
    }
    with_button(&slack, news).await;
}
