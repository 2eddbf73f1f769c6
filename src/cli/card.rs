//! `tidings card`: the cards of a feed, or of items as JSON Lines.

use std::io::{BufWriter, IsTerminal, Write};

use clap::ValueEnum;
use jiff::Timestamp;

use super::{items, source};
use crate::app::{self, SystemClock};
use crate::config::Config;
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::feed::{Feed, FeedRecord, FeedState};
use crate::model::id::DeliveryId;
use crate::model::item::Item;
use crate::pipeline::{present, sift};
use crate::platform::terminal::{Style, lower};
use crate::platform::{discord, slack, telegram};
use crate::port::{Analyst, Clock};
use crate::progress::Progress;
use crate::web::page;

#[derive(clap::Args)]
pub struct Args {
    /// A file, a URL, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    source: String,
    /// Read items as JSON Lines {"id","title","url","source","published","lang","text"} instead of a feed
    #[arg(long)]
    items: bool,
    /// Make at most this many cards
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Who makes the cards; without it, as configured
    #[arg(long, value_enum)]
    analyst: Option<AnalystName>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AnalystName {
    Embedded,
    Llm,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// One card per line
    Json,
    /// A page with all cards
    Html,
    /// The body of the request that would be sent to Discord, one per line
    Discord,
    /// The body of the request that would be sent to Slack, one per line
    Slack,
    /// The body of the request that would be sent to Telegram, one per line
    Telegram,
}

pub async fn execute(args: &Args, config: &Config) -> anyhow::Result<()> {
    let mut config = config.clone();
    match args.analyst {
        Some(AnalystName::Embedded) => config.analyst.mode = crate::config::AnalystMode::Embedded,
        Some(AnalystName::Llm) => config.analyst.mode = crate::config::AnalystMode::Llm,
        None => {}
    }
    let analyst = app::analyst(&config)?;
    let source = source::read(&args.source, &config).await?;
    let now = SystemClock.now();
    let items = if args.items {
        items::read(&source.bytes, &args.source, now)?
    } else {
        entries(&source, &config, now).await?
    };
    let items: Vec<Item> = items.into_iter().take(args.limit.unwrap_or(usize::MAX)).collect();
    // On a terminal the cards themselves show how far it is.
    let progress = (!std::io::stdout().is_terminal()).then(|| Progress::counted("cards", items.len()));
    let mut out = BufWriter::new(std::io::stdout().lock());
    let labels = config.labels();
    let style = Style::of_stdout();
    if args.format == Format::Html {
        write!(out, "{}", page::HEAD)?;
    }
    for item in &items {
        let card: Card = analyst.analyse(item).await?;
        progress.iter().for_each(Progress::advance);
        match args.format {
            Format::Json => writeln!(out, "{}", card.to_json())?,
            Format::Text => write!(out, "{}", lower(&present::card(&card, &labels, None, Words::default()), style))?,
            Format::Html => write!(out, "{}", page::article(&present::card(&card, &labels, None, Words::default())))?,
            Format::Telegram => {
                writeln!(out, "{}", telegram::preview(&present::card(&card, &labels, None, Words::default())))?;
            }
            Format::Discord => {
                let nonce = DeliveryId::of_notice(card.id.as_str(), "preview");
                let doc = present::card(&card, &labels, None, Words::default());
                writeln!(out, "{}", discord::preview(&doc, nonce.as_str()))?;
            }
            Format::Slack => {
                let delivery = DeliveryId::of_notice(card.id.as_str(), "preview");
                let doc = present::card(&card, &labels, None, Words::default());
                writeln!(out, "{}", slack::preview(&doc, delivery.as_str()))?;
            }
        }
    }
    if args.format == Format::Html {
        write!(out, "{}", page::FOOT)?;
    }
    Ok(out.flush()?)
}

/// The entries of a feed as items, in document order.
async fn entries(source: &source::Source, config: &Config, now: Timestamp) -> anyhow::Result<Vec<Item>> {
    let feed = source::feed(source, None, config).await?;
    let url = source.url.clone().or_else(|| feed.home_url.clone()).unwrap_or_default();
    let record = FeedRecord { feed: Feed::new(&url), state: FeedState::new(&url, now) };
    Ok(feed.entries.iter().map(|entry| sift::item_of(&record, &feed, entry, now)).collect())
}
