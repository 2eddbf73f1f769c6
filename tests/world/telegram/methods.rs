//! The methods of the Bot API that the simulator knows, by whatever case they are written in.

/// What a request asks for. As the aim of a fault or a filter, [`Method::Any`] stands for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Any,
    /// Any of the three that say something new.
    Send,
    GetMe,
    GetUpdates,
    SetWebhook,
    DeleteWebhook,
    GetWebhookInfo,
    SendMessage,
    SendPhoto,
    SendDocument,
    SendChatAction,
    EditMessageText,
    EditMessageCaption,
    EditMessageReplyMarkup,
    DeleteMessage,
    AnswerCallbackQuery,
    SetMyCommands,
    GetMyCommands,
    DeleteMyCommands,
    GetChat,
    GetChatMember,
    GetChatAdministrators,
    GetFile,
}

use Method as M;

/// As the documentation spells them.
const NAMES: [(&str, Method); 21] = [
    ("getMe", M::GetMe),
    ("getUpdates", M::GetUpdates),
    ("setWebhook", M::SetWebhook),
    ("deleteWebhook", M::DeleteWebhook),
    ("getWebhookInfo", M::GetWebhookInfo),
    ("sendMessage", M::SendMessage),
    ("sendPhoto", M::SendPhoto),
    ("sendDocument", M::SendDocument),
    ("sendChatAction", M::SendChatAction),
    ("editMessageText", M::EditMessageText),
    ("editMessageCaption", M::EditMessageCaption),
    ("editMessageReplyMarkup", M::EditMessageReplyMarkup),
    ("deleteMessage", M::DeleteMessage),
    ("answerCallbackQuery", M::AnswerCallbackQuery),
    ("setMyCommands", M::SetMyCommands),
    ("getMyCommands", M::GetMyCommands),
    ("deleteMyCommands", M::DeleteMyCommands),
    ("getChat", M::GetChat),
    ("getChatMember", M::GetChatMember),
    ("getChatAdministrators", M::GetChatAdministrators),
    ("getFile", M::GetFile),
];

impl Method {
    pub fn of(name: &str) -> Option<Self> {
        NAMES.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, method)| *method)
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, method)| *method == self).map_or("", |(name, _)| *name)
    }

    /// Says something new in a chat.
    pub fn is_send(self) -> bool {
        matches!(self, M::SendMessage | M::SendPhoto | M::SendDocument)
    }

    /// Counts against the rates: whatever is seen in a chat.
    pub fn is_limited(self) -> bool {
        self.is_send()
            || matches!(self, M::EditMessageText | M::EditMessageCaption | M::EditMessageReplyMarkup | M::DeleteMessage)
    }

    /// Whether `other` is meant by this one.
    pub fn covers(self, other: Self) -> bool {
        self == M::Any || self == other || self == M::Send && other.is_send()
    }
}
