//! Which request is which.

/// What a request asks for. Faults and the ledger speak of requests by their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// In a fault: every request.
    Any,
    Gateway,
    GatewayBot,
    Me,
    Application,
    MyGuilds,
    User,
    OpenDm,
    Channel,
    Typing,
    Guild,
    GuildChannels,
    GuildThreads,
    ArchivedThreads,
    Member,
    Roles,
    ReadCommands,
    WriteCommands,
    CreateMessage,
    ReadMessages,
    ReadMessage,
    EditMessage,
    DeleteMessage,
    Crosspost,
    CreateThread,
    CreateThreadFromMessage,
    /// The first answer to an interaction.
    Callback,
    Followup,
    /// The answer to an interaction, or a followup.
    ReadAnswer,
    EditAnswer,
    DeleteAnswer,
    /// A file that somebody attached.
    Attachment,
}

impl Kind {
    /// Whether a fault for `self` strikes a request of `kind`.
    pub fn covers(self, kind: Self) -> bool {
        self == Self::Any || self == kind
    }

    /// Interactions carry a token of their own in the path, and the global limit does not touch them.
    pub fn has_own_token(self) -> bool {
        matches!(
            self,
            Self::Callback
                | Self::Followup
                | Self::ReadAnswer
                | Self::EditAnswer
                | Self::DeleteAnswer
                | Self::Attachment
        )
    }

    /// Has a rate limit of its own per channel.
    pub fn has_bucket(self) -> bool {
        matches!(
            self,
            Self::CreateMessage
                | Self::ReadMessages
                | Self::ReadMessage
                | Self::EditMessage
                | Self::DeleteMessage
                | Self::Crosspost
                | Self::CreateThread
                | Self::CreateThreadFromMessage
        )
    }
}

pub fn classify(method: &str, segments: &[&str]) -> Option<Kind> {
    Some(match (method, segments) {
        ("GET", ["gateway"]) => Kind::Gateway,
        ("GET", ["gateway", "bot"]) => Kind::GatewayBot,
        ("GET", ["users", "@me"]) => Kind::Me,
        ("GET", ["users", "@me", "guilds"]) => Kind::MyGuilds,
        ("POST", ["users", "@me", "channels"]) => Kind::OpenDm,
        ("GET", ["users", _]) => Kind::User,
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => Kind::Application,
        ("GET", ["applications", _, "commands"] | ["applications", _, "guilds", _, "commands"]) => Kind::ReadCommands,
        ("PUT", ["applications", _, "commands"] | ["applications", _, "guilds", _, "commands"]) => Kind::WriteCommands,
        ("GET", ["channels", _]) => Kind::Channel,
        ("POST", ["channels", _, "typing"]) => Kind::Typing,
        ("POST", ["channels", _, "messages"]) => Kind::CreateMessage,
        ("GET", ["channels", _, "messages"]) => Kind::ReadMessages,
        ("GET", ["channels", _, "messages", _]) => Kind::ReadMessage,
        ("PATCH", ["channels", _, "messages", _]) => Kind::EditMessage,
        ("DELETE", ["channels", _, "messages", _]) => Kind::DeleteMessage,
        ("POST", ["channels", _, "messages", _, "crosspost"]) => Kind::Crosspost,
        ("POST", ["channels", _, "threads"]) => Kind::CreateThread,
        ("POST", ["channels", _, "messages", _, "threads"]) => Kind::CreateThreadFromMessage,
        ("GET", ["channels", _, "threads", "archived", "public"]) => Kind::ArchivedThreads,
        ("GET", ["guilds", _]) => Kind::Guild,
        ("GET", ["guilds", _, "channels"]) => Kind::GuildChannels,
        ("GET", ["guilds", _, "threads", "active"]) => Kind::GuildThreads,
        ("GET", ["guilds", _, "members", _]) => Kind::Member,
        ("GET", ["guilds", _, "roles"]) => Kind::Roles,
        ("POST", ["interactions", _, _, "callback"]) => Kind::Callback,
        ("POST", ["webhooks", _, _]) => Kind::Followup,
        ("GET", ["webhooks", _, _, "messages", _]) => Kind::ReadAnswer,
        ("PATCH", ["webhooks", _, _, "messages", _]) => Kind::EditAnswer,
        ("DELETE", ["webhooks", _, _, "messages", _]) => Kind::DeleteAnswer,
        ("GET", ["attachments", _, _]) => Kind::Attachment,
        _ => return None,
    })
}

/// The same path in Discord's own OpenAPI document, for requests whose body it describes.
pub fn in_the_specification(kind: Kind, segments: &[String]) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::CreateMessage => ("post", "/channels/{channel_id}/messages"),
        Kind::EditMessage => ("patch", "/channels/{channel_id}/messages/{message_id}"),
        Kind::CreateThread => ("post", "/channels/{channel_id}/threads"),
        Kind::CreateThreadFromMessage => ("post", "/channels/{channel_id}/messages/{message_id}/threads"),
        Kind::OpenDm => ("post", "/users/@me/channels"),
        Kind::WriteCommands => ("put", "/applications/{application_id}/commands"),
        Kind::Callback => ("post", "/interactions/{interaction_id}/{interaction_token}/callback"),
        Kind::Followup => ("post", "/webhooks/{webhook_id}/{webhook_token}"),
        Kind::EditAnswer if segments.last().is_some_and(|last| last == "@original") => {
            ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
        }
        Kind::EditAnswer => ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"),
        _ => return None,
    })
}
