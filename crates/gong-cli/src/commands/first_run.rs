//! `init`: what is not given is asked for.

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;
use std::time::Duration;

use gong_app::{Error, ErrorKind, PresentConfig, SetUpRequest};

use super::Context;
use crate::arguments::InitArgs;
use crate::{output, tables};

/// More is no secret.
const LONGEST_SECRET: u64 = 64 * 1024;

/// Who reads a secret puts the terminal back as it was before it goes.
const GRACE: Duration = Duration::from_millis(500);

pub(crate) async fn init(context: &Context, arguments: InitArgs) -> Result<(), Error> {
    let present = if arguments.replace {
        PresentConfig::MovesAside
    } else {
        PresentConfig::Stays
    };
    // Nobody types a secret for nothing.
    context.may_set_up(present)?;
    let mut asking = tokio::task::spawn_blocking(move || request(arguments, present));
    let asked = tokio::select! {
        asked = &mut asking => asked,
        () = context.stop.cancelled() => {
            // Who still waits for an answer is left behind.
            let _ = tokio::time::timeout(GRACE, asking).await;
            return Err(stopped());
        }
    };
    let failed =
        |error| Error::new(ErrorKind::Failed, "the questions were not asked").caused_by(error);
    let view = context.set_up(&asked.map_err(failed)??)?;
    output::answer(context.format, &view, tables::set_up)
}

fn stopped() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "stopped on request; nothing was written",
    )
}

fn request(arguments: InitArgs, present: PresentConfig) -> Result<SetUpRequest, Error> {
    let InitArgs {
        access_key,
        secret_file,
        base_url,
        since,
        replace: _,
    } = arguments;
    let access_key = given_or_asked(
        access_key,
        "--access-key",
        "Access key (Gong: Admin center > Settings > Ecosystem > API):",
    )?;
    let secret = match secret_file {
        Some(file) => secret_of(&file)?,
        None => typed_secret()?,
    };
    let base_url = given_or_asked(
        base_url,
        "--base-url",
        "Address shown beside the key, like https://us-12345.api.gong.io:",
    )?;
    Ok(SetUpRequest {
        access_key,
        secret: secret.into(),
        base_url,
        since,
        present,
    })
}

fn given_or_asked(given: Option<String>, flag: &str, question: &str) -> Result<String, Error> {
    if let Some(given) = given {
        return Ok(given);
    }
    somebody_is_there(flag)?;
    output::say(question);
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    let read = read.map_err(|error| {
        Error::new(ErrorKind::Failed, "the answer cannot be read").caused_by(error)
    })?;
    let answer = line.trim();
    if answer.is_empty() {
        let what = if read == 0 {
            "the input ended before everything was answered"
        } else {
            "nothing was typed"
        };
        return Err(Error::new(ErrorKind::Usage, what).hint(format!(
            "run it again, or pass {flag}; without an account, `gongkit demo` shows everything on \
             invented calls"
        )));
    }
    Ok(answer.to_owned())
}

fn typed_secret() -> Result<String, Error> {
    somebody_is_there("--secret-file")?;
    rpassword::prompt_password("The key's secret (it is not shown): ").map_err(|error| {
        if error.kind() == io::ErrorKind::Interrupted {
            return stopped();
        }
        Error::new(ErrorKind::Failed, "the secret cannot be read").caused_by(error)
    })
}

fn secret_of(file: &Path) -> Result<String, Error> {
    let read = fs::metadata(file).and_then(|about| {
        if about.len() > LONGEST_SECRET {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is too long for a secret",
            ));
        }
        fs::read_to_string(file)
    });
    read.map_err(|error| {
        let what = format!("the secret cannot be read from {}", file.display());
        Error::new(ErrorKind::Usage, what).caused_by(error)
    })
}

fn somebody_is_there(flag: &str) -> Result<(), Error> {
    if io::stdin().is_terminal() {
        return Ok(());
    }
    let what = "nobody can be asked for what is missing";
    Err(Error::new(ErrorKind::Usage, what).hint(format!(
        "pass {flag}; a server needs no file: GONG_ACCESS_KEY, GONG_ACCESS_KEY_SECRET_FILE and \
         GONG_BASE_URL say the same"
    )))
}
