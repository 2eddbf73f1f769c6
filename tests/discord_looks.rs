//! What people see on Discord: whole payloads as snapshots, long ones cut by whole lines, hostile ones
//! with nothing in them alive, and one privacy for all parts of an answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tidings::analyst::embedded::Embedded;
use tidings::command::spec::WORDS;
use tidings::locale::Words;
use tidings::model::card::Card;
use tidings::model::doc::{Accent, Block, Doc, Field, Link, Plain, Sentence};
use tidings::model::id::ItemId;
use tidings::model::item::Item;
use tidings::model::label::Labels;
use tidings::model::recap::{About, Counts, Group, Recap, RecapKind, Standing};
use tidings::model::secret::Secret;
use tidings::model::subscription::Address;
use tidings::pipeline::present;
use tidings::platform::cut::{cut, units};
use tidings::platform::discord::{self, Config, Secrets};
use tidings::port::{Choice, Desk, Invocation, Platform, Reply, Suggestion};
use tokio_util::sync::CancellationToken;

use crate::contract::markdown::{Mark, render};
use crate::looks::item;
use crate::world::discord::{Discord, TEXT, TOKEN};
use crate::world::{FixedClock, START};

fn pretty(body: &Value) -> String {
    serde_json::to_string_pretty(body).unwrap()
}

fn card_of(item: &Item) -> Card {
    Embedded::new(&Labels::default()).card(item)
}

#[test]
fn a_card_as_a_post() {
    let doc =
        present::card(&card_of(&item()), &Labels::default(), "2026-11-23T09:00:03Z".parse().ok(), Words::default());
    insta::assert_snapshot!(pretty(&discord::preview(&doc, "nonce-of-the-delivery")));
}

#[test]
fn an_insight_as_an_answer() {
    let messages = discord::preview_answer(&present::insight(&card_of(&item()), Words::default()));
    insta::assert_snapshot!(messages.iter().map(pretty).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_recap_as_a_post() {
    let titles = ["Acme fixes a flaw", "A chip that *hums* [quietly](https://evil.example)", "The market waits"];
    let items: Vec<Item> = titles
        .iter()
        .enumerate()
        .map(|(number, title)| Item {
            id: ItemId::new(format!("acme-{number}")),
            title: (*title).to_owned(),
            url: Some(format!("https://news.example/{number}_(a)")),
            ..item()
        })
        .collect();
    let cards: HashMap<ItemId, Card> = items.iter().map(|item| (item.id.clone(), card_of(item))).collect();
    let about = [Standing::Resolved, Standing::New, Standing::Continued].into_iter().zip(1..);
    let about = about.map(|(standing, reports)| About { standing: Some(standing), reports });
    let about = items.iter().map(|item| item.id.clone()).zip(about).collect();
    let recap = Recap {
        key: "2026-W48 09:00".to_owned(),
        kind: RecapKind::Week,
        from: "2026-11-16T09:00:00Z".parse().unwrap(),
        to: "2026-11-23T09:00:00Z".parse().unwrap(),
        groups: vec![Group {
            topic: "security".to_owned(),
            items: items.into_iter().map(|item| item.id).collect(),
            left_out: 2,
        }],
        left_out: 2,
        part: 0,
        parts: 1,
        counts: Counts { stories: 3, new: 1, continued: 1, resolved: 1 },
        about,
        trend: None,
    };
    let doc = present::recap(&recap, &cards, &Labels::default(), (&jiff::tz::TimeZone::UTC, Words::default()));
    insta::assert_snapshot!(pretty(&discord::preview(&doc, "nonce-of-the-delivery")));
}

/// A recap of so many entries, some 300 characters each.
fn long_recap(entries: usize) -> Doc {
    let link = |n: usize| Link {
        label: format!("Headline *{n:03}* about a company [that] did something quite interesting in town").into(),
        url: Some(format!("https://www.example.com/news/2026/11/23/headline-number-{n:03}-about-a-company_(that)-did")),
        note: Some("Example News · This week · Developers & AI Engineers · Enterprise & Security Teams".into()),
    };
    let mut blocks = vec![Block::Context(vec!["Many stories".into()])];
    blocks.push(Block::Headline { text: "The week".into(), url: None });
    for group in 0..entries.div_ceil(7) {
        blocks.push(Block::Heading(format!("Topic {group}").into()));
        blocks.push(Block::Links((group * 7..entries.min(group * 7 + 7)).map(link).collect()));
    }
    blocks.push(Block::Footer(vec!["All rights belong to the publishers named.".into()]));
    Doc::new(blocks)
}

#[test]
fn a_long_recap_leaves_out_whole_lines_and_says_how_many() {
    for entries in 1..60 {
        let body = discord::preview(&long_recap(entries), "nonce");
        let description = body["embeds"][0]["description"].as_str().unwrap();
        assert!(units(description) <= 4096, "{entries}: {}", units(description));
        let shown = render(description);
        let links = shown.marks.iter().filter(|(mark, _)| matches!(mark, Mark::Link(url) if url.ends_with("-did")));
        let links = links.count();
        let lines: Vec<&str> = description.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines.iter().filter(|line| line.starts_with("• [")).count(), links, "{entries}: each is whole");
        let last = lines.last().unwrap();
        if links == entries {
            assert!(last.ends_with("Teams"), "{entries}: {last}");
        } else {
            assert_eq!(*last, format!("… and {} more", entries - links), "{entries}");
            assert!(lines[lines.len() - 2].starts_with("• "), "no heading stands above nothing: {description}");
            assert!(links >= 10, "{entries}: {links}");
        }
    }
}

#[test]
fn a_long_answer_says_what_it_left_out() {
    let messages = discord::preview_answer(&long_recap(200));
    let texts: Vec<&str> = messages.iter().map(|body| body["embeds"][0]["description"].as_str().unwrap()).collect();
    let shown: usize = texts.iter().map(|text| text.matches("• [").count()).sum();
    assert!(texts.last().unwrap().ends_with(&format!("\n… and {} more", 200 - shown)), "{shown}: {texts:?}");
}

#[test]
fn a_cut_ends_with_its_mark_on_a_grapheme() {
    let family = "👩‍👩‍👧‍👦";
    for text in [family.repeat(200), "e\u{301}".repeat(500), "🇩🇪".repeat(300), "한글".repeat(300)] {
        let whole: Vec<&str> = icu_segmenter::GraphemeClusterSegmenter::new()
            .segment_str(&text)
            .collect::<Vec<_>>()
            .windows(2)
            .map(|edges| &text[edges[0]..edges[1]])
            .collect();
        for max in 1..120 {
            let short = cut(&text, max);
            assert!(units(&short) <= max);
            let kept = short.strip_suffix('…').expect("the mark");
            let ends = (0..=whole.len()).any(|count| whole[..count].concat() == kept);
            assert!(ends, "{max}: {short}");
        }
        // As posts have it, in a title and in a field.
        let field = Field { label: "What changed".into(), value: Sentence { text: text.as_str().into(), mark: None } };
        let title = Block::Headline { text: text.repeat(3).into(), url: None };
        let body = discord::preview(&Doc::new(vec![title, Block::Fields(vec![field])]), "nonce");
        let title = body["embeds"][0]["title"].as_str().unwrap();
        let kept = title.strip_suffix('…').expect("the mark");
        assert!(
            (0..=whole.len() * 3).any(|count| whole.iter().cycle().take(count).copied().collect::<String>() == kept)
        );
    }
}

const HOSTILE: &str = "**b** *i* __u__ ~~s~~ ||p|| `c` ```x``` [l](https://evil.example) <https://evil.example> https://evil.example \
    <@1> <@!1> <@&2> <#3> </c:4> <:e:5> <a:e:5> <t:1:R> <id:guide> @everyone @here\n# h\n-# s\n> q\n>>> q\n- b\n* b\n\\*not\\*";

/// Hostile text in every place that a message has.
fn hostile() -> Doc {
    let plain = || Plain::new(HOSTILE);
    let sentence = || Sentence { text: plain(), mark: Some("suggestion".into()) };
    let link = |url: Option<&str>| Link { label: plain(), url: url.map(str::to_owned), note: Some(plain()) };
    let blocks = vec![
        Block::Context(vec![plain()]),
        Block::Headline { text: plain(), url: Some("https://news.example/".to_owned()) },
        Block::Lead(plain()),
        Block::Heading(plain()),
        Block::Paragraph(plain()),
        Block::Quote(plain()),
        Block::Fields(vec![Field { label: plain(), value: sentence() }]),
        Block::Tags { label: plain(), values: vec![plain()] },
        Block::List(vec![sentence()]),
        Block::Table { columns: vec![plain(), plain()], rows: vec![vec![plain(), plain()]] },
        Block::Timeline(vec![(plain(), sentence())]),
        Block::Links(vec![link(None), link(Some("https://news.example/a"))]),
        Block::Footer(vec![plain()]),
    ];
    Doc { accent: Accent::Urgent, ..Doc::new(blocks) }
}

/// What is alive in a text, apart from what the bot itself makes so.
fn alive(text: &str, is_allowed: impl Fn(&Mark, &str) -> bool) -> Vec<(Mark, String)> {
    render(text).marks.into_iter().filter(|(mark, inner)| !is_allowed(mark, inner)).collect()
}

#[test]
fn nothing_hostile_is_alive_anywhere_in_a_message() {
    assert!(render(HOSTILE).marks.len() > 15, "it would be, as it stands");
    let mut bodies = discord::preview_answer(&hostile());
    bodies.push(discord::preview(&hostile(), "nonce"));
    for body in bodies {
        assert!(body.get("content").is_none_or(|content| content == ""));
        assert_eq!(body["allowed_mentions"]["parse"], serde_json::json!([]));
        let embed = &body["embeds"][0];
        let fields = embed["fields"].as_array().cloned().unwrap_or_default();
        let mut bare = vec![embed["title"].as_str().unwrap_or_default().to_owned()];
        bare.extend(fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()));
        for text in bare {
            assert_eq!(alive(&text, |_, _| false), [], "{text}");
        }
        let is_mark = |mark: &Mark, inner: &str| *mark == Mark::Italic && inner == "(suggestion)";
        for field in &fields {
            let text = field["value"].as_str().unwrap();
            assert_eq!(alive(text, is_mark), [], "{text}");
        }
        let is_ours = |mark: &Mark, inner: &str| match mark {
            // Leads, headings, dates and first cells are bold as a whole.
            Mark::Bold => inner != "b",
            Mark::Link(url) => url == "https://news.example/a",
            Mark::Quote => true,
            mark => is_mark(mark, inner),
        };
        let description = embed["description"].as_str().unwrap();
        assert_eq!(alive(description, is_ours), [], "{description}");
        // Author and footer know no markdown: they say what the feed said.
        assert!(!embed["footer"].to_string().contains("\\\\_"), "{}", embed["footer"]);
    }
}

/// Thinks for longer than Discord waits, then answers everybody, at length.
struct Ponderous;

#[async_trait]
impl Desk for Ponderous {
    async fn answer(&self, _invocation: Invocation) -> Reply {
        let _ = tokio::time::timeout(Duration::from_secs(2), std::future::pending::<()>()).await;
        Reply::public(long_recap(40))
    }

    async fn suggest(&self, _suggestion: Suggestion) -> Vec<Choice> {
        Vec::new()
    }

    async fn moved(&self, _from: Address, _to: Address) {}
}

#[tokio::test]
async fn all_parts_of_a_slow_answer_are_for_the_same_readers() {
    let simulated = Discord::start().await;
    let guild = simulated.guild("Town");
    let channel = simulated.channel(guild, "news", TEXT);
    let alice = simulated.member(guild, "alice", 0);
    let config = Config { api_url: Some(simulated.url()), ..Config::default() };
    let secrets = Secrets { token: Secret::new(TOKEN.to_owned()), public_key: None };
    let bot = Arc::new(discord::Discord::new(&config, secrets, WORDS, FixedClock::new(START)).unwrap());
    let stop = CancellationToken::new();
    let listening = tokio::spawn({
        let (bot, stop) = (bot.clone(), stop.clone());
        async move { bot.listen(Arc::new(Ponderous), stop).await }
    });
    simulated.gateway_when("the bot to be connected", |stats| stats.ready > 0).await;
    let id = simulated.interact(alice, channel, "digest weekly", &[]);
    let answer = simulated.answer_when(id, |answer| answer.followups.len() >= 2).await;
    assert!(answer.is_deferred);
    assert!(answer.followups.iter().all(|more| more.is_ephemeral == answer.is_ephemeral), "{answer:?}");
    stop.cancel();
    listening.await.unwrap();
}
