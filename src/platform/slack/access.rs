//! What Slack knows of places and people: the workspace, direct conversations, who may manage what.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::DIRECT;
use super::rest::{CallError, Rest};
use super::verdict::passes;
use crate::model::subscription::{Address, PlatformKind};
use crate::port::{Clock, Person};

/// Places and people that are remembered.
const KNOWN_MAX: usize = 50_000;
/// How long what somebody may do is believed for a word. At a press it is asked anew.
const RIGHTS_AGE: SignedDuration = SignedDuration::from_mins(1);
/// Members of a private channel that one page names (conversations.members), and pages that are read.
const MEMBERS_OF_PAGE: &str = "200";
const MEMBER_PAGES_MAX: usize = 20;

/// Who the app is, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub team: String,
    pub user: String,
    /// As people call it: `@tidings`.
    pub name: String,
}

/// What is so between a person and a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub may_manage: bool,
    /// Whether the app can post there.
    pub is_member: bool,
}

pub struct Access {
    rest: Arc<Rest>,
    clock: Arc<dyn Clock>,
    /// Direct conversations, by person.
    directs: Mutex<HashMap<String, String>>,
    rights: Mutex<HashMap<(String, String), (Standing, Timestamp)>>,
    own: Mutex<Option<Own>>,
}

impl Access {
    pub fn new(rest: Arc<Rest>, clock: Arc<dyn Clock>) -> Self {
        Self { rest, clock, directs: Mutex::default(), rights: Mutex::default(), own: Mutex::default() }
    }

    pub async fn own(&self) -> Result<Own, CallError> {
        let known = self.own.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let answer = self.rest.write("auth.test", &json!({})).await?;
        let own = Own { team: text(&answer, "team_id"), user: text(&answer, "user_id"), name: text(&answer, "user") };
        *self.own.lock().unwrap_or_else(PoisonError::into_inner) = Some(own.clone());
        Ok(own)
    }

    /// The channel of an address; a person's is opened.
    pub async fn channel_of(&self, address: &Address) -> Result<String, CallError> {
        match address.channel.strip_prefix(DIRECT) {
            Some(person) => self.direct_with(person).await,
            None => Ok(address.channel.clone()),
        }
    }

    async fn direct_with(&self, person: &str) -> Result<String, CallError> {
        let known = self.directs.lock().unwrap_or_else(PoisonError::into_inner).get(person).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let answer = self.rest.write("conversations.open", &json!({ "users": person })).await?;
        let channel = answer.get("channel").map(|channel| text(channel, "id")).unwrap_or_default();
        if channel.is_empty() {
            return Err(CallError::NoAnswer("Slack names no conversation".to_owned()));
        }
        let mut directs = self.directs.lock().unwrap_or_else(PoisonError::into_inner);
        if directs.len() >= KNOWN_MAX {
            directs.clear();
        }
        directs.insert(person.to_owned(), channel.clone());
        Ok(channel)
    }

    /// Where something was said: the app's own conversation with a person is that person's address,
    /// whatever its channel's id.
    ///
    /// # Errors
    /// When Slack does not say whose conversation it is: taken for another place, what is muted or
    /// subscribed there would go astray.
    pub async fn address(
        &self,
        team: &str,
        channel: &str,
        thread: Option<&str>,
        person: &str,
    ) -> Result<Address, CallError> {
        if channel.is_empty() || (channel.starts_with('D') && self.direct_with(person).await? == channel) {
            return Ok(direct(team, person));
        }
        Ok(Address {
            platform: PlatformKind::Slack,
            workspace: team.to_owned(),
            channel: channel.to_owned(),
            thread: thread.map(str::to_owned),
        })
    }

    /// What is so between them, as known for a minute at most.
    ///
    /// # Errors
    /// As for [`Access::standing_now`]; that is not remembered.
    pub async fn standing(&self, person: &str, at: &Address) -> Result<Standing, CallError> {
        let key = (person.to_owned(), at.channel.clone());
        let now = self.clock.now();
        let known = self.rights.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some((standing, since)) = known
            && now.duration_since(since).abs() < RIGHTS_AGE
        {
            return Ok(standing);
        }
        let standing = self.standing_now(person, at).await?;
        let mut rights = self.rights.lock().unwrap_or_else(PoisonError::into_inner);
        if rights.len() >= KNOWN_MAX {
            rights.clear();
        }
        rights.insert(key, (standing, now));
        Ok(standing)
    }

    /// What is so between them now. What Slack does not let the app see is not so.
    ///
    /// # Errors
    /// When Slack cannot be asked at the moment.
    pub async fn standing_now(&self, person: &str, at: &Address) -> Result<Standing, CallError> {
        if let Some(owner) = at.channel.strip_prefix(DIRECT) {
            // Everybody manages their own conversation, and nobody another's.
            return Ok(Standing { may_manage: owner == person, is_member: true });
        }
        let channel = self.rest.read("conversations.info", &[("channel", &at.channel)]).await;
        let channel = seen(channel)?.get("channel").cloned().unwrap_or_default();
        let is = |name: &str| channel.get(name).and_then(Value::as_bool).unwrap_or(false);
        let is_creator = text(&channel, "creator") == person;
        let user = seen(self.rest.read("users.info", &[("user", person)]).await)?;
        let mut may_manage = user.get("user").is_some_and(|user| manages(user, is_creator));
        // An admin has no say in a private channel that they are not in.
        if may_manage && is("is_private") && !is_creator {
            may_manage = self.is_in(&at.channel, person).await?;
        }
        Ok(Standing { may_manage, is_member: is("is_member") || is("is_im") })
    }
}

impl Access {
    async fn is_in(&self, channel: &str, person: &str) -> Result<bool, CallError> {
        let mut cursor = String::new();
        for _ in 0..MEMBER_PAGES_MAX {
            let mut arguments = vec![("channel", channel), ("limit", MEMBERS_OF_PAGE)];
            arguments.extend((!cursor.is_empty()).then_some(("cursor", cursor.as_str())));
            let page = seen(self.rest.read("conversations.members", &arguments).await)?;
            if page.get("members").and_then(Value::as_array).into_iter().flatten().any(|one| one == person) {
                return Ok(true);
            }
            match page.get("response_metadata").and_then(|data| data.get("next_cursor")?.as_str()) {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(false),
            }
        }
        Ok(false)
    }
}

/// What Slack shows; nothing, where it says that there is nothing for the app to see.
fn seen(answer: Result<Value, CallError>) -> Result<Value, CallError> {
    match answer {
        Err(error) if !passes(&error) => {
            tracing::warn!("Slack does not say who may do what ({error}), so nobody may");
            Ok(Value::Null)
        }
        answer => answer,
    }
}

/// Admins and owners of the workspace manage every channel, and who made a channel manages that.
/// Guests and people of other workspaces manage none.
fn manages(user: &Value, is_creator: bool) -> bool {
    let is = |name: &str| user.get(name).and_then(Value::as_bool).unwrap_or(false);
    let is_outsider = ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted"].into_iter().any(is);
    let is_admin = ["is_admin", "is_owner", "is_primary_owner"].into_iter().any(is);
    !is_outsider && (is_admin || is_creator)
}

/// Where messages to one person go.
pub fn direct(team: &str, person: &str) -> Address {
    Address {
        platform: PlatformKind::Slack,
        workspace: team.to_owned(),
        channel: format!("{DIRECT}{person}"),
        thread: None,
    }
}

pub fn person(team: &str, id: &str) -> Person {
    Person { id: id.to_owned(), direct: direct(team, id) }
}

pub fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
