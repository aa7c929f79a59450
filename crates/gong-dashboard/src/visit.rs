//! One request of somebody who is let in: for whom, what is asked, and how it is to look.

use gong_app::{App, Error, ErrorKind, Operation, OutlookRequest, Why};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::asked::{Asked, address};

/// What stays in every address: the period that is looked at, and as of when.
const KEPT: [&str; 2] = ["period", "as_of"];

/// How the page looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A request of somebody who is let in.
#[derive(Clone)]
pub(crate) struct Visit {
    /// Works for whoever asks.
    pub(crate) app: App,
    /// The path.
    pub(crate) path: String,
    /// What the address says.
    pub(crate) asked: Asked,
    /// What the form says, if one was sent and shows that it is ours.
    pub(crate) form: Asked,
    /// What forms of this page must show.
    pub(crate) form_token: String,
    pub(crate) theme: Theme,
    pub(crate) now: Timestamp,
    /// Said at the top of every page.
    pub(crate) note: Option<String>,
}

impl Visit {
    /// Whether whoever asks may do this; what he may not see is not offered.
    pub(crate) fn may(&self, operation: Operation) -> bool {
        self.app.caller().may(operation).is_ok()
    }

    /// An address on this server that looks at the same period as of the same day.
    pub(crate) fn to<'a>(
        &'a self,
        path: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let fields: Vec<(&str, &str)> = fields.into_iter().collect();
        let kept = KEPT
            .into_iter()
            .filter(|name| fields.iter().all(|(field, _)| field != name))
            .filter_map(|name| Some((name, self.asked.get(name)?)));
        let kept: Vec<_> = kept.collect();
        address(path, fields.into_iter().chain(kept))
    }

    /// The same page with other fields.
    pub(crate) fn here<'a>(&'a self, fields: &'a [(&'a str, &'a str)]) -> String {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let rest = self.asked.without(&names);
        let all: Vec<(&str, &str)> = rest.chain(fields.iter().copied()).collect();
        address(&self.path, all)
    }

    /// As of when; none is now. A day means its end.
    pub(crate) fn as_of(&self) -> Result<Option<Timestamp>, Error> {
        let Some(text) = self.asked.get("as_of") else {
            return Ok(None);
        };
        let end_of = |day: Date| {
            let next = day.tomorrow().ok()?.at(0, 0, 0, 0);
            let next = TimeZone::UTC.to_timestamp(next).ok()?;
            next.checked_sub(jiff::SignedDuration::from_nanos(1)).ok()
        };
        let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        let instant = day.map_or_else(|| text.parse().ok(), end_of);
        instant.map(Some).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "that is no day").hint("write days like 2026-03-31")
        })
    }

    /// The period that is looked at.
    pub(crate) fn outlook(&self, why: Why) -> Result<OutlookRequest, Error> {
        let mut request = OutlookRequest::default();
        request.as_of = self.as_of()?;
        request.period = self.asked.get("period").map(str::to_owned);
        request.why = why;
        Ok(request)
    }
}
