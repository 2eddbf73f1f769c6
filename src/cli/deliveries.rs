//! `tidings deliveries`: what was sent, what waits, what is dead.

use anyhow::Context;
use jiff::Timestamp;
use serde_json::json;

use super::table::{columns, short};
use super::{desk, out};
use crate::config::Config;
use crate::control::{Answer, Question};
use crate::model::delivery::{Delivery, DeliveryState, Notice};
use crate::model::id::DeliveryId;

/// Lines that are shown of a long history.
const SHOWN_MAX: usize = 200;

#[derive(clap::Args)]
pub struct Args {
    /// Only dead letters
    #[arg(long)]
    dead: bool,
    /// Send a dead letter again at the next run
    #[arg(long, value_name = "ID")]
    retry: Option<String>,
    /// One JSON array
    #[arg(long)]
    json: bool,
}

pub async fn execute(args: &Args, config: &Config) -> anyhow::Result<()> {
    if let Some(id) = &args.retry {
        return retry(id, config).await;
    }
    let Answer::Deliveries(all) = desk::ask(config, Question::Deliveries).await? else {
        return Err(desk::misunderstood());
    };
    let is_dead = |delivery: &Delivery| matches!(delivery.state, DeliveryState::Dead { .. });
    let wanted: Vec<Delivery> = all.into_iter().filter(|delivery| !args.dead || is_dead(delivery)).collect();
    if args.json {
        let all: Vec<_> = wanted.iter().map(as_json).collect();
        out::line(serde_json::to_string(&all)?)?;
        return Ok(());
    }
    if wanted.is_empty() {
        out::line(if args.dead { "No dead letters." } else { "Nothing has been sent yet." })?;
        return Ok(());
    }
    let rows: Vec<Vec<String>> = wanted.iter().take(SHOWN_MAX).map(row).collect();
    out::text(columns(&["ID", "STATE", "TO", "SINCE", "NOTE"], &rows))?;
    if wanted.len() > SHOWN_MAX {
        out::line(format_args!("... and {} older ones (--json lists all)", wanted.len() - SHOWN_MAX))?;
    }
    Ok(())
}

async fn retry(id: &str, config: &Config) -> anyhow::Result<()> {
    let answer = desk::ask(config, Question::Retry(DeliveryId::new(id)))
        .await
        .context("nothing was changed; `tidings deliveries --dead` lists what can be sent again")?;
    let Answer::Retried(delivery) = answer else { return Err(desk::misunderstood()) };
    out::line(format_args!("{} goes to {} within a minute of the bot running.", delivery.id, delivery.to))?;
    Ok(())
}

fn state(delivery: &Delivery) -> (&'static str, Timestamp, String) {
    match &delivery.state {
        DeliveryState::Queued { due, in_doubt } => {
            let doubt = if *in_doubt { "may have arrived; " } else { "" };
            let error = delivery.last_error.as_deref().unwrap_or_default();
            ("queued", delivery.created, format!("{doubt}next at {due} {error}").trim_end().to_owned())
        }
        DeliveryState::Sending { lease_until } => ("sending", delivery.created, format!("until {lease_until}")),
        DeliveryState::Sent { at, .. } => ("sent", *at, String::new()),
        DeliveryState::Dead { at, reason } => ("dead", *at, reason.clone()),
    }
}

fn row(delivery: &Delivery) -> Vec<String> {
    let (state, since, note) = state(delivery);
    let since = since.strftime("%Y-%m-%d %H:%M:%S").to_string();
    vec![delivery.id.to_string(), state.to_owned(), delivery.to.to_string(), since, short(&note, 80)]
}

fn as_json(delivery: &Delivery) -> serde_json::Value {
    let (state, since, note) = state(delivery);
    let notice = match &delivery.notice {
        Notice::Card(_) => "card",
        Notice::Amended(_) => "edit",
        Notice::Recap(_) => "recap",
        Notice::Resting(_) => "resting",
        Notice::Health(_) => "health",
    };
    json!({
        "id": delivery.id,
        "state": state,
        "to": delivery.to.to_string(),
        "notice": notice,
        "card": delivery.item(),
        "created": delivery.created,
        "since": since,
        "attempts": delivery.attempts,
        "note": note,
    })
}
