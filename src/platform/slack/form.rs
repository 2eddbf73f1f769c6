//! What was put into a form, as arguments; what is wrong with it, by field.

use serde_json::Value;

use super::heard::Origin;
use super::hub::Hub;
use super::modal::{ADDRESS, file_of, text_of};
use crate::locale::Words;
use crate::model::subscription::Address;
use crate::model::word::{Argument, Kind, Word};
use crate::port::{self, Attachment, Content, Place};

type Arguments = Vec<(String, port::Value)>;
/// By field, in words for the one who filled it in.
pub type Errors = Vec<(String, String)>;

/// Reads the fields of a word's form.
///
/// # Errors
/// What Slack shows at the fields.
pub async fn read(
    hub: &Hub,
    word: &Word,
    origin: &Origin,
    at: &Address,
    values: &[(String, Value)],
) -> Result<Arguments, Errors> {
    let (mut arguments, mut errors) = (Arguments::new(), Errors::new());
    for argument in word.arguments {
        let field = |name: &str| values.iter().find(|(own, _)| own == name).map(|(_, value)| value);
        let read = match argument.kind {
            Kind::Place => place(hub, origin, at, field(argument.name)).await,
            Kind::File => file(hub, field(argument.name), field(ADDRESS)).await,
            Kind::Number(min, max) => number(field(argument.name), min, max),
            Kind::Choice(_) | Kind::Text | Kind::Completed => {
                Ok(field(argument.name).and_then(text_of).map(|text| port::Value::Text(text.to_owned())))
            }
        };
        match read {
            Ok(Some(value)) => arguments.push((argument.name.to_owned(), value)),
            Ok(None) if argument.is_required => errors.push(missing(word, argument)),
            Ok(None) => {}
            Err(why) => errors.push((argument.name.to_owned(), why)),
        }
    }
    if errors.is_empty() { Ok(arguments) } else { Err(errors) }
}

fn missing(word: &Word, argument: &Argument) -> (String, String) {
    (argument.name.to_owned(), format!("This is needed: {}.", Words::default().argument(word, argument)))
}

type Read = Result<Option<port::Value>, String>;

fn number(field: Option<&Value>, min: i64, max: i64) -> Read {
    let Some(text) = field.and_then(text_of) else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(Some(port::Value::Text(text.to_owned()))),
        _ => Err(format!("A number from {min} to {max}.")),
    }
}

async fn place(hub: &Hub, origin: &Origin, at: &Address, field: Option<&Value>) -> Read {
    let Some(channel) = field.and_then(text_of) else { return Ok(None) };
    let address = Address { channel: channel.to_owned(), thread: None, ..at.clone() };
    let Ok(standing) = hub.access.standing(&origin.user, &address).await else {
        return Err("Slack does not tell me now who may manage that channel. Try again in a minute.".to_owned());
    };
    if !standing.may_manage {
        return Err("Only people who may manage that channel can change what is posted there.".to_owned());
    }
    if !standing.is_member {
        return Err("I am not in that channel: write /invite in it first.".to_owned());
    }
    Ok(Some(port::Value::Place(Place { address, may_manage: true })))
}

async fn file(hub: &Hub, file: Option<&Value>, address: Option<&Value>) -> Read {
    if let Some((name, url)) = file.and_then(file_of) {
        return hub.file(name, &url).await.map(|file| Some(port::Value::File(file)));
    }
    let address = address.and_then(text_of);
    let file = |url: &str| Attachment { name: String::new(), content: Content::At(url.to_owned()) };
    Ok(address.map(|url| port::Value::File(file(url))))
}
