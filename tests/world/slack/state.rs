//! What Slack knows: a workspace, its people, channels, messages, views and files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::api::Rest;
use super::faults::Faults;
use super::interactions::{Interaction, InteractionId};
use super::messages::{File, Message};
use super::signed::Post;
use super::sockets::Sockets;
use super::views::View;

/// What Slack calls things: a letter that tells the kind, and the rest. `C0SIM00012` is a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub char, pub u32);

/// The bot's user, its bot, its app and the workspace.
pub const BOT: Id = Id('U', 1);
pub const BOT_ID: Id = Id('B', 1);
pub const APP: Id = Id('A', 1);
pub const TEAM: Id = Id('T', 1);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}0SIM{:05}", self.0, self.1)
    }
}

impl FromStr for Id {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let kind = text.chars().next().ok_or(())?;
        let number = text.get(1..).and_then(|rest| rest.strip_prefix("0SIM")).ok_or(())?;
        Ok(Self(kind, number.parse().map_err(|_| ())?))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// When a message was posted, in microseconds since 1970, which is also its name. No two are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(pub u64);

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

impl FromStr for Ts {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (seconds, micros) = text.split_once('.').unwrap_or((text, "0"));
        let seconds: u64 = seconds.parse().map_err(|_| ())?;
        let micros: u64 = format!("{micros:0<6}").get(..6).ok_or(())?.parse().map_err(|_| ())?;
        Ok(Self(seconds * 1_000_000 + micros))
    }
}

impl Serialize for Ts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What somebody is in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Member,
    Admin,
    Owner,
    /// Sees only the channels that they were invited to.
    Guest,
}

pub struct Person {
    pub id: Id,
    pub name: String,
    pub role: Role,
    pub locale: String,
    pub is_deactivated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Public,
    Private,
    Direct,
}

#[derive(Clone)]
pub struct Channel {
    pub id: Id,
    pub name: String,
    pub place: Place,
    pub creator: Id,
    /// People, and the bot when it is in.
    pub members: BTreeSet<Id>,
    pub is_archived: bool,
    pub is_deleted: bool,
    /// Only admins may post, and no app.
    pub is_restricted: bool,
}

impl Channel {
    pub fn has_bot(&self) -> bool {
        self.members.contains(&BOT)
    }
}

/// The scopes that a bot has, unless a test takes some away.
const SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "team:read",
    "users:read",
];

pub struct State {
    pub address: SocketAddr,
    /// Seconds since 1970.
    pub now: f64,
    pub team_name: String,
    pub people: BTreeMap<Id, Person>,
    pub channels: BTreeMap<Id, Channel>,
    pub messages: BTreeMap<Ts, Message>,
    pub views: BTreeMap<Id, View>,
    /// What each person's home tab shows.
    pub homes: BTreeMap<Id, Id>,
    pub files: BTreeMap<Id, File>,
    pub interactions: BTreeMap<InteractionId, Interaction>,
    /// Each envelope ever sent, and what it was about.
    pub envelopes: HashMap<String, InteractionId>,
    /// The options that were last suggested for an action.
    pub suggested: HashMap<String, Vec<Value>>,
    pub scopes: BTreeSet<String>,
    /// What is wrong with the tokens.
    pub bot_token_error: Option<&'static str>,
    pub app_token_error: Option<&'static str>,
    /// Whether `#news` in a command's text becomes `<#C123|news>`.
    pub escapes: bool,
    /// The app's direct messages are switched off.
    pub takes_no_dms: bool,
    /// Beginnings of addresses from which Slack cannot load pictures.
    pub broken_pictures: Vec<String>,
    /// Where the bot listens, if it does not come by socket.
    pub request_url: Option<String>,
    pub outbox: mpsc::UnboundedSender<Post>,
    pub rest: Rest,
    pub faults: Faults,
    pub sockets: Sockets,
    next_id: u32,
    last_ts: u64,
}

impl State {
    pub fn new(address: SocketAddr, now: f64, outbox: mpsc::UnboundedSender<Post>) -> Self {
        Self {
            address,
            now,
            team_name: "Town".to_owned(),
            people: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            views: BTreeMap::new(),
            homes: BTreeMap::new(),
            files: BTreeMap::new(),
            interactions: BTreeMap::new(),
            envelopes: HashMap::new(),
            suggested: HashMap::new(),
            scopes: SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
            bot_token_error: None,
            app_token_error: None,
            escapes: true,
            takes_no_dms: false,
            broken_pictures: Vec::new(),
            request_url: None,
            outbox,
            rest: Rest::default(),
            faults: Faults::default(),
            sockets: Sockets::default(),
            next_id: 100,
            last_ts: 0,
        }
    }

    pub fn next_number(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    pub fn new_id(&mut self, kind: char) -> Id {
        Id(kind, self.next_number())
    }

    pub fn new_ts(&mut self) -> Ts {
        self.last_ts = (self.last_ts + 1).max((self.now * 1e6) as u64);
        Ts(self.last_ts)
    }

    pub fn add_person(&mut self, name: &str, role: Role) -> Id {
        let id = self.new_id('U');
        let person = Person { id, name: name.to_owned(), role, locale: "en-US".to_owned(), is_deactivated: false };
        self.people.insert(id, person);
        id
    }

    pub fn add_channel(&mut self, name: &str, place: Place, creator: Id, members: &[Id]) -> Id {
        let id = self.new_id(if place == Place::Direct { 'D' } else { 'C' });
        let channel = Channel {
            id,
            name: name.to_owned(),
            place,
            creator,
            members: members.iter().copied().collect(),
            is_archived: false,
            is_deleted: false,
            is_restricted: false,
        };
        self.channels.insert(id, channel);
        id
    }

    /// The conversation between the bot and somebody.
    pub fn dm(&mut self, person: Id) -> Id {
        let is_it = |channel: &&Channel| channel.place == Place::Direct && channel.members.contains(&person);
        let found = self.channels.values().find(is_it).map(|channel| channel.id);
        found.unwrap_or_else(|| self.add_channel("directmessage", Place::Direct, person, &[person, BOT]))
    }

    pub fn name_of(&self, person: Id) -> &str {
        if person == BOT { "tidings" } else { &self.people[&person].name }
    }

    pub fn wire_user(&self, id: Id) -> Value {
        let role = self.people.get(&id).map_or(Role::Member, |person| person.role);
        let name = self.name_of(id);
        json!({
            "id": id, "team_id": TEAM, "name": name, "real_name": name, "tz": "Etc/UTC", "tz_offset": 0,
            "deleted": self.people.get(&id).is_some_and(|person| person.is_deactivated),
            "is_bot": id == BOT, "is_app_user": false,
            "is_admin": matches!(role, Role::Admin | Role::Owner), "is_owner": role == Role::Owner,
            "is_primary_owner": false, "is_restricted": role == Role::Guest, "is_ultra_restricted": false,
            "locale": self.people.get(&id).map_or("en-US", |person| &person.locale),
            "profile": {"real_name": name, "display_name": name, "team": TEAM},
        })
    }

    pub fn wire_channel(&self, channel: &Channel) -> Value {
        let other = channel.members.iter().find(|member| **member != BOT);
        if channel.place == Place::Direct {
            return json!({
                "id": channel.id, "is_im": true, "is_channel": false, "is_group": false, "is_mpim": false,
                "is_private": true, "is_archived": false, "is_org_shared": false, "user": other,
                "created": 1_700_000_000, "context_team_id": TEAM, "is_open": true, "priority": 0,
            });
        }
        json!({
            "id": channel.id, "name": channel.name, "name_normalized": channel.name,
            "is_channel": true, "is_group": false, "is_im": false, "is_mpim": false,
            "is_private": channel.place == Place::Private, "is_archived": channel.is_archived,
            "is_general": false, "is_member": channel.has_bot(), "is_shared": false, "is_ext_shared": false,
            "is_org_shared": false, "is_read_only": channel.is_restricted, "creator": channel.creator,
            "created": 1_700_000_000, "context_team_id": TEAM, "num_members": channel.members.len(),
            "topic": {"value": "", "creator": "", "last_set": 0}, "purpose": {"value": "", "creator": "", "last_set": 0},
        })
    }
}
