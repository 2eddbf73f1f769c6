//! The parts of Slack's adapter that decide: what answers mean, when to wait, what a line says, what
//! was heard already, whether sockets live, who signed.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tidings::command::spec::WORDS;
use tidings::model::delivery::Verdict;
use tidings::platform::slack::limit::Limiter;
use tidings::platform::slack::line::{incomplete, typed};
use tidings::platform::slack::manifest::{EVENTS, SCOPES, manifest};
use tidings::platform::slack::once::Once;
use tidings::platform::slack::pulse::{CLOSED_MAX, Pulse};
use tidings::platform::slack::rest::{CallError, DEAD_TOKEN};
use tidings::platform::slack::signature::{is_right, signature_of};
use tidings::platform::slack::verdict::{CODES, Class, Failure, class, failure};
use tidings::platform::slack::{Config, Transport};

fn refused(code: &str) -> CallError {
    CallError::Refused { code: code.to_owned(), detail: String::new() }
}

fn now() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn secs(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

#[test]
fn every_code_has_its_verdict() {
    let gone = "channel_not_found invalid_channel is_archived not_in_channel user_not_in_channel restricted_action \
        restricted_action_read_only_channel restricted_action_thread_only_channel \
        restricted_action_non_threadable_channel restricted_action_thread_locked thread_not_found message_not_found \
        cannot_reply_to_message method_not_supported_for_channel_type no_permission not_allowed cannot_dm_bot \
        messages_tab_disabled user_not_found user_not_visible user_disabled users_not_found invalid_user_combination \
        team_not_found team_access_not_granted";
    let malformed = "msg_too_long msg_blocks_too_long markdown_text_conflict no_text invalid_blocks \
        invalid_blocks_format only_one_table_allowed too_many_attachments attachment_payload_limit_exceeded \
        invalid_attachments invalid_metadata_format invalid_metadata_schema metadata_too_large \
        metadata_must_be_sent_from_app invalid_arguments invalid_arg_name invalid_array_arg invalid_charset \
        invalid_form_data invalid_post_type missing_post_type invalid_json json_not_object";
    let unsure = "internal_error fatal_error service_unavailable request_timeout";
    let passing = "missing_scope not_allowed_token_type access_denied ekm_access_denied enterprise_is_restricted \
        org_login_required team_added_to_org external_channel_migrating message_limit_exceeded \
        two_factor_setup_required";
    let rows = [("gone", gone), ("malformed", malformed), ("unsure", unsure), ("passing", passing)];
    let mut told = BTreeSet::new();
    for (expected, codes) in rows {
        for code in codes.split_whitespace() {
            let verdict = match failure(refused(code)) {
                Failure::Malformed(_) => "malformed",
                Failure::Verdict(Verdict::Gone { reason }) => {
                    assert!(!reason.is_empty() && !reason.contains(code), "{code} is told in words");
                    "gone"
                }
                Failure::Verdict(Verdict::Unsure { .. }) => "unsure",
                Failure::Verdict(Verdict::Retry { .. }) => "passing",
                other => panic!("{code}: {other:?}"),
            };
            assert_eq!(verdict, expected, "{code}");
            assert!(told.insert(code), "{code} is there twice");
        }
    }
    let known: BTreeSet<&str> = CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(known, told, "a row without a test");
    assert_eq!(known.len(), CODES.len(), "a code is there twice");
}

#[test]
fn what_is_not_known_passes() {
    assert_eq!(class("some_new_error"), Class::Passing(""));
    assert!(matches!(failure(refused("some_new_error")), Failure::Verdict(Verdict::Retry { .. })));
    let wait = CallError::Wait { until: now(), why: "it".to_owned() };
    assert!(matches!(failure(wait), Failure::Verdict(Verdict::Later { at, .. }) if at == now()));
    assert!(matches!(failure(CallError::NotSent(String::new())), Failure::Verdict(Verdict::Retry { .. })));
    assert!(matches!(failure(CallError::NoAnswer(String::new())), Failure::Verdict(Verdict::Unsure { .. })));
}

/// The codes of Slack's own description are each in the table, or seen before it.
#[test]
fn slacks_own_codes_are_in_the_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/slack-web-openapi-v2-2021.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not on this machine", path.display());
        return;
    };
    fn codes(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                let named = fields.get("enum").and_then(Value::as_array).into_iter().flatten();
                found.extend(named.filter_map(Value::as_str).map(str::to_owned));
                fields.values().for_each(|inner| codes(inner, found));
            }
            Value::Array(all) => all.iter().for_each(|inner| codes(inner, found)),
            _ => {}
        }
    }
    let spec: Value = serde_json::from_str(&text).unwrap();
    let mut found = BTreeSet::new();
    for method in ["chat.postMessage", "chat.postEphemeral"] {
        codes(&spec["paths"][format!("/{method}")]["post"]["responses"]["default"], &mut found);
    }
    assert!(found.len() > 15, "{found:?}");
    let is_seen_before = |code: &str| DEAD_TOKEN.contains(&code) || matches!(code, "rate_limited" | "ratelimited");
    // Passing troubles of the request's way, which nothing can be said about.
    let passes = ["upgrade_required", "user_is_bot"];
    let unknown: Vec<&String> = found
        .iter()
        .filter(|code| {
            !CODES.iter().any(|(known, _)| known == code) && !is_seen_before(code) && !passes.contains(&code.as_str())
        })
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_channel_waits_its_second_and_no_other() {
    let mut limiter = Limiter::default();
    assert_eq!(limiter.take("chat.postMessage", Some("C1"), now()), Ok(()));
    let wait = limiter.take("chat.postMessage", Some("C1"), now()).unwrap_err();
    assert_eq!(wait.until, now() + secs(1));
    assert_eq!(limiter.take("chat.postMessage", Some("C2"), now()), Ok(()));
    assert_eq!(limiter.take("chat.postMessage", Some("C1"), now() + secs(1)), Ok(()));
}

#[test]
fn a_refusal_parks_its_method_a_second_one_elsewhere_the_workspace() {
    let mut limiter = Limiter::default();
    limiter.refused("chat.postMessage", Some("C1"), Some(secs(30)), now());
    assert!(limiter.take("chat.postMessage", Some("C1"), now() + secs(29)).is_err());
    assert_eq!(limiter.take("chat.postMessage", Some("C2"), now()), Ok(()));
    assert_eq!(limiter.take("users.info", None, now()), Ok(()));
    limiter.refused("users.info", None, Some(secs(10)), now());
    assert!(limiter.take("users.info", None, now() + secs(9)).is_err());
    assert_eq!(limiter.take("conversations.info", None, now()), Ok(()));
    limiter.refused("chat.postMessage", Some("C3"), Some(secs(20)), now());
    let wait = limiter.take("chat.postMessage", Some("C4"), now() + secs(19)).unwrap_err();
    assert!(wait.why.contains("workspace"));
    assert_eq!(limiter.take("chat.postMessage", Some("C4"), now() + secs(20)), Ok(()));
    // A clock that is set back makes nobody wait for years.
    assert_eq!(limiter.take("chat.postMessage", Some("C1"), now() - secs(3600)), Ok(()));
    // Nor does an absurd answer.
    let until = limiter.refused("chat.postMessage", Some("C9"), Some(SignedDuration::from_hours(9999)), now());
    assert_eq!(until, now() + SignedDuration::from_hours(24));
}

#[test]
fn slacks_escapes_are_undone() {
    let table = [
        ("subscribe &lt;b&gt; &amp;amp; x", "subscribe <b> &amp; x"),
        ("subscribe <https://a.example/f?x=1&amp;y=2>", "subscribe https://a.example/f?x=1&y=2"),
        ("subscribe <https://a.example|site>", "subscribe https://a.example"),
        ("mute source:<http://example.com|example.com>", "mute source:example.com"),
        ("help <mailto:a@b.example|a@b.example>", "help a@b.example"),
        ("subscribe all to:<#C1|news>", "subscribe all to:#news"),
        ("subscribe all to:<#C1>", "subscribe all to:#C1"),
        ("settings mention 1 <@U1|ann>", "settings mention 1 <@U1>"),
        ("settings mention 1 <!subteam^S1|@team>", "settings mention 1 <!subteam^S1>"),
        ("settings mention 1 <!here|here>", "settings mention 1 <!here>"),
        ("a < b", "a < b"),
    ];
    for (raw, expected) in table {
        assert_eq!(typed(raw).text, expected, "{raw}");
    }
    assert_eq!(
        typed("to:<#C1|news>").channels.into_iter().collect::<Vec<_>>(),
        [("#news".to_owned(), "C1".to_owned())]
    );
}

#[test]
fn what_lacks_an_argument_is_known() {
    let missing = |line: &str| {
        incomplete(WORDS, line).map(|(word, given)| {
            let given: Vec<String> = given.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {}", word.name, given.join(" ")).trim_end().to_owned()
        })
    };
    let table = [
        ("subscribe", Some("subscribe")),
        ("subscribe mode:daily", Some("subscribe mode=daily")),
        ("subscribe https://x.example", None),
        ("Filter Set 1", Some("filter set subscription=1")),
        ("filter set 1 rust -game", None),
        ("filter", None),
        ("alerts on urgency:act-now", Some("alerts on urgency=act-now")),
        ("alerts off", None),
        ("settings", None),
        ("why", None),
        ("import", Some("import")),
        ("import https://x.example/feeds.opml", None),
        ("nonsense", None),
        ("subscribers", None),
        ("", None),
    ];
    for (line, expected) in table {
        assert_eq!(missing(line).as_deref(), expected, "{line}");
    }
}

#[test]
fn what_was_heard_is_known_for_a_day_and_no_more() {
    let once = Once::new(SignedDuration::from_hours(24), 4);
    assert!(once.is_first("a", now()));
    assert!(!once.is_first("a", now() + SignedDuration::from_hours(23)));
    assert!(once.is_first("b", now()));
    assert!(once.is_first("b", now() + SignedDuration::from_hours(25)));
    for name in 0..100 {
        assert!(once.is_first(&name.to_string(), now() + secs(90_001 + name)));
    }
    assert!(!once.is_first("99", now() + secs(90_200)), "the newest stay");
}

#[test]
fn silent_sockets_are_noticed() {
    let at = Duration::from_secs;
    let mut pulse = Pulse::default();
    assert_eq!(pulse.complaint(CLOSED_MAX), None);
    assert!(pulse.complaint(CLOSED_MAX + at(1)).is_some(), "none was ever open");
    pulse.opened("0/0/0", Some(at(3600)), at(10));
    pulse.opened("1/1/0", None, at(12));
    assert_eq!(pulse.complaint(at(3600)), None);
    assert!(pulse.complaint(at(10 + 3600 + 601)).is_some(), "it outlived its time");
    pulse.heard("0/0/0", at(4200));
    assert_eq!(pulse.complaint(at(4300)), None, "it speaks");
    assert_eq!(pulse.closed("0/0/0", at(4300)), Duration::ZERO, "a good one is replaced at once");
    assert_eq!(pulse.closed("0/0/0", at(4300)), Duration::ZERO, "its end is told twice");
    pulse.closed("1/1/0", at(4300));
    assert!(!pulse.is_open());
    assert!(pulse.complaint(at(4301) + CLOSED_MAX).is_some());
    // Sockets that fall at once are opened more and more slowly.
    let mut pauses = Vec::new();
    for life in 0..9u64 {
        let name = format!("0/0/{life}");
        pulse.opened(&name, None, at(5000 + life));
        pauses.push(pulse.closed(&name, at(5000 + life)).as_secs());
    }
    assert_eq!(pauses, [0, 2, 4, 8, 16, 32, 64, 120, 120]);
}

/// The example of Slack's own documentation (Verifying requests from Slack).
#[test]
fn signatures_are_slacks_own() {
    let secret = "8f742231b10e8888abcd99yyyzzz85a5";
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
        channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
        response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
        trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    assert_eq!(signature_of(secret, "1531420618", body.as_bytes()), signature);
    assert!(is_right(secret, "1531420618", body.as_bytes(), signature));
    for (stamp, body, signature) in [
        ("1531420619", body, signature),
        ("1531420618", "token=", signature),
        ("1531420618", body, "v0="),
        ("1531420618", body, &signature[..66]),
        ("1531420618", body, &signature.replace("v0=a", "v0=b")),
    ] {
        assert!(!is_right(secret, stamp, body.as_bytes(), signature));
    }
    assert!(!is_right("", "1", b"", &signature_of("", "1", b"")), "no secret, no trust");
}

#[test]
fn the_manifest_says_what_the_bot_does() {
    let socket = manifest(&Config::default());
    let command = &socket["features"]["slash_commands"][0];
    assert_eq!(
        (&command["command"], &command["should_escape"], &command["url"]),
        (&json!("/tidings"), &json!(true), &Value::Null)
    );
    assert_eq!(socket["settings"]["socket_mode_enabled"], json!(true));
    assert_eq!(socket["oauth_config"]["scopes"]["bot"], json!(SCOPES));
    assert_eq!(socket["settings"]["event_subscriptions"]["bot_events"], json!(EVENTS));
    let config = Config { transport: Transport::Http, command: "/feeds".to_owned(), ..Config::default() };
    let http = manifest(&config);
    assert_eq!(http["settings"]["socket_mode_enabled"], json!(false));
    assert_eq!(http["features"]["slash_commands"][0]["command"], json!("/feeds"));
    for (place, url) in [
        (&http["features"]["slash_commands"][0]["url"], "/slack/commands"),
        (&http["settings"]["event_subscriptions"]["request_url"], "/slack/events"),
        (&http["settings"]["interactivity"]["request_url"], "/slack/interactivity"),
        (&http["settings"]["interactivity"]["message_menu_options_url"], "/slack/interactivity"),
    ] {
        assert_eq!(place, &json!(format!("https://YOUR-HOST{url}")));
    }
    // Slack's own limits on manifests.
    let length = |value: &Value| value.as_str().unwrap().chars().count();
    assert!(length(&http["display_information"]["description"]) <= 140);
    assert!(length(&command["usage_hint"]) <= 1000 && length(&command["description"]) <= 2000);
    assert!(length(&socket["features"]["shortcuts"][0]["name"]) <= 24);
    // The README's list of scopes is this one.
    let readme = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for scope in SCOPES.iter().chain(EVENTS) {
        assert!(readme.contains(&format!("`{scope}`")), "{scope} is not in the README");
    }
}
