//! `doctor`: what is set up, what is not, and the command that mends it.

mod check;
mod connection;
mod crm;
mod embedder;
mod encryption;
mod llm;
mod stored;

use crate::app::App;
use crate::views::{CheckStatus, DoctorView};

use check::Check;

impl App {
    /// Checks everything, also when something fails; asks Gong for three small answers at most,
    /// and HubSpot for ten if a token is named.
    pub async fn doctor(&self) -> DoctorView {
        let mut checks = vec![self.configuration()];
        checks.extend(self.disk().await);
        checks.extend(self.gong().await);
        checks.extend(self.stored().await);
        checks.push(self.language_model().await);
        checks.extend(self.hubspot_account().await);
        let status = checks.iter().map(|check| check.status).max();
        DoctorView {
            status: status.unwrap_or(CheckStatus::Ok),
            checks: checks.into_iter().map(Check::into_view).collect(),
        }
    }

    /// A configuration file that gave a secret and that other users can read.
    fn open_secret_file(&self) -> Option<String> {
        let config = self.config();
        let secrets = config
            .shown
            .iter()
            .filter(|shown| shown.is_secret && shown.value.is_some());
        let open = config
            .files
            .iter()
            .filter(|file| stored::is_open_to_others(file));
        let open: Vec<String> = open.map(|file| file.display().to_string()).collect();
        secrets
            .map(|shown| shown.origin.clone())
            .find(|origin| open.contains(origin))
    }

    fn configuration(&self) -> Check {
        let files = &self.config().files;
        if let Some(file) = self.open_secret_file() {
            return Check::warn(
                "config",
                format!("{file} holds a secret and can be read by others"),
            )
            .why("whoever has the key can read every call of the company")
            .fix(format!("chmod 600 {file}"));
        }
        let what = match files.as_slice() {
            [] => "no configuration file; defaults, environment and flags hold".to_owned(),
            files => {
                let files: Vec<_> = files
                    .iter()
                    .map(|file| file.display().to_string())
                    .collect();
                format!("read {}", files.join(", "))
            }
        };
        Check::ok("config", what)
    }
}
