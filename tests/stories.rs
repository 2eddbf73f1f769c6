//! What the bot does, from a feed to the screen.

use tidings::model::decision::StepResult;
use tidings::model::delivery::DeliveryState;
use tidings::model::feed::Identity;

use crate::world::server::Answer;
use crate::world::{World, hours, minutes};

#[tokio::test]
async fn the_first_poll_is_the_baseline_and_new_items_are_announced_once() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    acme.publish("An old story");
    world.run_until_idle().await;
    assert_eq!(world.screen.headlines(), Vec::<String>::new());

    acme.publish("Amazon eyes $50B");
    acme.publish("Rust 2.0 is released");
    world.pass(minutes(30)).await;
    assert_eq!(world.screen.headlines(), ["Amazon eyes $50B", "Rust 2.0 is released"]);

    world.pass(hours(24)).await;
    world.pass(hours(24)).await;
    assert_eq!(world.screen.headlines(), Vec::<String>::new());
}

#[tokio::test]
async fn the_first_item_of_a_feed_that_was_empty_is_news() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("The first ever");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["The first ever"]);
}

#[tokio::test]
async fn a_restart_fetches_nothing_early_and_repeats_nothing() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("Before the restart");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["Before the restart"]);
    let asked = acme.asked().len();

    world.restart().await;
    world.run_until_idle().await;
    assert_eq!(acme.asked().len(), asked, "the next poll is as far away as it was");
    acme.publish("After the restart");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["After the restart"]);
}

#[tokio::test]
async fn what_was_taken_in_but_not_delivered_is_delivered_after_a_restart() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("Waits in the store");
    world.clock.pass(hours(1));
    world.step_once("poll").await;
    world.restart().await;
    world.run_until_idle().await;
    assert_eq!(world.screen.headlines(), ["Waits in the store"]);
}

#[tokio::test]
async fn edited_titles_dates_and_order_are_not_news() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    let feed = |items: &[(&str, &str, &str)]| {
        let items: String = items
            .iter()
            .map(|(guid, title, date)| {
                format!(
                    "<item><guid>{guid}</guid><title>{title}</title><pubDate>{date}</pubDate>\
                     <link>https://example.com/{guid}</link></item>"
                )
            })
            .collect();
        format!("<rss version=\"2.0\"><channel><title>acme</title>{items}</channel></rss>").into_bytes()
    };
    acme.serve_raw(&feed(&[("a", "First", "Mon, 23 Nov 2026 08:00:00 GMT"), ("b", "Second", "")]));
    world.run_until_idle().await;
    acme.serve_raw(&feed(&[
        ("b", "Second (12 comments)", "Mon, 23 Nov 2026 09:00:00 GMT"),
        ("a", "First, 45 minutes ago", ""),
    ]));
    world.pass(hours(2)).await;
    acme.serve_raw(&feed(&[("b", "Second (13 comments)", "Fri, 01 Jan 2100 00:00:00 GMT")]));
    world.pass(hours(2)).await;
    acme.serve_raw(&feed(&[("a", "First", ""), ("b", "Second", ""), ("c", "Third", "Thu, 01 Jan 1970 00:00:00 GMT")]));
    world.pass(hours(2)).await;
    assert_eq!(world.screen.headlines(), ["Third"], "dates never decide what is new");
}

#[tokio::test]
async fn a_feed_with_a_new_guid_at_every_poll_is_read_by_its_links() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    let feed = |poll: usize, count: usize| {
        let items: String = (0..count)
            .rev()
            .map(|n| {
                format!(
                    "<item><guid>{poll}-{n}</guid><title>Story {n}, {poll} minutes ago</title>\
                     <link>https://example.com/{n}</link></item>"
                )
            })
            .collect();
        format!("<rss version=\"2.0\"><channel><title>acme</title>{items}</channel></rss>").into_bytes()
    };
    acme.serve_raw(&feed(0, 5));
    world.run_until_idle().await;
    for poll in 1..6 {
        acme.serve_raw(&feed(poll, 5));
        world.pass(hours(6)).await;
    }
    assert_eq!(world.screen.headlines(), Vec::<String>::new());
    assert_eq!(world.record(&acme).await.state.identity, Identity::Link);
    acme.serve_raw(&feed(6, 6));
    world.pass(hours(6)).await;
    assert_eq!(world.screen.headlines(), ["Story 5, 6 minutes ago"]);
}

#[tokio::test]
async fn validators_are_echoed_exactly_and_only_after_a_body_was_taken_in() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    let odd = "W/\"a,b \\ c\"";
    let date = "Mon, 23 Nov 2026 08:00:00 +0000 (weird)";
    let broken = Answer::ok("<rss version=\"2.0\"><channel><item>").with("ETag", "\"broken\"");
    acme.answer_next(broken);
    world.run_until_idle().await;
    acme.answer_next(
        Answer::ok("<rss version=\"2.0\"><channel><title>a</title></channel></rss>")
            .with("ETag", odd)
            .with("Last-Modified", date),
    );
    world.pass(hours(1)).await;
    world.pass(hours(2)).await;
    let asked = acme.asked();
    assert_eq!(asked[1].headers.get("if-none-match"), None, "a body that cannot be read has no validators");
    assert_eq!(asked[2].headers.get("if-none-match").unwrap(), odd);
    assert_eq!(asked[2].headers.get("if-modified-since").unwrap(), date);
}

#[tokio::test]
async fn a_failing_feed_backs_off_and_is_visible_and_recovers() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    for _ in 0..4 {
        acme.answer_next(Answer::status(500));
    }
    world.run_until_idle().await;
    let mut last = jiff::SignedDuration::ZERO;
    for _ in 0..3 {
        let record = world.record(&acme).await;
        let wait = record.state.next_poll.duration_since(world.now());
        assert!(wait > last, "each failure waits longer");
        assert!(record.state.health.last_error.unwrap().contains("answered 500"));
        last = wait;
        world.pass(wait).await;
    }
    acme.publish("Back again");
    world.pass(hours(3)).await;
    assert_eq!(world.record(&acme).await.state.health.failures, 0);
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds_and_dates_within_a_week() {
    for (value, expected) in [
        ("7200", hours(2)),
        ("Mon, 23 Nov 2026 12:00:00 GMT", hours(3)),
        ("99999999999", hours(7 * 24)),
        ("-5", minutes(15)),
        ("soon", minutes(15)),
    ] {
        for status in [429, 503] {
            let mut world = World::new().await;
            let acme = world.feed("acme").await;
            acme.answer_next(Answer::status(status).with("Retry-After", value));
            world.run_until_idle().await;
            let wait = world.record(&acme).await.state.next_poll.duration_since(world.now());
            assert!(wait >= expected && wait <= expected + minutes(2), "{status} {value}: {wait}");
        }
    }
}

#[tokio::test]
async fn cache_control_puts_the_next_poll_off_by_a_day_at_most() {
    for (value, expected) in
        [("max-age=21600", hours(6)), ("public, max-age=9999999", hours(24)), ("no-cache, max-age=21600", minutes(15))]
    {
        let mut world = World::new().await;
        let acme = world.feed("acme").await;
        acme.answer_next(
            Answer::ok("<rss version=\"2.0\"><channel><title>a</title></channel></rss>").with("Cache-Control", value),
        );
        world.run_until_idle().await;
        let wait = world.record(&acme).await.state.next_poll.duration_since(world.now());
        assert!(wait >= expected && wait <= expected + expected / 10 + minutes(1), "{value}: {wait}");
    }
}

#[tokio::test]
async fn a_feed_that_is_gone_for_two_days_is_parked() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    for _ in 0..40 {
        acme.answer_next(Answer::status(410));
    }
    world.run_until_idle().await;
    for _ in 0..3 {
        world.pass(hours(25)).await;
    }
    let record = world.record(&acme).await;
    assert!(record.state.health.parked.unwrap().contains("gone for good"));
    let asked = acme.asked().len();
    world.pass(hours(500)).await;
    assert_eq!(acme.asked().len(), asked, "a parked feed is left alone");
}

#[tokio::test]
async fn a_permanent_redirect_is_believed_after_a_day_and_three_polls() {
    let mut world = World::new().await;
    let new = world.server.feed("new-home");
    let old = world.feed("acme").await;
    for _ in 0..20 {
        old.answer_next(Answer::status(301).with("Location", &new.url()));
    }
    world.run_until_idle().await;
    for _ in 0..2 {
        assert_eq!(world.record(&old).await.state.url, old.url());
        world.pass(hours(13)).await;
    }
    assert_eq!(world.record(&old).await.state.url, new.url());
    new.publish("From the new home");
    world.pass(hours(24)).await;
    assert_eq!(world.screen.headlines(), ["From the new home"]);
}

#[tokio::test]
async fn a_site_leads_to_its_feed() {
    let mut world = World::new().await;
    let feed = world.server.feed("the-feed");
    feed.publish("Old");
    let html = "<html><head><title>Acme</title><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/the-feed.xml\"></head></html>";
    let site = world.server.page("/site", Answer::ok(html));
    world.watch(&site.url()).await;
    world.run_until_idle().await;
    feed.publish("New");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["New"]);
    assert_eq!(world.record(&site).await.state.url, feed.url());
}

#[tokio::test]
async fn a_sick_or_slow_feed_delays_no_healthy_one() {
    let mut world = World::new().await;
    let healthy = world.feed("healthy").await;
    for (name, answer) in [
        ("drip", Answer::Drip),
        ("silent", Answer::Silence),
        ("html", Answer::ok("<html><title>No feed</title></html>")),
        ("empty", Answer::ok("")),
        ("garbage", Answer::ok(vec![0xff, 0xfe, 0x00])),
    ] {
        let sick = world.server.page(&format!("/{name}"), answer);
        world.watch(&sick.url()).await;
    }
    world.run_until_idle().await;
    healthy.publish("Healthy news");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["Healthy news"]);
    let failing = world.store().feeds().await.unwrap().into_iter().filter(|one| one.state.health.failures > 0).count();
    assert_eq!(failing, 5);
}

#[tokio::test]
async fn a_flood_of_new_items_is_taken_in_portions_and_none_is_lost() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    for n in 0..450 {
        acme.publish(&format!("Story number {n}"));
    }
    world.pass(hours(1)).await;
    world.pass(minutes(5)).await;
    world.pass(minutes(5)).await;
    let expected: Vec<String> = (0..450).map(|n| format!("Story number {n}")).collect();
    assert_eq!(world.screen.headlines(), expected);
}

#[tokio::test]
async fn a_subscription_that_was_removed_and_comes_back_starts_from_a_new_baseline() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    world.unwatch_all().await;
    world.run_until_idle().await;
    acme.publish("While nobody listened");
    world.pass(hours(48)).await;
    world.watch(&acme.url()).await;
    world.run_until_idle().await;
    acme.publish("Listening again");
    world.pass(hours(24)).await;
    assert_eq!(world.screen.headlines(), ["Listening again"]);
}

#[tokio::test]
async fn what_is_long_past_is_forgotten_and_still_not_repeated() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("Once upon a time");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["Once upon a time"]);
    for _ in 0..95 {
        world.pass(hours(24)).await;
    }
    let counts = world.store().counts().await.unwrap();
    assert_eq!((counts.items, counts.open_deliveries), (0, 0));
    assert!(world.store().deliveries(10).await.unwrap().is_empty());
    assert_eq!(world.screen.headlines(), Vec::<String>::new());
}

#[tokio::test]
async fn every_delivery_leaves_its_decision_and_its_trace() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("Traceable");
    world.pass(hours(1)).await;
    let deliveries = world.store().deliveries(10).await.unwrap();
    let [delivery] = deliveries.as_slice() else { panic!("one delivery, not {}", deliveries.len()) };
    assert!(matches!(delivery.state, DeliveryState::Sent { .. }));
    let decisions = world.store().decisions(delivery.item().unwrap()).await.unwrap();
    assert_eq!(decisions.len(), 1);
    assert!(decisions[0].steps.iter().all(|step| step.result != StepResult::Failed));
}
