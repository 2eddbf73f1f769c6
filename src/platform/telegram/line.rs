//! What a line asks of the desk: who says it and what it is about is looked up first.

use std::sync::Arc;

use serde_json::json;

use super::access::Standing;
use super::answer::{Answers, HIDDEN, PATIENCE, crashed, number, unasked};
use super::inbound::{self, DEEP_LINK, Speaker, Spoken};
use super::places::{self, Asker};
use super::rest::CallError;
use crate::model::doc::{Block, Button, Doc};
use crate::model::subscription::Address;
use crate::model::word::{Kind, Who, Word};
use crate::port::{Attachment, BY_LINK, Content, Desk, FILE_BYTES_MAX, Invocation, Line, Reply, Said, Value};

/// Of a deep link (Bot API, Deep linking), in characters.
const PAYLOAD_MAX: usize = 64;

impl Answers {
    /// The answer to a line, and the place that it is about.
    ///
    /// # Errors
    /// What is said instead of asking the desk.
    pub(super) async fn line(&self, spoken: &Spoken, me: &str, desk: Arc<dyn Desk>) -> Result<(Reply, Address), Doc> {
        let word = inbound::word_of(&spoken.line, self.words);
        let takes = |kind: Kind| word.is_some_and(|word| word.arguments.iter().any(|argument| argument.kind == kind));
        let home = (spoken.who == Speaker::Anonymous).then_some(&spoken.at);
        let asker = Asker { access: &self.access, person: &spoken.from.id, home };
        let elsewhere = places::split(&spoken.line).filter(|_| !takes(Kind::Place));
        let (text, at, may_manage) = match elsewhere {
            Some((text, token)) => {
                let place = asker.elsewhere(token).await.map_err(Doc::says)?;
                (text, place.address, place.may_manage)
            }
            None => (spoken.line.as_str(), spoken.at.clone(), self.may_manage(spoken, word).await?),
        };
        if word.is_some_and(|word| word.name == "alerts on") && spoken.who != Speaker::Alone {
            self.check_direct(spoken, me).await?;
        }
        let places = match takes(Kind::Place) {
            true => asker.places(text).await.map_err(Doc::says)?,
            false => Vec::new(),
        };
        let file = match &spoken.file {
            Some(file) if takes(Kind::File) => Some(self.file(file).await?),
            _ => None,
        };
        let said = match &spoken.linked {
            Some(audiences) => linked(audiences),
            None => Said::Line(Line { text: text.to_owned(), places, file }),
        };
        let invocation = Invocation { from: spoken.from.clone(), at: at.clone(), may_manage, said };
        let mut thinking = tokio::spawn(async move { desk.answer(invocation).await });
        if let Ok(answer) = tokio::time::timeout(PATIENCE, &mut thinking).await {
            return Ok((answer.unwrap_or_else(|_| crashed()), at));
        }
        self.typing(&spoken.at).await;
        Ok((thinking.await.unwrap_or_else(|_| crashed()), at))
    }

    /// Whether somebody may manage the chat where they speak. It is asked only for words that need it:
    /// what everyone may say is answered whatever Telegram says.
    async fn may_manage(&self, spoken: &Spoken, word: Option<&Word>) -> Result<bool, Doc> {
        let is_answer = word.is_none() && ["yes", "no"].iter().any(|word| spoken.line.eq_ignore_ascii_case(word));
        match spoken.who {
            Speaker::Alone | Speaker::Anonymous => return Ok(true),
            Speaker::Channel => return Ok(false),
            Speaker::Member if !is_answer && word.is_none_or(|word| word.who == Who::Everyone) => return Ok(false),
            Speaker::Member => {}
        }
        let standing = self.access.standing_lately(&spoken.at.channel, &spoken.from.id).await;
        match standing.map_err(|error| unasked(&error))? {
            Standing::Manages => Ok(true),
            // Settings may be read by everyone.
            Standing::Hidden if word.is_some_and(|word| word.name != "settings") => Err(Doc::says(HIDDEN)),
            Standing::Member | Standing::Stranger | Standing::Hidden => Ok(false),
        }
    }

    /// Alerts go to one person alone, and a bot may write to nobody who has not started it.
    async fn check_direct(&self, spoken: &Spoken, me: &str) -> Result<(), Doc> {
        if spoken.who == Speaker::Member {
            let body = json!({ "chat_id": number(&spoken.from.direct.channel), "action": "typing" });
            match self.rest.ask("sendChatAction", &body).await {
                Err(CallError::Refused { code: 400 | 403, .. }) => {}
                // Of passing troubles the alert itself will tell.
                Ok(_) | Err(_) => return Ok(()),
            }
        }
        let (payload, then) = match payload(&spoken.line) {
            Some(payload) => (payload, "They begin with that.".to_owned()),
            None => ("hello".to_owned(), format!("Then say it there again: {}", spoken.line)),
        };
        let url = format!("https://t.me/{me}?start={payload}");
        let text = format!(
            "Alerts come to you alone, and you have not opened the bot yet: press the button, then Start. {then}"
        );
        let button = Button::open("Open the bot", &url);
        Err(Doc::new(vec![Block::Paragraph(text.into()), Block::Buttons(vec![button])]))
    }

    /// A file that came with a word. Its address holds the token, so it is read here.
    async fn file(&self, file: &teloxide_core::types::Document) -> Result<Attachment, Doc> {
        let name = file.file_name.clone().unwrap_or_else(|| "the file".to_owned());
        match self.rest.file(&file.file.id.0, FILE_BYTES_MAX).await {
            Ok(Some(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Attachment { name, content: Content::Here(text) }),
                Err(_) => Err(Doc::says(format!("{name} is not a text in UTF-8."))),
            },
            Ok(None) => Err(Doc::says(format!(
                "{name} is longer than {} KiB. Put it on the web and write its address.",
                FILE_BYTES_MAX / 1024
            ))),
            Err(error) => {
                tracing::warn!("A file could not be read from Telegram: {error}");
                Err(Doc::says(format!("{name} could not be read now. Send it again in a minute.")))
            }
        }
    }
}

/// What a deep link says.
fn linked(audiences: &str) -> Said {
    let argument = |name: &str, text: &str| (name.to_owned(), Value::Text(text.to_owned()));
    let arguments = vec![argument("audience", audiences), argument(BY_LINK, "yes")];
    Said::Word { word: "alerts on".to_owned(), arguments }
}

/// The deep link's payload that says the same as this line, if it names audiences alone and they fit.
fn payload(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let audiences = match words.as_slice() {
        [command, audiences] if command.contains('_') => audiences,
        // What comes behind the audiences no link can carry.
        [command, _, audiences] if !command.contains('_') => audiences,
        _ => return None,
    };
    let audiences = audiences.strip_prefix("audience:").unwrap_or(audiences);
    if audiences.eq_ignore_ascii_case("all") {
        return Some(DEEP_LINK.to_owned());
    }
    let payload = format!("{DEEP_LINK}_{}", audiences.replace(',', "_"));
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (payload.len() <= PAYLOAD_MAX && payload.chars().all(fits) && !audiences.contains('_')).then_some(payload)
}
