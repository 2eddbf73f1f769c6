//! What people do on Discord, as invocations. Rights are those that Discord states with each
//! interaction.

use serenity::model::Permissions;
use serenity::model::application::{CommandInteraction, ComponentInteraction, ResolvedOption, ResolvedValue};
use serenity::model::channel::PartialChannel;
use serenity::model::guild::Member;
use serenity::model::id::{ChannelId, GuildId};
use serenity::model::user::User;

use super::direct;
use crate::model::press::Press;
use crate::model::subscription::{Address, PlatformKind};
use crate::port::{Attachment, Content, Invocation, Person, Place, Said, Suggestion, Value};

/// A slash command.
pub fn command(interaction: &CommandInteraction) -> Invocation {
    let (word, options) = word_of(interaction);
    let guild = interaction.guild_id;
    let arguments = options.iter().filter_map(|option| argument(option, guild)).collect();
    Invocation {
        from: person(&interaction.user),
        at: address(guild, interaction.channel_id, &interaction.user),
        may_manage: may_manage(interaction.member.as_deref()),
        said: Said::Word { word, arguments },
    }
}

/// What is typed into a command's option.
pub fn typing(interaction: &CommandInteraction) -> Option<Suggestion> {
    let (word, options) = word_of(interaction);
    let focused = options.iter().find_map(|option| match &option.value {
        ResolvedValue::Autocomplete { value, .. } => Some((option.name.to_owned(), (*value).to_owned())),
        _ => None,
    });
    let (argument, typed) = focused?;
    let at = address(interaction.guild_id, interaction.channel_id, &interaction.user);
    Some(Suggestion { at, word, argument, typed })
}

/// A pressed button. `None`: no button of this version has that id.
pub fn press(interaction: &ComponentInteraction) -> Option<Invocation> {
    let press = Press::parse(&interaction.data.custom_id)?;
    Some(Invocation {
        from: person(&interaction.user),
        at: address(interaction.guild_id, interaction.channel_id, &interaction.user),
        may_manage: may_manage(interaction.member.as_ref()),
        said: Said::Press(press),
    })
}

/// The word and its options; words of two parts are subcommands.
fn word_of(interaction: &CommandInteraction) -> (String, Vec<ResolvedOption<'_>>) {
    let name = &interaction.data.name;
    let mut options = interaction.data.options();
    match options.pop() {
        Some(ResolvedOption { name: second, value: ResolvedValue::SubCommand(inner), .. }) => {
            (format!("{name} {second}"), inner)
        }
        Some(option) => {
            options.push(option);
            (name.clone(), options)
        }
        None => (name.clone(), options),
    }
}

fn argument(option: &ResolvedOption<'_>, guild: Option<GuildId>) -> Option<(String, Value)> {
    let value = match &option.value {
        ResolvedValue::String(text) => Value::Text((*text).to_owned()),
        ResolvedValue::Integer(number) => Value::Text(number.to_string()),
        ResolvedValue::Channel(channel) => Value::Place(place(channel, guild)),
        ResolvedValue::Attachment(file) => {
            Value::File(Attachment { name: file.filename.clone(), content: Content::At(file.url.clone()) })
        }
        _ => return None,
    };
    Some((option.name.to_owned(), value))
}

/// Discord states what the person may do in a channel that they name.
fn place(channel: &PartialChannel, guild: Option<GuildId>) -> Place {
    let address = Address {
        platform: PlatformKind::Discord,
        workspace: guild.map(|guild| guild.to_string()).unwrap_or_default(),
        channel: channel.id.to_string(),
        thread: None,
    };
    Place { address, may_manage: channel.permissions.is_some_and(manages) }
}

fn person(user: &User) -> Person {
    Person { id: user.id.to_string(), direct: direct(&user.id.to_string()) }
}

/// A direct conversation is one place, whatever its channel's id.
fn address(guild: Option<GuildId>, channel: ChannelId, user: &User) -> Address {
    match guild {
        None => direct(&user.id.to_string()),
        Some(guild) => Address {
            platform: PlatformKind::Discord,
            workspace: guild.to_string(),
            channel: channel.to_string(),
            thread: None,
        },
    }
}

/// Everybody manages their own direct messages.
fn may_manage(member: Option<&Member>) -> bool {
    member.is_none_or(|member| member.permissions.is_some_and(manages))
}

fn manages(permissions: Permissions) -> bool {
    permissions.intersects(Permissions::MANAGE_CHANNELS | Permissions::ADMINISTRATOR)
}
