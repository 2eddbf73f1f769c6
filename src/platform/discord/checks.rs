//! What `tidings doctor` finds out about Discord.

use serde_json::Value;

use super::access::{Access, NEEDED, text};
use super::rest::{CallError, Rest};
use super::{DIRECT, Transport};
use crate::model::subscription::Address;
use crate::port::Check;

/// What is looked at.
pub struct Checks<'a> {
    pub rest: &'a Rest,
    pub access: &'a Access,
    pub transport: Transport,
    /// `DISCORD_PUBLIC_KEY`, with `transport = "http"`.
    pub public_key: Option<&'a str>,
}

impl Checks<'_> {
    /// The token, the way to invite the bot, how interactions come, and the bot's rights in each of
    /// these places.
    pub async fn all(&self, addresses: &[Address]) -> Vec<Check> {
        let me = match self.rest.get("/users/@me").await {
            Ok(me) => me,
            Err(CallError::Refused { status: 401, .. }) => {
                return vec![Check::problem(
                    "the token is refused; make a new one on the application's page and set DISCORD_TOKEN",
                )];
            }
            Err(error) => return vec![Check::problem(format!("cannot ask Discord: {error}"))],
        };
        let mut checks = vec![Check::ok(format!("logged in as {}", text(&me, "username")))];
        match self.rest.get("/applications/@me").await {
            Ok(application) => {
                let id = text(&application, "id");
                checks.push(Check::ok(format!("to invite the bot: {}", invitation(self.rest.base(), &id))));
                checks.push(match self.transport {
                    Transport::Gateway => self.gateway().await,
                    Transport::Http => self.key(&text(&application, "verify_key")),
                });
            }
            Err(error) => checks.push(Check::problem(format!("cannot read the application: {error}"))),
        }
        for address in addresses {
            checks.push(self.place(address).await);
        }
        checks
    }

    /// The logins that Discord still grants (Gateway, Session Start Limit).
    async fn gateway(&self) -> Check {
        let limit = match self.rest.get("/gateway/bot").await {
            Ok(gateway) => gateway.get("session_start_limit").cloned().unwrap_or_default(),
            Err(error) => return Check::problem(format!("cannot ask for the gateway: {error}")),
        };
        let number = |name: &str| limit.get(name).and_then(Value::as_u64).unwrap_or(0);
        match number("remaining") {
            0 => Check::problem(format!(
                "no login is left today; one is granted again in {} minutes. Is the bot started again and again?",
                number("reset_after").div_ceil(60_000)
            )),
            left => Check::ok(format!(
                "gateway: {left} logins left today. Commands and buttons need no privileged intent, so none is asked \
                 for and none has to be switched on"
            )),
        }
    }

    fn key(&self, of_application: &str) -> Check {
        match self.public_key {
            Some(key) if key.trim().eq_ignore_ascii_case(of_application) => {
                Check::ok("DISCORD_PUBLIC_KEY is the application's")
            }
            _ => Check::problem("DISCORD_PUBLIC_KEY is not this application's; copy it from the application's page"),
        }
    }

    async fn place(&self, address: &Address) -> Check {
        if address.channel.starts_with(DIRECT) {
            return Check::ok(format!("{address}: a direct message"));
        }
        match self.access.missing(&address.channel).await {
            Ok(missing) if missing.is_empty() => Check::ok(format!("{address}: may post")),
            Ok(missing) => {
                Check::problem(format!("{address}: the bot lacks {missing}; give it that in the channel's settings"))
            }
            Err(error) => Check::problem(format!("{address}: {error}; invite the bot again, or unsubscribe there")),
        }
    }
}

fn invitation(base: &str, application: &str) -> String {
    format!(
        "{base}/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={}",
        NEEDED.bits()
    )
}
