//! The simulated Discord, proven with the client library that the bot uses: what it says is what
//! serenity understands, and what serenity does is what it sees.

mod rules;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use serenity::all::{
    ActivityData, ApplicationId, AutocompleteChoice, ButtonStyle, ChannelId, ChannelType, Client, ClientBuilder,
    Command, CommandOptionType, Context, CreateActionRow, CreateAllowedMentions, CreateAttachment,
    CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption, CreateEmbed, CreateForumPost,
    CreateInteractionResponse, CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateMessage,
    EditInteractionResponse, EditMessage, EventHandler, GatewayError, GatewayIntents, GetMessages, GuildId, Http,
    HttpBuilder, HttpError, Interaction, InteractionContext, MessageFlags, MessageId, Nonce, Permissions,
    ResolvedValue, ShardManager, UserId, async_trait,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::world::discord::{ANNOUNCEMENTS, After, BOT, Discord, FORUM, Id, Input, Kind, TEXT, TOKEN, permission};

/// A bot that knows a handful of words.
struct Words;

#[async_trait]
impl EventHandler for Words {
    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        // What Discord refuses shows in what the simulator saw.
        let _ = match interaction {
            Interaction::Command(command) => match command.data.name.as_str() {
                "digest" => digest(&ctx, &command).await,
                "subscribe" => subscribe(&ctx, &command).await,
                _ => help(&ctx, &command).await,
            },
            Interaction::Autocomplete(command) => {
                let typed = command.data.autocomplete().unwrap().value.to_owned();
                let choice = AutocompleteChoice::new(format!("{typed} and more"), typed);
                let choices = CreateAutocompleteResponse::new().set_choices(vec![choice]);
                command.create_response(&ctx, CreateInteractionResponse::Autocomplete(choices)).await
            }
            Interaction::Component(component) => {
                let text = format!("{} by {}", component.data.custom_id, component.user.name);
                let message = CreateInteractionResponseMessage::new().content(text).components(vec![]);
                component.create_response(&ctx, CreateInteractionResponse::UpdateMessage(message)).await
            }
            _ => Ok(()),
        };
    }
}

type Said = serenity::Result<()>;

async fn digest(ctx: &Context, command: &serenity::all::CommandInteraction) -> Said {
    command.defer(ctx).await?;
    let which = command.data.options[0].name.clone();
    let embed = CreateEmbed::new().title("The week").description("Little happened.");
    let edit = EditInteractionResponse::new().content(format!("Digest: {which}")).embed(embed);
    command.edit_response(ctx, edit).await?;
    let more = CreateInteractionResponseFollowup::new().content("That was all.").ephemeral(true);
    command.create_followup(ctx, more).await.map(|_| ())
}

async fn subscribe(ctx: &Context, command: &serenity::all::CommandInteraction) -> Said {
    let mut words = vec![command.locale.clone()];
    for option in command.data.options() {
        words.push(match option.value {
            ResolvedValue::String(text) => text.to_owned(),
            ResolvedValue::Integer(number) => number.to_string(),
            ResolvedValue::Channel(channel) => format!("#{}", channel.name.as_deref().unwrap_or("?")),
            ResolvedValue::Role(role) => format!("@{}", role.name),
            ResolvedValue::User(user, member) => format!("{}, a member: {}", user.name, member.is_some()),
            ResolvedValue::Number(number) => number.to_string(),
            ResolvedValue::Boolean(truth) => truth.to_string(),
            ResolvedValue::Attachment(file) => format!("{} of {} bytes", file.filename, file.size),
            _ => "?".to_owned(),
        });
    }
    let may = command.member.as_ref().and_then(|member| member.permissions).unwrap_or_default();
    words.push(format!("manages: {}", may.manage_channels()));
    let message = CreateInteractionResponseMessage::new().content(words.join(", ")).ephemeral(true);
    command.create_response(ctx, CreateInteractionResponse::Message(message)).await
}

async fn help(ctx: &Context, command: &serenity::all::CommandInteraction) -> Said {
    let row = CreateActionRow::Buttons(vec![
        CreateButton::new("why:1").label("Why"),
        CreateButton::new_link("https://example.com/").label("Original"),
    ]);
    let message = CreateInteractionResponseMessage::new().content("Help").components(vec![row]);
    command.create_response(ctx, CreateInteractionResponse::Message(message)).await
}

/// The bot, logged in.
struct Bot {
    http: Arc<Http>,
    shards: Arc<ShardManager>,
    running: JoinHandle<serenity::Result<()>>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn http(discord: &Discord) -> Http {
    let http = HttpBuilder::new(TOKEN).proxy(discord.url()).ratelimiter_disabled(true).build();
    http.set_application_id(ApplicationId::new(BOT));
    http
}

async fn log_in_with(discord: &Discord, intents: GatewayIntents) -> Bot {
    let mut client: Client =
        ClientBuilder::new_with_http(http(discord), intents).event_handler(Words).await.expect("nothing is asked yet");
    let (http, shards) = (client.http.clone(), client.shard_manager.clone());
    Bot { http, shards, running: tokio::spawn(async move { client.start().await }) }
}

async fn log_in(discord: &Discord) -> Bot {
    let bot = log_in_with(discord, GatewayIntents::GUILDS).await;
    discord.connected().await;
    bot
}

/// A Discord with a guild, a channel in it, and Alice, who manages channels.
async fn town() -> (Discord, Id, Id, Id) {
    let discord = Discord::start().await;
    let guild = discord.guild("Town");
    let news = discord.channel(guild, "news", TEXT);
    let alice = discord.member(guild, "alice", permission::MANAGE_CHANNELS);
    (discord, guild, news, alice)
}

/// A response as it came over the wire.
struct Response {
    status: u16,
    headers: HashMap<String, String>,
    body: Value,
}

/// One request by hand, for what the library hides. `None` if the connection ended without an answer.
async fn try_to_ask(discord: &Discord, method: &str, path: &str, body: &Value) -> Option<Response> {
    ask_as(discord, TOKEN, method, path, body).await
}

async fn ask(discord: &Discord, method: &str, path: &str, body: &Value) -> Response {
    try_to_ask(discord, method, path, body).await.expect("an answer")
}

async fn ask_as(discord: &Discord, token: &str, method: &str, path: &str, body: &Value) -> Option<Response> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(discord.url().trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "{method} /api/v10{path} HTTP/1.1\r\nAuthorization: Bot {token}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.ok()?;
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Some(Response { status, headers, body: serde_json::from_str(body).unwrap_or(Value::Null) })
}

/// The bytes behind an address of the simulator.
async fn ask_raw(discord: &Discord, url: &str) -> Vec<u8> {
    let path = url.strip_prefix(&discord.url()).expect("an address of the simulator");
    let mut stream = TcpStream::connect(discord.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    let head = memchr::memmem::find(&response, b"\r\n\r\n").unwrap();
    response.split_off(head + 4)
}

/// Status and code of what Discord refused.
fn refusal<T: std::fmt::Debug>(result: serenity::Result<T>) -> (u16, isize) {
    match result {
        Err(serenity::Error::Http(HttpError::UnsuccessfulRequest(response))) => {
            (response.status_code.as_u16(), response.error.code)
        }
        other => panic!("{other:?}"),
    }
}

fn channel(id: Id) -> ChannelId {
    ChannelId::new(id)
}

#[tokio::test]
async fn a_deferred_command_is_answered_by_an_edit() {
    let (discord, _, news, alice) = town().await;
    let _bot = log_in(&discord).await;
    let id = discord.interact(alice, news, "digest weekly", &[]);
    let answer = discord.answer_when(id, |answer| answer.followups.len() == 1).await;
    assert!(answer.is_deferred && !answer.is_ephemeral && !answer.is_update);
    assert_eq!(answer.content(), "Digest: weekly");
    assert_eq!(answer.message.as_ref().unwrap().body["embeds"][0]["title"], "The week");
    assert!(answer.followups[0].is_ephemeral);
    // The channel sees the answer, and not what was for Alice alone.
    assert_eq!(discord.messages(news).len(), 1);
    assert!(discord.refusals().is_empty(), "{:?}", discord.refusals());
}

#[tokio::test]
async fn options_come_with_what_they_stand_for() {
    let (discord, guild, news, alice) = town().await;
    let readers = discord.role(guild, "readers", 0);
    discord.speaks(alice, "de");
    let _bot = log_in(&discord).await;
    let file = Input::File("feeds.opml".to_owned(), b"<opml/>".to_vec());
    let options = [
        ("what", "acme".into()),
        ("backfill", 3.into()),
        ("to", Input::Channel(news)),
        ("for", Input::Role(readers)),
        ("who", Input::User(alice)),
        ("share", Input::Number(0.5)),
        ("quiet", true.into()),
        ("file", file),
    ];
    let id = discord.interact(alice, news, "subscribe", &options);
    let answer = discord.answer(id).await;
    assert_eq!(
        answer.content(),
        "de, acme, 3, #news, @readers, alice, a member: true, 0.5, true, feeds.opml of 7 bytes, manages: true"
    );
    assert!(answer.is_ephemeral && discord.messages(news).is_empty());
    // A file is where Discord says it is.
    let attached = discord.attachment("feeds.opml");
    assert_eq!(ask_raw(&discord, &attached).await, b"<opml/>");
}

#[tokio::test]
async fn commands_work_in_direct_messages() {
    let (discord, guild, _, _) = town().await;
    let bob = discord.member(guild, "bob", 0);
    let carol = discord.person("carol");
    let _bot = log_in(&discord).await;
    for person in [bob, carol] {
        let id = discord.interact(person, discord.dm(person), "subscribe", &[("what", "all".into())]);
        assert_eq!(discord.answer(id).await.content(), "en-US, all, manages: false");
    }
}

#[tokio::test]
async fn a_button_changes_the_message_it_stands_on() {
    let (discord, _, news, alice) = town().await;
    let _bot = log_in(&discord).await;
    let help = discord.answer(discord.interact(alice, news, "help", &[])).await.message.unwrap();
    assert_eq!(help.controls().len(), 2);
    let answer = discord.answer(discord.press(alice, help.id, "why:1")).await;
    assert!(answer.is_update && !answer.is_deferred);
    assert_eq!(answer.content(), "why:1 by alice");
    assert_eq!(discord.messages(news)[0].edits, 1);
    assert!(discord.messages(news)[0].controls().is_empty());
}

#[tokio::test]
async fn a_menu_brings_what_was_chosen() {
    let (discord, _, news, alice) = town().await;
    let _bot = log_in(&discord).await;
    let options = json!([{"label": "Daily", "value": "daily"}, {"label": "Weekly", "value": "weekly"}]);
    let menu = json!({"type": 3, "custom_id": "pace", "options": options});
    let body = json!({"content": "How often?", "components": [{"type": 1, "components": [menu]}]});
    assert_eq!(ask(&discord, "POST", &format!("/channels/{news}/messages"), &body).await.status, 200);
    let message = discord.messages(news)[0].id;
    let answer = discord.answer(discord.choose(alice, message, "pace", &["weekly"])).await;
    assert_eq!(answer.content(), "pace by alice");
}

#[tokio::test]
async fn what_is_typed_is_completed() {
    let (discord, _, news, alice) = town().await;
    let _bot = log_in(&discord).await;
    let id = discord.types(alice, news, "subscribe", "what", "rus");
    let choices = discord.answer(id).await.choices.unwrap();
    assert_eq!(choices, [json!({"name": "rus and more", "value": "rus"})]);
}

#[tokio::test]
async fn registered_commands_are_what_discord_offers() {
    let (discord, guild, news, alice) = town().await;
    let bob = discord.member(guild, "bob", 0);
    let bot = log_in(&discord).await;
    let what = CreateCommandOption::new(CommandOptionType::String, "what", "A feed").required(true);
    let to = CreateCommandOption::new(CommandOptionType::Channel, "to", "Where").channel_types(vec![ChannelType::Text]);
    let weekly = CreateCommandOption::new(CommandOptionType::SubCommand, "weekly", "The recap");
    let subscribe = CreateCommand::new("subscribe")
        .description("Follow")
        .add_option(what)
        .add_option(to)
        .contexts(vec![InteractionContext::Guild])
        .default_member_permissions(Permissions::MANAGE_CHANNELS);
    let digest = CreateCommand::new("digest").description("The recap").add_option(weekly);
    let all = Command::set_global_commands(&bot.http, vec![subscribe, digest]).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(discord.commands()[0]["name"], "subscribe");
    assert_eq!(discord.offers(alice, news), ["subscribe", "digest"]);
    assert_eq!(discord.offers(bob, news), ["digest"]);
    assert_eq!(discord.offers(alice, discord.dm(alice)), ["digest"]);
    let id = discord.interact(alice, news, "subscribe", &[("what", "acme".into()), ("to", Input::Channel(news))]);
    assert_eq!(discord.answer(id).await.content(), "en-US, acme, #news, manages: true");
    discord.answer(discord.interact(bob, news, "digest weekly", &[])).await;
    // What keeps its name keeps its id, also for one guild alone.
    let again = Command::set_global_commands(&bot.http, vec![CreateCommand::new("digest").description("x")]).await;
    assert_eq!(again.unwrap()[0].id, all[1].id);
    assert_eq!(bot.http.get_global_commands().await.unwrap().len(), 1);
    let mine = CreateCommand::new("mine").description("Only here");
    GuildId::new(guild).set_commands(&bot.http, vec![mine]).await.unwrap();
    assert_eq!(discord.guild_commands(guild)[0]["name"], "mine");
}

#[tokio::test]
async fn one_nonce_makes_one_message() {
    let now = Arc::new(std::sync::Mutex::new(1_800_000_000.0));
    let clock = now.clone();
    let discord = Discord::with_clock(move || *clock.lock().unwrap()).await;
    let news = discord.channel(discord.guild("Town"), "news", TEXT);
    let http = http(&discord);
    let send = async || {
        let nonce = Nonce::String("AAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let message = CreateMessage::new().content("A card").nonce(nonce).enforce_nonce(true);
        channel(news).send_message(&http, message).await.unwrap()
    };
    let first = send().await;
    assert_eq!(first.id, send().await.id);
    assert!(matches!(&first.nonce, Some(Nonce::String(nonce)) if nonce == "AAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(discord.messages(news).len(), 1);
    assert_eq!(discord.accepted(Kind::CreateMessage).len(), 2);
    // Discord forgets it after a few minutes.
    *now.lock().unwrap() += 181.0;
    let second = send().await;
    assert!(second.id > first.id);
    assert_eq!(discord.messages(news).len(), 2);
}

#[tokio::test]
async fn messages_are_written_read_edited_and_deleted() {
    let (discord, _, news, _) = town().await;
    discord.limit_rates(50, 1.0, 1000);
    let http = http(&discord);
    let file = CreateAttachment::bytes(b"<svg/>".to_vec(), "chart.svg");
    let message = CreateMessage::new()
        .content("One")
        .embed(CreateEmbed::new().title("T").description("D").field("n", "v", true).image("attachment://chart.svg"))
        .components(vec![CreateActionRow::Buttons(vec![
            CreateButton::new("why").label("Why").style(ButtonStyle::Secondary),
        ])])
        .flags(MessageFlags::SUPPRESS_NOTIFICATIONS)
        .allowed_mentions(CreateAllowedMentions::new())
        .add_file(file);
    let one = channel(news).send_message(&http, message).await.unwrap();
    assert_eq!(one.attachments[0].filename, "chart.svg");
    assert_eq!(discord.messages(news)[0].files[0].bytes, b"<svg/>");
    assert_eq!(discord.accepted(Kind::CreateMessage)[0].files[0].content_type, "image/svg+xml");
    channel(news).edit_message(&http, one.id, EditMessage::new().content("One, mended")).await.unwrap();
    for text in ["Two", "Three", "Four"] {
        channel(news).say(&http, text).await.unwrap();
    }
    let texts = async |which: GetMessages| -> Vec<String> {
        channel(news).messages(&http, which).await.unwrap().into_iter().map(|message| message.content).collect()
    };
    assert_eq!(texts(GetMessages::new()).await, ["Four", "Three", "Two", "One, mended"]);
    assert_eq!(texts(GetMessages::new().limit(2)).await, ["Four", "Three"]);
    assert_eq!(texts(GetMessages::new().after(one.id).limit(1)).await, ["Two"]);
    assert_eq!(texts(GetMessages::new().before(MessageId::new(u64::MAX - 1)).limit(1)).await, ["Four"]);
    channel(news).delete_message(&http, one.id).await.unwrap();
    assert_eq!(refusal(channel(news).message(&http, one.id).await), (404, 10008));
    assert_eq!(discord.messages_when(news, 3).await.len(), 3);
}

#[tokio::test]
async fn forums_announcements_and_threads() {
    let (discord, guild, news, _) = town().await;
    let forum = discord.channel(guild, "stories", FORUM);
    let loud = discord.channel(guild, "loud", ANNOUNCEMENTS);
    let http = http(&discord);
    let post = CreateForumPost::new("Acme ships", CreateMessage::new().content("A card"));
    let thread = channel(forum).create_forum_post(&http, post).await.unwrap();
    assert_eq!(discord.threads(forum), [(thread.id.get(), "Acme ships".to_owned())]);
    assert_eq!(discord.messages(thread.id.get())[0].thread, Some(thread.id.get()));
    thread.id.say(&http, "More of it").await.unwrap();
    let active = GuildId::new(guild).get_active_threads(&http).await.unwrap();
    assert_eq!(active.threads.len(), 1);
    let said = channel(loud).say(&http, "Hear!").await.unwrap();
    said.crosspost(&http).await.unwrap();
    assert!(discord.messages(loud)[0].is_crossposted);
    assert_eq!(refusal(said.crosspost(&http).await), (400, 40033));
    let quiet = channel(news).say(&http, "Psst").await.unwrap();
    assert_eq!(refusal(quiet.crosspost(&http).await), (400, 50024));
    let begun = serenity::all::CreateThread::new("Talk");
    channel(news).create_thread_from_message(&http, quiet.id, begun).await.unwrap();
    assert_eq!(discord.threads(news).len(), 1);
}

#[tokio::test]
async fn the_library_understands_what_there_is() {
    let (discord, guild, news, alice) = town().await;
    let http = http(&discord);
    let place = GuildId::new(guild);
    assert_eq!(http.get_current_user().await.unwrap().name, "tidings");
    assert_eq!(http.get_current_application_info().await.unwrap().verify_key, discord.public_key_hex());
    assert_eq!(http.get_user(UserId::new(alice)).await.unwrap().name, "alice");
    assert_eq!(http.get_guilds(None, None).await.unwrap()[0].name, "Town");
    assert_eq!(place.to_partial_guild(&http).await.unwrap().name, "Town");
    assert_eq!(place.channels(&http).await.unwrap().len(), 1);
    assert_eq!(place.member(&http, UserId::new(alice)).await.unwrap().roles.len(), 1);
    assert_eq!(place.roles(&http).await.unwrap().len(), 2);
    assert_eq!(channel(news).to_channel(&http).await.unwrap().guild().unwrap().name, "news");
    channel(news).broadcast_typing(&http).await.unwrap();
    let dm = UserId::new(alice).create_dm_channel(&http).await.unwrap();
    assert_eq!(dm.id.get(), discord.dm(alice));
    let limits = http.get_bot_gateway().await.unwrap().session_start_limit;
    assert_eq!((limits.total, limits.remaining, limits.max_concurrency), (1000, 1000, 1));
    assert_eq!(discord.ledger().len(), 12);
}

#[tokio::test]
async fn a_broken_connection_is_resumed_and_what_was_missed_is_replayed() {
    let (discord, _, news, alice) = town().await;
    let _bot = log_in(&discord).await;
    let breaks: [(&str, &dyn Fn()); 4] = [
        ("without a word", &|| discord.drop_connections()),
        ("with a code", &|| discord.close_connections(4000)),
        ("op 7", &|| discord.ask_to_reconnect()),
        ("op 9, resumable", &|| discord.invalidate_resumable()),
    ];
    for (count, (name, cut)) in breaks.into_iter().enumerate() {
        cut();
        let id = discord.interact(alice, news, "help", &[]);
        discord.gateway_when(name, |stats| stats.resumed == count + 1).await;
        assert_eq!(discord.answer(id).await.content(), "Help", "{name}");
    }
    let stats = discord.gateway_stats();
    assert_eq!((stats.identifies, stats.ready, stats.resumes), (1, 1, 4));
    assert_eq!(discord.messages(news).len(), 4);
}

/// serenity waits five seconds before it identifies anew: the clock of this test does not wait.
#[tokio::test(start_paused = true)]
async fn a_session_that_is_over_begins_anew() {
    let (discord, _, news, alice) = town().await;
    discord.set_heartbeat(Duration::from_millis(20));
    let _bot = log_in(&discord).await;
    let endings: [(&str, &dyn Fn()); 4] = [
        ("op 9", &|| discord.invalidate_sessions()),
        ("a session forgotten", &|| {
            discord.drop_connections();
            discord.forget_sessions();
        }),
        ("no way back at once", &|| {
            discord.refuse_connections(2);
            discord.drop_connections();
        }),
        ("a zombie", &|| discord.stop_acking()),
    ];
    for (count, (name, end)) in endings.into_iter().enumerate() {
        let heartbeats = discord.gateway_stats().heartbeats;
        discord.gateway_when("a heartbeat", |stats| stats.heartbeats > heartbeats).await;
        end();
        discord.gateway_when(name, |stats| stats.identifies == count + 2).await;
        discord.ack_again();
        let id = discord.interact(alice, news, "help", &[]);
        assert_eq!(discord.answer(id).await.content(), "Help", "{name}");
    }
    let stats = discord.gateway_stats();
    assert_eq!((stats.ready, stats.resumed, stats.refused), (5, 0, 2));
}

#[tokio::test]
async fn a_bot_says_good_bye() {
    let (discord, ..) = town().await;
    let mut bot = log_in(&discord).await;
    bot.shards.shutdown_all().await;
    let stats = discord.gateway_when("a good-bye", |stats| stats.closed_by_bot == [1000]).await;
    assert_eq!(stats.open, 0);
    (&mut bot.running).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_revoked_token_ends_the_bot() {
    let (discord, _, news, _) = town().await;
    let mut bot = log_in(&discord).await;
    discord.revoke_token();
    let ended = (&mut bot.running).await.unwrap();
    assert!(matches!(ended, Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))), "{ended:?}");
    assert_eq!(refusal(channel(news).say(&bot.http, "x").await), (401, 0));
    assert_eq!(discord.invalid_requests(), 1);
}

#[tokio::test]
async fn intents_are_checked() {
    let (discord, ..) = town().await;
    let mut bot = log_in_with(&discord, GatewayIntents::MESSAGE_CONTENT).await;
    let ended = (&mut bot.running).await.unwrap();
    assert!(matches!(ended, Err(serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents))), "{ended:?}");
    discord.grant_intents(GatewayIntents::MESSAGE_CONTENT.bits());
    let _bot = log_in_with(&discord, GatewayIntents::MESSAGE_CONTENT).await;
    discord.connected().await;
    let bits = GatewayIntents::from_bits_retain(1 << 40);
    let mut bot = log_in_with(&discord, bits).await;
    let ended = (&mut bot.running).await.unwrap();
    assert!(matches!(ended, Err(serenity::Error::Gateway(GatewayError::InvalidGatewayIntents))), "{ended:?}");
}

#[tokio::test]
async fn one_session_too_many_costs_the_token() {
    let (discord, ..) = town().await;
    discord.set_session_starts(0);
    let mut bot = log_in_with(&discord, GatewayIntents::empty()).await;
    let ended = (&mut bot.running).await.unwrap();
    assert!(matches!(ended, Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))), "{ended:?}");
    assert_eq!(refusal(bot.http.get_current_user().await), (401, 0));
}

#[tokio::test]
async fn a_bot_hears_of_the_places_it_loses() {
    struct Losses(tokio::sync::mpsc::UnboundedSender<String>);
    #[async_trait]
    impl EventHandler for Losses {
        async fn channel_delete(
            &self,
            _: Context,
            channel: serenity::all::GuildChannel,
            _: Option<Vec<serenity::all::Message>>,
        ) {
            self.0.send(format!("no more #{}", channel.name)).unwrap();
        }
        async fn guild_delete(
            &self,
            _: Context,
            guild: serenity::all::UnavailableGuild,
            _: Option<serenity::all::Guild>,
        ) {
            self.0.send(format!("no more guild, for now: {}", guild.unavailable)).unwrap();
        }
        async fn guild_create(&self, ctx: Context, guild: serenity::all::Guild, _: Option<bool>) {
            ctx.set_activity(Some(ActivityData::watching("feeds")));
            self.0.send(format!("guild {} with {} channels", guild.name, guild.channels.len())).unwrap();
        }
        async fn message(&self, _: Context, message: serenity::all::Message) {
            self.0.send(format!("said: {}", message.content)).unwrap();
        }
    }
    let (discord, guild, news, _) = town().await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES;
    let building = ClientBuilder::new_with_http(http(&discord), intents).event_handler(Losses(told));
    let mut client = building.await.unwrap();
    let http = client.http.clone();
    let running = tokio::spawn(async move { client.start().await });
    assert_eq!(heard.recv().await.unwrap(), "guild Town with 1 channels");
    channel(news).say(&http, "Hello").await.unwrap();
    assert_eq!(heard.recv().await.unwrap(), "said: Hello");
    discord.delete_channel(news);
    assert_eq!(heard.recv().await.unwrap(), "no more #news");
    assert_eq!(refusal(channel(news).say(&http, "x").await), (404, 10003));
    let more = discord.channel(guild, "more", TEXT);
    discord.kick_bot(guild);
    assert_eq!(heard.recv().await.unwrap(), "no more guild, for now: false");
    assert_eq!(refusal(channel(more).say(&http, "x").await), (403, 50001));
    discord.invite_bot(guild);
    assert_eq!(heard.recv().await.unwrap(), "guild Town with 1 channels");
    channel(more).say(&http, "x").await.unwrap();
    running.abort();
}

#[tokio::test]
async fn an_accepted_request_is_in_the_ledger_whatever_comes_back() {
    let (discord, _, news, _) = town().await;
    let http = http(&discord);
    discord.accept_then(Kind::CreateMessage, After::Status(500));
    assert_eq!(refusal(channel(news).say(&http, "one").await), (500, 0));
    discord.accept_then(Kind::CreateMessage, After::Status(504));
    assert_eq!(refusal(channel(news).say(&http, "two").await), (504, -1));
    discord.accept_then(Kind::CreateMessage, After::HangUp);
    assert!(channel(news).say(&http, "three").await.is_err());
    discord.accept_then(Kind::CreateMessage, After::Silence);
    let unanswered = tokio::spawn(async move { channel(news).say(&http, "four").await });
    assert_eq!(discord.messages_when(news, 4).await.len(), 4);
    unanswered.abort();
    assert_eq!(discord.accepted(Kind::CreateMessage).len(), 4);
    let said: Vec<_> =
        discord.ledger().into_iter().map(|entry| (entry.method, entry.body["content"].clone())).collect();
    assert_eq!(said, ["one", "two", "three", "four"].map(|text| ("POST".to_owned(), json!(text))));
    assert!(discord.ledger()[0].at > 1.7e9 && discord.refusals().is_empty());
}

#[tokio::test]
async fn a_failed_request_leaves_nothing() {
    let (discord, _, news, _) = town().await;
    discord.limit_rates(50, 1.0, 1000);
    let http = http(&discord);
    for (status, code) in [(500, 0), (502, -1), (503, -1)] {
        discord.fail_next_with(Kind::CreateMessage, 1, status);
        assert_eq!(refusal(channel(news).say(&http, "x").await), (status, code));
    }
    discord.refuse_next(Kind::CreateMessage, 2, 403, 50013);
    for _ in 0..2 {
        assert_eq!(refusal(channel(news).say(&http, "x").await), (403, 50013));
    }
    discord.hang_up_on_next(Kind::Any);
    assert!(channel(news).say(&http, "x").await.is_err());
    discord.hang(Kind::CreateMessage);
    let patience = Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, channel(news).say(&http, "x")).await.is_err());
    assert!(discord.messages(news).is_empty() && discord.ledger().is_empty());
    assert_eq!(discord.invalid_requests(), 2);
    let refused = &discord.refusals()[3];
    assert_eq!((refused.kind, refused.status, refused.code), (Kind::CreateMessage, 403, 50013));
    assert_eq!((&refused.path, &refused.body["code"]), (&format!("/channels/{news}/messages"), &json!(50013)));
    assert!(refused.at > 1.7e9);
    channel(news).say(&http, "at last").await.unwrap();
}

#[tokio::test]
async fn a_gate_holds_a_request_before_or_after_it_is_accepted() {
    let (discord, _, news, _) = town().await;
    let http = Arc::new(http(&discord));
    let say = |text: &'static str| {
        let http = http.clone();
        tokio::spawn(async move { channel(news).say(&http, text).await })
    };
    let gate = discord.hold(Kind::CreateMessage);
    let before = say("before");
    gate.arrived(1).await;
    assert!(discord.messages(news).is_empty());
    gate.open();
    before.await.unwrap().unwrap();
    let gate = discord.hold_answers(Kind::CreateMessage);
    let after = say("after");
    gate.arrived(1).await;
    assert_eq!(discord.messages(news).len(), 2);
    assert!(!after.is_finished());
    drop(gate);
    after.await.unwrap().unwrap();
}

#[tokio::test]
async fn signed_interactions_pass_the_verifier_and_nothing_else_does() {
    let (discord, _, news, alice) = town().await;
    let verifier = serenity::interactions_endpoint::Verifier::new(&discord.public_key_hex());
    let ping = discord.ping_payload();
    let (id, payload) = discord.command_payload(alice, news, "digest weekly", &[]);
    for payload in [&ping, &payload] {
        let (headers, body) = discord.signed_interaction(payload);
        let header = |name: &str| headers.iter().find(|(own, _)| own == name).unwrap().1.clone();
        let (signature, timestamp) = (header("X-Signature-Ed25519"), header("X-Signature-Timestamp"));
        verifier.verify(&signature, &timestamp, &body).unwrap();
        verifier.verify(&signature, "1", &body).unwrap_err();
        verifier.verify(&signature, &timestamp, &body[1..]).unwrap_err();
        serde_json::from_slice::<Interaction>(&body).unwrap();
    }
    // The bot answers in the body of its response, and goes on with the token.
    let wrong = json!({"type": 4, "data": {"content": "x".repeat(2001)}});
    assert_eq!(discord.answered_over_http(id, &wrong).unwrap_err().0, 400);
    discord.answered_over_http(id, &json!({"type": 5, "data": {"flags": 64}})).unwrap();
    let http = http(&discord);
    let token = payload["token"].as_str().unwrap();
    http.edit_original_interaction_response(token, &json!({"content": "done"}), vec![]).await.unwrap();
    let answer = discord.answer(id).await;
    assert!(answer.is_deferred && answer.is_ephemeral);
    assert_eq!(answer.content(), "done");
    let (id, _) = discord.typing_payload(alice, news, "subscribe", "what", "ru");
    discord.answered_over_http(id, &json!({"type": 8, "data": {"choices": []}})).unwrap();
    assert_eq!(discord.answer(id).await.choices, Some(vec![]));
    let row = CreateActionRow::Buttons(vec![CreateButton::new("why").label("Why")]);
    let card = channel(news).send_message(&http, CreateMessage::new().content("A card").components(vec![row])).await;
    let (id, payload) = discord.press_payload(alice, card.unwrap().id.get(), "why");
    serde_json::from_value::<Interaction>(payload).unwrap();
    let until = json!({"type": 4, "custom_id": "until", "style": 1, "label": "Until"});
    discord
        .answered_over_http(id, &json!({"type": 9, "data": {"custom_id": "m", "title": "Mute", "components": [{"type": 1, "components": [until]}]}}))
        .unwrap();
    assert_eq!(discord.answer(id).await.modal.unwrap()["title"], "Mute");
}

#[tokio::test]
async fn a_dropped_simulator_closes_its_connections() {
    let (discord, ..) = town().await;
    let address = discord.url().trim_start_matches("http://").to_owned();
    let mut open = TcpStream::connect(&address).await.unwrap();
    open.write_all(b"GET /api/v10/gateway HTTP/1.1\r\n\r\n").await.unwrap();
    let mut byte = [0];
    open.read_exact(&mut byte).await.unwrap();
    drop(discord);
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(&address).await.is_err());
}
