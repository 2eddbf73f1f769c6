//! Arguments, logging, exit code.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use tidings::cli::Cli;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::debug!("A task panicked at {place}");
    }));
    // One thread waits for everything; what computes does so on blocking threads. Polling many feeds
    // is mostly waiting, and waking a second thread for each answer costs more than the answer.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    let outcome = runtime.block_on(cli.execute());
    // Whatever still blocks (a pipe that nobody reads) does not hold up the end.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // A reader like `head` has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error:#}")),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("tidings: {message}");
    ExitCode::FAILURE
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// Warnings, and what the operator should know of a start and a stop; `RUST_LOG` says otherwise, but not
/// of slack-morphism, which logs the addresses that open its sockets (failures, row 52).
fn start_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,tidings::app=info"));
    let filter = match "slack_morphism=off".parse() {
        Ok(silence) => filter.add_directive(silence),
        Err(_) => filter,
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
