//! What a bot can ask about places and people, and what was said there.

use serde_json::{Value, json};

use super::api::{Accepted, Outcome, Refused, refuse};
use super::http::Request;
use super::messages::Message;
use super::state::{APP, BOT, BOT_ID, Channel, Id, Place, State, TEAM, Ts};

const PAGE_MAX: u64 = 999;

/// One page of a list, and how to ask for the next.
fn page<T>(all: Vec<T>, request: &Request, usual: u64) -> Result<(Vec<T>, String), Refused> {
    let limit = request.number("limit").unwrap_or(usual);
    if limit == 0 || limit > PAGE_MAX + 1 {
        return Err(refuse("invalid_limit"));
    }
    let start = match request.text("cursor") {
        None => 0,
        Some(cursor) => cursor
            .strip_prefix("next:")
            .and_then(|rest| rest.trim_end_matches('=').parse().ok())
            .ok_or_else(|| refuse("invalid_cursor"))?,
    };
    let (total, end) = (all.len(), start + limit as usize);
    let next = if end < total { format!("next:{end}=") } else { String::new() };
    Ok((all.into_iter().skip(start).take(limit as usize).collect(), next))
}

impl State {
    pub fn auth_test(&self) -> Accepted {
        Accepted::with(json!({
            "url": "https://sim.slack.com/", "team": self.team_name, "user": "tidings", "team_id": TEAM,
            "user_id": BOT, "bot_id": BOT_ID, "is_enterprise_install": false,
        }))
    }

    pub fn team_info(&self) -> Accepted {
        let team = json!({"id": TEAM, "name": self.team_name, "domain": "sim", "email_domain": "", "icon": {}});
        Accepted::with(json!({"team": team}))
    }

    pub fn bot_info(&self, request: &Request) -> Outcome {
        if request.id("bot").is_some_and(|bot| bot != BOT_ID) {
            return Err(refuse("bot_not_found"));
        }
        let bot =
            json!({"id": BOT_ID, "deleted": false, "name": "tidings", "app_id": APP, "user_id": BOT, "icons": {}});
        Ok(Accepted::with(json!({"bot": bot})))
    }

    pub fn user_info(&self, request: &Request) -> Outcome {
        let user = request.id("user").ok_or_else(|| refuse("user_not_found"))?;
        if user != BOT && !self.people.contains_key(&user) {
            return Err(refuse("user_not_found"));
        }
        Ok(Accepted::with(json!({"user": self.wire_user(user)})))
    }

    /// Which scope a channel asks for, by what is to be done with it.
    fn check_scope(&self, channel: &Channel, deed: &str) -> Result<(), Refused> {
        let kind = match channel.place {
            Place::Public => "channels",
            Place::Private => "groups",
            Place::Direct => "im",
        };
        let scope = format!("{kind}:{deed}");
        if self.scopes.contains(&scope) { Ok(()) } else { Err(self.missing_scope(&[&scope])) }
    }

    pub fn list_channels(&self, request: &Request) -> Outcome {
        let types = request.text("types").unwrap_or("public_channel");
        let places: Vec<Place> = types
            .split(',')
            .map(|kind| match kind.trim() {
                "public_channel" => Ok(Place::Public),
                "private_channel" => Ok(Place::Private),
                "im" => Ok(Place::Direct),
                _ => Err(refuse("invalid_types")),
            })
            .collect::<Result<_, _>>()?;
        let is_listed = |channel: &&Channel| {
            places.contains(&channel.place)
                && self.visible(Some(channel.id)).is_ok()
                && !(request.flag("exclude_archived") && channel.is_archived)
        };
        let all: Vec<&Channel> = self.channels.values().filter(is_listed).collect();
        for channel in &all {
            self.check_scope(channel, "read")?;
        }
        let (channels, next) = page(all, request, 100)?;
        let channels: Vec<Value> = channels.into_iter().map(|channel| self.wire_channel(channel)).collect();
        Ok(Accepted::with(json!({"channels": channels, "response_metadata": {"next_cursor": next}})))
    }

    pub fn channel_info(&self, request: &Request) -> Outcome {
        let channel = self.visible(request.id("channel"))?;
        self.check_scope(channel, "read")?;
        Ok(Accepted::with(json!({"channel": self.wire_channel(channel)})))
    }

    pub fn channel_members(&self, request: &Request) -> Outcome {
        let channel = self.visible(request.id("channel"))?;
        self.check_scope(channel, "read")?;
        let (members, next) = page(channel.members.iter().copied().collect(), request, 100)?;
        Ok(Accepted::with(json!({"members": members, "response_metadata": {"next_cursor": next}})))
    }

    pub fn open_dm(&mut self, request: &Request) -> Outcome {
        let users = request.text("users").ok_or_else(|| refuse("users_list_not_supplied"))?;
        let person: Option<Id> = users.parse().ok();
        let person =
            person.filter(|person| self.people.contains_key(person)).ok_or_else(|| refuse("user_not_found"))?;
        if self.people[&person].is_deactivated {
            return Err(refuse("user_disabled"));
        }
        let is_new = !self.channels.values().any(|one| one.place == Place::Direct && one.members.contains(&person));
        let channel = self.dm(person);
        let wire = if request.flag("return_im") {
            self.wire_channel(&self.channels[&channel])
        } else {
            json!({"id": channel})
        };
        Ok(Accepted::with(json!({"channel": wire, "already_open": !is_new, "no_op": !is_new})))
    }

    pub fn join_channel(&mut self, request: &Request) -> Outcome {
        let channel = self.visible(request.id("channel"))?;
        if channel.place != Place::Public {
            return Err(refuse("method_not_supported_for_channel_type"));
        }
        if channel.is_archived {
            return Err(refuse("is_archived"));
        }
        let id = channel.id;
        self.channels.get_mut(&id).unwrap().members.insert(BOT);
        Ok(Accepted::with(json!({"channel": self.wire_channel(&self.channels[&id])})))
    }

    /// A channel whose messages the bot may read.
    fn readable(&self, request: &Request) -> Result<&Channel, Refused> {
        let channel = self.visible(request.id("channel"))?;
        self.check_scope(channel, "history")?;
        if channel.has_bot() { Ok(channel) } else { Err(refuse("not_in_channel")) }
    }

    pub fn history(&self, request: &Request) -> Outcome {
        let channel = self.readable(request)?.id;
        let of_channel =
            |message: &&Message| message.channel == channel && (message.thread.is_none() || message.is_broadcast);
        let newest_first = self.messages.values().rev().filter(of_channel).collect();
        self.told(newest_first, request)
    }

    pub fn replies(&self, request: &Request) -> Outcome {
        let channel = self.readable(request)?.id;
        let ts: Option<Ts> = request.text("ts").and_then(|ts| ts.parse().ok());
        let asked = ts.and_then(|ts| self.messages.get(&ts)).filter(|one| one.channel == channel && !one.is_deleted);
        let asked = asked.ok_or_else(|| refuse("thread_not_found"))?;
        let parent = asked.thread.unwrap_or(asked.ts);
        let all = self.messages.values().filter(|one| one.ts == parent || one.thread == Some(parent));
        self.told(all.collect(), request)
    }

    /// A page of messages, from and to a time.
    fn told(&self, all: Vec<&Message>, request: &Request) -> Outcome {
        let time = |key: &str, error: &str| match request.text(key) {
            None => Ok(None),
            Some(text) => text.parse::<Ts>().map(Some).map_err(|()| refuse(error)),
        };
        let (oldest, latest) = (time("oldest", "invalid_ts_oldest")?, time("latest", "invalid_ts_latest")?);
        let is_inclusive = request.flag("inclusive");
        let is_within = |message: &&Message| {
            let after = oldest.is_none_or(|oldest| message.ts > oldest || is_inclusive && message.ts == oldest);
            let before = latest.is_none_or(|latest| message.ts < latest || is_inclusive && message.ts == latest);
            after && before && !message.is_deleted && !message.is_ephemeral()
        };
        let (messages, next) = page(all.into_iter().filter(is_within).collect(), request, 100)?;
        let with_metadata = request.flag("include_all_metadata");
        let messages: Vec<Value> = messages.into_iter().map(|one| self.wire_message(one, with_metadata)).collect();
        let mut body = json!({"messages": messages, "has_more": !next.is_empty(), "pin_count": 0});
        if !next.is_empty() {
            body["response_metadata"] = json!({"next_cursor": next});
        }
        Ok(Accepted::with(body))
    }
}
