//! `tidings chat`: the words of the chat platforms, at the terminal.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use super::{desk, out};
use crate::config::Config;
use crate::control::{Answer, Question};
use crate::platform::terminal::Style;

#[derive(clap::Args)]
pub struct Args {
    /// One line, such as: subscribe https://blog.rust-lang.org filter:release
    #[arg(value_name = "LINE", trailing_var_arg = true, allow_hyphen_values = true)]
    line: Vec<String>,
}

impl Args {
    /// A line takes everything that follows it; `--config FILE` in it is still meant for the command.
    pub fn take_config(&mut self) -> Option<PathBuf> {
        let at = self.line.iter().position(|word| word == "--config" || word.starts_with("--config="))?;
        let named = self.line.remove(at);
        match named.strip_prefix("--config=") {
            Some(path) => Some(path.into()),
            None => (at < self.line.len()).then(|| self.line.remove(at).into()),
        }
    }
}

pub async fn execute(args: &Args, config: &Config) -> anyhow::Result<()> {
    if !args.line.is_empty() {
        return say(args.line.join(" "), config).await;
    }
    let is_terminal = std::io::stdin().is_terminal();
    let mut lines = std::io::stdin().lock().lines();
    loop {
        if is_terminal {
            out::text("> ")?;
        }
        let Some(line) = lines.next() else { return Ok(()) };
        let line = line?;
        match line.trim() {
            "" => {}
            "quit" | "exit" => return Ok(()),
            // What cannot be done ends a line, not the conversation.
            line => {
                if let Err(error) = say(line.to_owned(), config).await {
                    eprintln!("{error:#}");
                }
            }
        }
    }
}

async fn say(line: String, config: &Config) -> anyhow::Result<()> {
    let Answer::Said(text) = desk::ask(config, Question::Chat { line, style: Style::of_stdout() }).await? else {
        return Err(desk::misunderstood());
    };
    out::line(text.trim())?;
    Ok(())
}
