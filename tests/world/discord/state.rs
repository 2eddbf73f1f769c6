//! What Discord knows: guilds, channels, people, roles, and who may do what where.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use super::gateway::intent;
use super::messages::File;
use super::people::Interaction;
use super::{DIRECT, Faults, Gateway, Message, Rest, TOKEN};

/// A snowflake.
pub type Id = u64;

/// The permission bits that matter to a bot that writes.
pub mod permission {
    pub const ADMINISTRATOR: u64 = 1 << 3;
    pub const MANAGE_CHANNELS: u64 = 1 << 4;
    pub const VIEW_CHANNEL: u64 = 1 << 10;
    pub const SEND_MESSAGES: u64 = 1 << 11;
    pub const EMBED_LINKS: u64 = 1 << 14;
    pub const ATTACH_FILES: u64 = 1 << 15;
    pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
    pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
    pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
    /// What everybody may do in a new guild.
    pub const EVERYBODY: u64 = VIEW_CHANNEL
        | SEND_MESSAGES
        | EMBED_LINKS
        | ATTACH_FILES
        | READ_MESSAGE_HISTORY
        | CREATE_PUBLIC_THREADS
        | SEND_MESSAGES_IN_THREADS;
    pub const ALL: u64 = (1 << 52) - 1;
}

/// The bot's user and its application have the same id, as they mostly have.
pub const BOT: Id = 100_000_000_000_000_100;
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

#[derive(Clone)]
pub struct Person {
    pub id: Id,
    pub name: String,
    pub locale: String,
    pub takes_dms: bool,
    /// Has the bot for themselves, so that it may write to them without a common guild.
    pub has_installed: bool,
}

pub struct Guild {
    pub id: Id,
    pub name: String,
    pub owner: Id,
    pub has_bot: bool,
    pub roles: Vec<Role>,
    /// Who is a member, and with which roles.
    pub members: BTreeMap<Id, Vec<Id>>,
}

pub struct Role {
    pub id: Id,
    pub name: String,
    pub permissions: u64,
}

#[derive(Clone)]
pub struct Overwrite {
    pub whom: Id,
    pub allow: u64,
    pub deny: u64,
}

#[derive(Clone)]
pub struct Channel {
    pub id: Id,
    pub kind: u8,
    pub name: String,
    pub guild: Option<Id>,
    pub parent: Option<Id>,
    /// The other one, in direct messages.
    pub recipient: Option<Id>,
    pub overwrites: Vec<Overwrite>,
    pub is_archived: bool,
    pub is_locked: bool,
    pub is_deleted: bool,
}

pub struct State {
    pub address: SocketAddr,
    /// Seconds since 1970, at this change of the state.
    pub now: f64,
    last_id: Id,
    pub token: String,
    pub people: HashMap<Id, Person>,
    pub guilds: BTreeMap<Id, Guild>,
    pub channels: BTreeMap<Id, Channel>,
    pub messages: BTreeMap<Id, Message>,
    pub attachments: HashMap<Id, File>,
    /// Of the application, and of single guilds.
    pub commands: HashMap<Option<Id>, Vec<Value>>,
    pub interactions: BTreeMap<Id, Interaction>,
    pub signing_key: SigningKey,
    pub gateway: Gateway,
    pub rest: Rest,
    pub faults: Faults,
}

impl State {
    pub fn new(address: SocketAddr, now: f64) -> Self {
        Self {
            address,
            now,
            last_id: 0,
            token: TOKEN.to_owned(),
            people: HashMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            attachments: HashMap::new(),
            commands: HashMap::new(),
            interactions: BTreeMap::new(),
            signing_key: SigningKey::from_bytes(&[7; 32]),
            gateway: Gateway::default(),
            rest: Rest::default(),
            faults: Faults::default(),
        }
    }

    /// A snowflake of this moment, greater than any before.
    pub fn new_id(&mut self) -> Id {
        let of_now = ((self.now * 1000.0) as u64).saturating_sub(DISCORD_EPOCH_MS) << 22;
        self.last_id = of_now.max(self.last_id + 1);
        self.last_id
    }

    pub fn add_guild(&mut self, name: &str) -> Id {
        let owner = self.add_person(&format!("owner of {name}"), false);
        let id = self.new_id();
        let everyone = Role { id, name: "@everyone".to_owned(), permissions: permission::EVERYBODY };
        let members = BTreeMap::from([(owner, Vec::new()), (BOT, Vec::new())]);
        let guild = Guild { id, name: name.to_owned(), owner, has_bot: true, roles: vec![everyone], members };
        self.guilds.insert(id, guild);
        self.dispatch(Some(id), intent::GUILDS, "GUILD_CREATE", self.wire_new_guild(id));
        id
    }

    pub fn add_channel(&mut self, guild: Id, name: &str, kind: u8) -> Id {
        let channel = self.new_channel(kind, name, Some(guild));
        let id = channel.id;
        self.channels.insert(id, channel);
        self.dispatch(Some(guild), intent::GUILDS, "CHANNEL_CREATE", self.wire_channel(id));
        id
    }

    pub fn add_thread(&mut self, parent: Id, name: &str, id: Id) {
        let guild = self.channels[&parent].guild;
        let thread = self.new_channel(super::THREAD, name, guild);
        self.channels.insert(id, Channel { id, parent: Some(parent), ..thread });
        let mut thread = self.wire_channel(id);
        thread["newly_created"] = json!(true);
        self.dispatch(guild, intent::GUILDS, "THREAD_CREATE", thread);
    }

    fn new_channel(&mut self, kind: u8, name: &str, guild: Option<Id>) -> Channel {
        Channel {
            id: self.new_id(),
            kind,
            name: name.to_owned(),
            guild,
            parent: None,
            recipient: None,
            overwrites: Vec::new(),
            is_archived: false,
            is_locked: false,
            is_deleted: false,
        }
    }

    pub fn add_role(&mut self, guild: Id, name: &str, permissions: u64) -> Id {
        let id = self.new_id();
        let role = Role { id, name: name.to_owned(), permissions };
        self.guilds.get_mut(&guild).unwrap().roles.push(role);
        id
    }

    pub fn add_person(&mut self, name: &str, has_installed: bool) -> Id {
        let id = self.new_id();
        let locale = "en-US".to_owned();
        self.people.insert(id, Person { id, name: name.to_owned(), locale, takes_dms: true, has_installed });
        id
    }

    pub fn add_member(&mut self, guild: Id, name: &str, permissions: u64) -> Id {
        let person = self.add_person(name, false);
        let role = (permissions != 0).then(|| self.add_role(guild, &format!("{name}'s role"), permissions));
        self.guilds.get_mut(&guild).unwrap().members.insert(person, role.into_iter().collect());
        person
    }

    pub fn dm(&mut self, person: Id) -> Id {
        if let Some(channel) = self.channels.values().find(|channel| channel.recipient == Some(person)) {
            return channel.id;
        }
        let channel = self.new_channel(DIRECT, "", None);
        let id = channel.id;
        self.channels.insert(id, Channel { recipient: Some(person), ..channel });
        id
    }

    pub fn set_bot_permissions(&mut self, channel: Id, permissions: u64) {
        let channel = self.channels.get_mut(&channel).unwrap();
        channel.overwrites.retain(|overwrite| overwrite.whom != BOT);
        channel.overwrites.push(Overwrite { whom: BOT, allow: permissions, deny: permission::ALL & !permissions });
    }

    pub fn bot_permissions(&self, channel: Id) -> u64 {
        self.permissions(BOT, &self.channels[&channel])
    }

    /// Discord's own rules: the roles, then the channel's overwrites for everybody, for roles, for the member.
    pub fn permissions(&self, whom: Id, channel: &Channel) -> u64 {
        let Some(guild) = channel.guild.and_then(|guild| self.guilds.get(&guild)) else { return permission::ALL };
        let Some(roles) = guild.members.get(&whom) else { return 0 };
        let has_role = |id: Id| id == guild.id || roles.contains(&id);
        let base = guild.roles.iter().filter(|role| has_role(role.id)).fold(0, |all, role| all | role.permissions);
        if guild.owner == whom || base & permission::ADMINISTRATOR != 0 {
            return permission::ALL;
        }
        let place = channel.parent.and_then(|parent| self.channels.get(&parent)).unwrap_or(channel);
        let everybody = place.overwrites.iter().filter(|overwrite| overwrite.whom == guild.id);
        let of_roles = place.overwrites.iter().filter(|overwrite| roles.contains(&overwrite.whom));
        let of_member = place.overwrites.iter().filter(|overwrite| overwrite.whom == whom);
        everybody
            .chain(of_roles)
            .chain(of_member)
            .fold(base, |bits, overwrite| bits & !overwrite.deny | overwrite.allow)
    }

    /// Whether Discord lets the bot write to somebody it shares no channel with.
    pub fn may_dm(&self, person: &Person) -> bool {
        let shares = |guild: &Guild| guild.has_bot && guild.members.contains_key(&person.id);
        person.has_installed || self.guilds.values().any(shares)
    }

    pub fn delete_channel(&mut self, channel: Id) {
        self.channels.get_mut(&channel).unwrap().is_deleted = true;
        let gone = &self.channels[&channel];
        let event = if gone.kind == super::THREAD { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
        self.dispatch(gone.guild, intent::GUILDS, event, self.wire_channel(channel));
    }

    pub fn archive(&mut self, thread: Id, is_locked: bool) {
        let channel = self.channels.get_mut(&thread).unwrap();
        channel.is_archived = true;
        channel.is_locked = is_locked;
        let guild = channel.guild;
        self.dispatch(guild, intent::GUILDS, "THREAD_UPDATE", self.wire_channel(thread));
    }

    pub fn kick_bot(&mut self, guild: Id) {
        let left = self.guilds.get_mut(&guild).unwrap();
        left.has_bot = false;
        left.members.remove(&BOT);
        self.dispatch(Some(guild), intent::GUILDS, "GUILD_DELETE", json!({"id": guild.to_string()}));
    }

    pub fn invite_bot(&mut self, guild: Id) {
        let joined = self.guilds.get_mut(&guild).unwrap();
        joined.has_bot = true;
        joined.members.insert(BOT, Vec::new());
        self.dispatch(Some(guild), intent::GUILDS, "GUILD_CREATE", self.wire_new_guild(guild));
    }

    pub fn revoke_token(&mut self) {
        self.token.clear();
        self.close_all(4004);
        self.gateway.sessions.clear();
    }

    /// What can be read in a channel, oldest first.
    pub fn readable(&self, channel: Id) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values().filter(move |message| message.channel == channel && message.is_readable())
    }
}
