//! The chat platforms, built from the configuration and the secrets of the environment.

use std::sync::Arc;

use anyhow::anyhow;

use crate::command::spec::WORDS;
use crate::config::{Config, Environment};
use crate::platform::discord::{self, Discord};
use crate::platform::slack::{self, Slack};
use crate::platform::telegram::Telegram;
use crate::port::{Clock, Platform, Webhook};

/// The chat platforms whose tokens are set, and the endpoints that they call.
pub struct Chat {
    pub platforms: Vec<Arc<dyn Platform>>,
    pub webhooks: Vec<Arc<dyn Webhook>>,
}

/// Builds them.
///
/// # Errors
/// What is missing or wrong, in words for the operator.
pub fn chat(config: &Config, environment: &Environment, clock: Arc<dyn Clock>) -> anyhow::Result<Chat> {
    let mut chat = Chat { platforms: Vec::new(), webhooks: Vec::new() };
    if let Some(token) = environment.secret("DISCORD_TOKEN") {
        let secrets = discord::Secrets { token, public_key: environment.secret("DISCORD_PUBLIC_KEY") };
        let discord = Discord::new(&config.discord, secrets, WORDS, clock.clone()).map_err(|error| anyhow!(error))?;
        chat.webhooks.extend(discord.webhook());
        chat.platforms.push(Arc::new(discord));
    }
    if let Some(token) = environment.secret("SLACK_BOT_TOKEN") {
        let secrets = slack::Secrets {
            token,
            app_token: environment.secret("SLACK_APP_TOKEN"),
            signing_secret: environment.secret("SLACK_SIGNING_SECRET"),
        };
        let slack = Slack::new(&config.slack, secrets, WORDS, clock.clone()).map_err(|error| anyhow!(error))?;
        chat.webhooks.extend(slack.webhooks());
        chat.platforms.push(Arc::new(slack));
    }
    if let Some(token) = environment.secret("TELEGRAM_TOKEN") {
        let telegram = Telegram::new(&config.telegram, token, WORDS, clock).map_err(|error| anyhow!(error))?;
        chat.webhooks.extend(telegram.webhook());
        chat.platforms.push(Arc::new(telegram));
    }
    if !chat.webhooks.is_empty() && config.web.listen.is_none() {
        return Err(anyhow!(
            "transport = \"http\" or \"webhook\" needs [web] listen, where the platform's requests come in"
        ));
    }
    Ok(chat)
}

/// A bot that nobody reads is a mistake.
///
/// # Errors
/// When no platform is switched on.
pub fn require_platform(config: &Config, chat: &Chat) -> anyhow::Result<()> {
    if config.terminal.enabled || !chat.platforms.is_empty() {
        return Ok(());
    }
    Err(anyhow!(
        "no platform is on, so nobody would get a card; set [terminal] enabled = true, DISCORD_TOKEN, \
         SLACK_BOT_TOKEN or TELEGRAM_TOKEN"
    ))
}
