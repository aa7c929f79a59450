//! Each command: parse, call one use case, render.

mod access;
mod admin;
mod backups;
mod bring;
mod crm;
mod database;
mod dead;
mod deals;
mod demo;
mod demo_deals;
mod erase;
mod export;
mod find;
mod first_run;
mod insights;
mod keys;
mod login;
mod manual;
mod mcp;
mod memory;
mod model;
mod moving;
mod narrating;
mod outlook;
mod serve;
mod simulate;
mod webhook;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use gong_app::views::SetUpView;
use gong_app::{App, Config, Environment, Error, ErrorKind, Flags, PresentConfig, SetUpRequest};
use tokio_util::sync::CancellationToken;

use crate::arguments::{Arguments, Command, Global};
use crate::bars::Bars;
use crate::output::{Format, complain};
use crate::stop;

/// What every command is given.
pub(crate) struct Context {
    pub(crate) format: Format,
    pub(crate) bars: Arc<Bars>,
    pub(crate) stop: CancellationToken,
    environment: Environment,
    flags: Flags,
    quiet: bool,
}

impl Context {
    /// The facade, wired by the configuration.
    pub(crate) fn app(&self) -> Result<App, Error> {
        Ok(self.app_of(self.config()?))
    }

    pub(crate) fn config(&self) -> Result<Config, Error> {
        Config::load(&self.environment, &self.flags)
    }

    /// Whether there is a place for the configuration of whoever runs this.
    pub(crate) fn may_set_up(&self, present: PresentConfig) -> Result<(), Error> {
        gong_app::may_set_up(&self.environment, present).map(drop)
    }

    /// Writes the configuration of whoever runs this.
    pub(crate) fn set_up(&self, request: &SetUpRequest) -> Result<SetUpView, Error> {
        gong_app::set_up(&self.environment, &self.flags, request)
    }

    pub(crate) fn app_of(&self, config: Config) -> App {
        let listener = Arc::clone(&self.bars) as Arc<dyn gong_app::Listener>;
        App::new(config, &self.environment, listener, self.stop.clone())
    }

    /// A person who runs a command on somebody's calls is told as whom.
    fn say_whom_it_works_for(&self, command: &Command) {
        let is_without_calls = matches!(
            command,
            Command::Demo
                | Command::Init(_)
                | Command::Doctor
                | Command::Config(_)
                | Command::Model(_)
                | Command::Completions { .. }
                | Command::Manual { .. }
                | Command::Sim(_)
                | Command::Eval(_)
        );
        if !is_without_calls && std::io::stderr().is_terminal() {
            self.remark("acting as admin: whoever runs gongkit on this machine sees every call");
        }
    }

    /// Says something that is neither data nor an error.
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            crate::output::say(text);
        }
    }
}

/// Runs a command and gives the process its exit code.
pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let Arguments { global, command } = arguments;
    let context = match context(&global) {
        Ok(context) => context,
        Err(error) => return failed(format_of(&global), &error),
    };
    context.say_whom_it_works_for(&command);
    let signals = stop::on_signal(context.stop.clone());
    let outcome = match command {
        Command::Demo => demo::run(&context).await,
        Command::Init(arguments) => first_run::init(&context, arguments).await,
        Command::Doctor => reading(&context, admin::doctor(&context)).await,
        Command::Login(arguments) => reading(&context, login::login(&context, &arguments)).await,
        Command::Logout => login::logout(&context).await,
        Command::Sync(arguments) => bring::sync(&context, &arguments).await,
        Command::Import(arguments) => bring::import(&context, &arguments).await,
        Command::Ask(arguments) => reading(&context, find::ask(&context, arguments)).await,
        Command::Search(arguments) => reading(&context, find::search(&context, arguments)).await,
        Command::Export(arguments) => export::run(&context, arguments).await,
        Command::Show(arguments) => reading(&context, find::show(&context, &arguments)).await,
        Command::Summary(arguments) => {
            reading(&context, narrating::summary(&context, arguments)).await
        }
        Command::Brief(arguments) => reading(&context, narrating::brief(&context, arguments)).await,
        Command::Deals(arguments) => deals::deals(&context, arguments).await,
        Command::Accounts(arguments) => deals::accounts(&context, arguments).await,
        Command::Pipeline(arguments) => {
            reading(&context, outlook::pipeline(&context, arguments)).await
        }
        Command::Forecast(arguments) => {
            reading(&context, outlook::forecast(&context, arguments)).await
        }
        Command::Competitors(arguments) => outlook::competitors(&context, arguments).await,
        Command::Coach(arguments) => outlook::coach(&context, arguments).await,
        Command::Crm(arguments) => crm::run(&context, arguments).await,
        Command::Insights(arguments) => insights::run(&context, arguments).await,
        Command::Trackers(arguments) => insights::trackers(&context, arguments).await,
        Command::Mcp(arguments) => mcp::run(&context, &global, arguments).await,
        Command::Worker(arguments) => serve::worker(&context, &arguments).await,
        Command::Serve(arguments) => serve::serve(&context, &arguments).await,
        Command::Reindex => bring::reindex(&context).await,
        Command::Memory(arguments) => memory::run(&context, arguments).await,
        Command::Purge(arguments) => erase::purge(&context, arguments).await,
        Command::Receipts => erase::receipts(&context).await,
        Command::Hold(arguments) => erase::hold(&context, arguments).await,
        Command::Eval(arguments) => find::eval(&context, arguments).await,
        Command::Auth(arguments) => access::auth(&context, arguments).await,
        Command::Audit(arguments) => access::audit(&context, arguments).await,
        Command::Keys(arguments) => keys::run(&context, &arguments.command).await,
        Command::Model(arguments) => {
            reading(&context, model::run(&context, &arguments.command)).await
        }
        Command::Config(arguments) => admin::config(&context, &arguments),
        Command::Webhook(arguments) => webhook::run(&context, &arguments.command).await,
        Command::Dead(arguments) => dead::run(&context, &arguments.command).await,
        Command::Db(arguments) => database::db(&context, arguments).await,
        Command::Completions { shell } => admin::completions(shell),
        Command::Manual { man } => manual::run(man.as_deref()),
        Command::Sim(arguments) => simulate::run(&context, &arguments).await,
    };
    signals.abort();
    context.bars.clear();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(context.format, &error),
    }
}

/// A command that only reads has nothing in hand that must be finished.
async fn reading(
    context: &Context,
    command: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    tokio::select! {
        done = command => done,
        () = context.stop.cancelled() => Err(Error::new(ErrorKind::Cancelled, "stopped on request")),
    }
}

fn failed(format: Format, error: &Error) -> ExitCode {
    complain(format, error);
    ExitCode::from(error.kind().exit_code())
}

fn format_of(global: &Global) -> Format {
    if global.json {
        Format::Json
    } else {
        Format::Text
    }
}

fn context(global: &Global) -> Result<Context, Error> {
    // Values that are no text belong to nobody here; names of ours are always text.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut flags = Flags::default();
    flags.config = global.config.as_deref().map(absolute).transpose()?;
    flags.data_dir = global.data_dir.as_deref().map(absolute).transpose()?;
    flags.model_dir = global.model_dir.as_deref().map(absolute).transpose()?;
    flags.allow_foreign_base_url = global.allow_foreign_base_url;
    Ok(Context {
        format: format_of(global),
        bars: Arc::new(Bars::new(global)),
        stop: CancellationToken::new(),
        environment: Environment::new(variables, jiff::Timestamp::now),
        flags,
        quiet: global.quiet,
    })
}

/// A path that was typed is meant from where it was typed.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| {
        let what = format!("{} is no path", path.display());
        Error::new(ErrorKind::Usage, what).caused_by(error)
    })
}
