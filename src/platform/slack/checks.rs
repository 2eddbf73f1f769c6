//! What `tidings doctor` finds out about Slack.

use serde_json::Value;

use super::DIRECT;
use super::access::{Access, text};
use super::manifest::{HISTORY, SCOPES};
use super::rest::{CallError, Rest};
use crate::model::secret::Secret;
use crate::model::subscription::Address;
use crate::port::Check;

/// What is looked at.
pub struct Checks<'a> {
    pub rest: &'a Rest,
    pub access: &'a Access,
    /// With `transport = "socket"`.
    pub app_token: Option<&'a Secret>,
}

impl Checks<'_> {
    /// The token and its scopes, how words come in, and whether the app is in each of these places.
    pub async fn all(&self, addresses: &[Address]) -> Vec<Check> {
        let (own, scopes) = match self.rest.scopes().await {
            Ok(answer) => answer,
            Err(CallError::Wait { why, .. }) if why.contains("SLACK_BOT_TOKEN") => {
                return vec![Check::problem(
                    "the token is refused; install the app again under OAuth & Permissions, and set SLACK_BOT_TOKEN",
                )];
            }
            Err(error) => return vec![Check::problem(format!("cannot ask Slack: {error}"))],
        };
        let mut checks = vec![Check::ok(format!("logged in as {} in {}", text(&own, "user"), text(&own, "team")))];
        checks.extend(scopes.map(|scopes| rights(&scopes)).unwrap_or_default());
        checks.push(self.ears().await);
        for address in addresses {
            checks.push(self.place(address).await);
        }
        checks
    }

    async fn ears(&self) -> Check {
        let Some(token) = self.app_token else {
            return Check::ok(
                "http: Slack must reach /slack/events, /slack/commands and /slack/interactivity on [web] listen",
            );
        };
        match self.rest.try_socket(token).await {
            Ok(_) => Check::ok("socket: SLACK_APP_TOKEN opens connections"),
            Err(error) => Check::problem(format!(
                "socket: no connection can be opened ({error}); switch Socket Mode on, and make an app-level token \
                 with connections:write for SLACK_APP_TOKEN"
            )),
        }
    }

    async fn place(&self, address: &Address) -> Check {
        if address.channel.starts_with(DIRECT) {
            return match self.access.channel_of(address).await {
                Ok(_) => Check::ok(format!("{address}: a direct message")),
                Err(error) => Check::problem(format!("{address}: {error}; unsubscribe there if that person is gone")),
            };
        }
        let channel = match self.rest.read("conversations.info", &[("channel", &address.channel)]).await {
            Ok(answer) => answer.get("channel").cloned().unwrap_or_default(),
            Err(error) => {
                return Check::problem(format!("{address}: {error}; invite the app again, or unsubscribe there"));
            }
        };
        let is = |name: &str| channel.get(name).and_then(Value::as_bool).unwrap_or(false);
        if is("is_archived") {
            return Check::problem(format!("{address}: the channel is archived; unsubscribe there, or restore it"));
        }
        if !is("is_member") {
            return Check::problem(format!("{address}: the app is not in the channel; write /invite @tidings there"));
        }
        Check::ok(format!("{address}: may post"))
    }
}

fn rights(scopes: &[String]) -> Vec<Check> {
    let lacks = |wanted: &&&str| !scopes.iter().any(|scope| scope == **wanted);
    let missing: Vec<&str> = SCOPES.iter().filter(lacks).copied().collect();
    if missing.is_empty() {
        return vec![Check::ok("scopes: all that are needed, and a lost answer is looked up in the history")];
    }
    let mut checks = vec![Check::problem(format!(
        "the app lacks the scopes {}; take the manifest of \"tidings manifest slack\", and install the app again",
        missing.join(", ")
    ))];
    if missing.iter().any(|scope| HISTORY.contains(scope)) {
        checks.push(Check::problem(
            "at-least-once: without the history a post whose answer was lost comes twice rather than not at all",
        ));
    }
    checks
}
