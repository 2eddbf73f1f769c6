//! What `tidings doctor` finds out about Telegram.

use serde_json::{Value, json};

use super::access::{Access, text};
use super::rest::{CallError, Rest};
use super::{Transport, webhook};
use crate::model::subscription::Address;
use crate::port::Check;

/// What is looked at.
pub struct Checks<'a> {
    pub rest: &'a Rest,
    pub access: &'a Access,
    pub transport: Transport,
}

impl Checks<'_> {
    /// The token, how words come, and the bot's rights in each of these places.
    pub async fn all(&self, addresses: &[Address]) -> Vec<Check> {
        let me = match self.access.ask_me().await {
            Ok(me) => me,
            Err(CallError::Refused { code: 401 | 404, .. }) => {
                return vec![Check::problem(
                    "the token is refused; ask @BotFather for it with /token and set TELEGRAM_TOKEN",
                )];
            }
            Err(error) => return vec![Check::problem(format!("cannot ask Telegram: {error}"))],
        };
        let mut checks = vec![Check::ok(format!("logged in as @{}: https://t.me/{}", me.name, me.name))];
        checks.push(match me.can_join_groups {
            true => Check::ok("groups: the bot may be added to them"),
            false => Check::problem("groups: the bot may not be added to any; tell @BotFather /setjoingroups"),
        });
        if me.hears_everything {
            checks.push(Check::ok("privacy mode is off: the bot is sent all messages of its groups, and needs none but commands; @BotFather /setprivacy switches it on"));
        }
        checks.push(self.transport().await);
        for address in addresses {
            checks.push(self.place(address).await);
        }
        checks
    }

    async fn transport(&self) -> Check {
        let info = match self.rest.ask("getWebhookInfo", &json!({})).await {
            Ok(info) => info,
            Err(error) => return Check::problem(format!("cannot ask how words come: {error}")),
        };
        let url = text(&info, "url");
        let shown = self.rest.masked(url);
        let is_certified = info.get("has_custom_certificate").and_then(Value::as_bool) == Some(true);
        let waiting = info.get("pending_update_count").and_then(Value::as_u64).unwrap_or(0);
        match (self.transport, url.is_empty()) {
            (Transport::Poll, true) => Check::ok(format!("long polling; {waiting} updates wait")),
            (Transport::Poll, false) => Check::problem(format!(
                "a webhook is set ({shown}), so nothing comes by polling; \"tidings run\" takes it away, or set \
                 [telegram] transport = \"webhook\""
            )),
            (Transport::Webhook, true) => {
                Check::problem(format!("Telegram does not know where this bot is; {}", webhook::how_to_set()))
            }
            (Transport::Webhook, false) if !url.ends_with(webhook::PATH) => Check::problem(format!(
                "the webhook is {shown}, which is not {}; {}",
                webhook::PATH,
                webhook::how_to_set()
            )),
            (Transport::Webhook, false) => match text(&info, "last_error_message") {
                "" => Check::ok(format!("webhook {shown}; {waiting} updates wait")),
                error if is_certified && error.contains("401") => {
                    Check::problem(format!("webhook {shown}: {error}; {}", webhook::how_to_certify()))
                }
                error => Check::problem(format!("webhook {shown}: {error}; {waiting} updates wait")),
            },
        }
    }

    async fn place(&self, address: &Address) -> Check {
        if !address.channel.starts_with('-') {
            return Check::ok(format!("{address}: a private chat"));
        }
        let missing = match self.access.chat(&address.channel).await {
            Ok(chat) => {
                if address.thread.is_some() && chat.get("is_forum").and_then(Value::as_bool) != Some(true) {
                    return Check::problem(format!(
                        "{address}: the group has no topics any more; subscribe there again"
                    ));
                }
                self.access.missing(&chat).await
            }
            Err(error) => Err(error),
        };
        match missing {
            Ok(None) => Check::ok(format!("{address}: may post")),
            Ok(Some(missing)) => Check::problem(format!("{address}: {missing}")),
            Err(error) => Check::problem(format!("{address}: {error}; add the bot there again, or unsubscribe there")),
        }
    }
}
