//! Token and address into a HubSpot account that is asked within its limits, every request recorded.

use std::sync::Arc;

use crm_sync::{ArchiveOutbox, CrmSync, HubSpot, Limits};
use gong_auth::read_secret_file;
use secrecy::{ExposeSecret as _, SecretString};

use super::SYSTEM;
use super::remembering::Remembering;
use super::witness::Recording;
use crate::app::App;
use crate::config::CrmSettings;
use crate::{Error, ErrorKind};

/// How many hundredths of the day's requests are used: others ask HubSpot, too.
const SHARE: u64 = 80;

/// An account and what was written to it.
pub(crate) struct Connected {
    pub(crate) crm: Arc<Remembering>,
    pub(crate) outbox: ArchiveOutbox,
    pub(crate) flow: CrmSync,
}

impl App {
    /// Whether a token is named: without one, HubSpot has no part in anything.
    pub(crate) fn has_crm(&self) -> bool {
        self.config().settings.crm.is_named()
    }

    /// The account of the configuration, and the outbox of the archive. Nothing is asked yet.
    pub(crate) async fn crm(&self) -> Result<Connected, Error> {
        let hubspot = self.hubspot()?;
        let opened = self.opened().await?;
        let witness = Recording {
            archive: Arc::clone(&opened.archive),
            requests: Arc::clone(&opened.crm_requests),
            recorder: Arc::clone(&self.shared.recorder),
            caller: Arc::clone(&self.caller),
            now: self.shared.now,
            most: self.crm_requests_a_day(),
        };
        let hubspot = hubspot.witnessed(Arc::new(witness));
        let crm = Arc::new(Remembering::over(hubspot));
        let outbox = ArchiveOutbox::new(Arc::clone(&opened.crm_outbox), SYSTEM);
        let flow = CrmSync::new(Arc::clone(&crm) as _, Arc::new(outbox.clone()));
        Ok(Connected { crm, outbox, flow })
    }

    /// The account, unrecorded: for whoever has no archive yet.
    pub(crate) fn hubspot(&self) -> Result<HubSpot, Error> {
        let settings = &self.config().settings.crm;
        let limits = Limits {
            per_ten_seconds: settings.requests_per_ten_seconds.get(),
            per_day: settings.daily_requests.get(),
            ..Limits::default()
        };
        let token = token(settings)?;
        Ok(HubSpot::with_limits(
            settings.base_url.trim(),
            &token,
            limits,
        )?)
    }

    /// How many requests all processes together send in 24 hours.
    pub(crate) fn crm_requests_a_day(&self) -> u32 {
        let allowed = self.config().settings.crm.daily_requests.get();
        u32::try_from(u64::from(allowed) * SHARE / 100).unwrap_or(u32::MAX)
    }
}

fn token(settings: &CrmSettings) -> Result<SecretString, Error> {
    let token = match (&settings.access_token, &settings.access_token_file) {
        (Some(token), _) => token.clone(),
        (None, Some(file)) => read_secret_file(file).map_err(|error| {
            let what = format!("{} cannot be read", file.display());
            Error::new(ErrorKind::NotConfigured, what)
                .caused_by(error)
                .hint("check HUBSPOT_ACCESS_TOKEN_FILE, or crm.access_token_file")
        })?,
        (None, None) => {
            return Err(
                Error::new(ErrorKind::NotConfigured, "no token for HubSpot is set").hint(
                    "make a service key in HubSpot (Settings > Integrations > Service Keys) and \
                     set HUBSPOT_ACCESS_TOKEN or HUBSPOT_ACCESS_TOKEN_FILE; docs/crm.md",
                ),
            );
        }
    };
    Ok(token.expose_secret().trim().to_owned().into())
}
