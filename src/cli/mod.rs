//! The command line, one file per subcommand (design, section 4).

mod card;
mod chat;
mod deliveries;
mod desk;
mod doctor;
mod examine;
mod exchange;
mod feeds;
mod items;
mod manifest;
mod out;
mod parse;
mod source;
mod store;
mod stories;
mod table;

use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::app;
use crate::config::{CONFIG_VARIABLE, Config, ConfigError, Environment};
use crate::platform::terminal::{Output, Style};

/// The file that is read without `--config`.
const CONFIG_DEFAULT: &str = "config.toml";

/// A news bot that reads feeds and writes news cards whose every sentence is traced to its source.
#[derive(Parser)]
#[command(name = "tidings", version)]
pub struct Cli {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", env = CONFIG_VARIABLE, default_value = CONFIG_DEFAULT)]
    config: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

#[derive(clap::Args, Default)]
struct Run {
    /// How cards are printed: for people (the default), or one line of JSON per card
    #[arg(long, value_enum)]
    output: Option<RunOutput>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RunOutput {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Watch the feeds and print cards as items appear (the same as no command)
    Run(Run),
    /// Parse a feed and print it as one JSON object
    Parse(parse::Args),
    /// Make the cards of a feed, or of items as JSON Lines
    Card(card::Args),
    /// Say which items tell the same event: one line of JSON per item
    Stories(stories::Args),
    /// Say a word of the chat commands at the terminal, or talk until the end of input
    Chat(chat::Args),
    /// Take over subscriptions from an OPML or JSON file
    Import(exchange::ImportArgs),
    /// Print the terminal's subscriptions
    Export(exchange::ExportArgs),
    /// Check configuration, store, tokens, feeds: one line each
    Doctor,
    /// The feeds and how they are doing
    Feeds(feeds::Args),
    /// What was sent, what waits, what is dead
    Deliveries(deliveries::Args),
    /// What a platform must know of the app, to be pasted there
    #[command(subcommand)]
    Manifest(manifest::Command),
    /// Look after the store: check it, back it up, put a backup back
    #[command(subcommand)]
    Store(store::Command),
    /// Try whether a document kills its parser; the bot asks this of itself after a crash
    #[command(hide = true)]
    Examine(examine::Args),
    /// Print the completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// One readable error; the process then ends with 1.
    pub async fn execute(self) -> anyhow::Result<()> {
        let config = &self.config;
        let output = self.run.output;
        match self.command.unwrap_or(Command::Run(Run::default())) {
            Command::Run(args) => run(config, args.output.or(output)).await,
            Command::Parse(args) => parse::execute(&args, &optional(config)?).await,
            Command::Card(args) => card::execute(&args, &optional(config)?).await,
            Command::Stories(args) => stories::execute(&args, &optional(config)?).await,
            Command::Chat(mut args) => {
                let config = args.take_config().unwrap_or_else(|| config.clone());
                chat::execute(&args, &required(&config)?).await
            }
            Command::Import(args) => exchange::import(&args, &required(config)?).await,
            Command::Export(args) => exchange::export(&args, &required(config)?).await,
            Command::Doctor => doctor::execute(config).await,
            Command::Feeds(args) => feeds::execute(&args, &required(config)?).await,
            Command::Deliveries(args) => deliveries::execute(&args, &required(config)?).await,
            Command::Manifest(command) => manifest::execute(&command, &optional(config)?),
            Command::Store(command) => store::execute(&command, &required(config)?),
            Command::Examine(args) => examine::execute(&args).await,
            Command::Completions { shell } => {
                // Into memory first: the generator panics where output is refused.
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "tidings", &mut script);
                Ok(out::text(String::from_utf8_lossy(&script))?)
            }
            Command::Man => Ok(clap_mangen::Man::new(Self::command()).render(&mut std::io::stdout())?),
        }
    }
}

async fn run(config: &Path, output: Option<RunOutput>) -> anyhow::Result<()> {
    let config = required(config)?;
    let output = match output {
        Some(RunOutput::Text) | None => Output::Text(Style::of_stdout()),
        Some(RunOutput::Json) => Output::Json,
    };
    app::run(&config, output, &Environment::of_process()).await
}

fn required(path: &Path) -> Result<Config, ConfigError> {
    Config::load(path, &Environment::of_process())
}

/// Commands that look at one document do without a file, unless one is named.
fn optional(path: &Path) -> Result<Config, ConfigError> {
    let environment = Environment::of_process();
    if path == Path::new(CONFIG_DEFAULT) && !path.exists() {
        return Config::without_file(&environment);
    }
    Config::load(path, &environment)
}
