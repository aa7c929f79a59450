//! The views that are timed, each asked as its command asks it.

use std::num::NonZeroUsize;

use anyhow::Result;
use gong_app::{
    App, CoachRequest, CompetitorsRequest, DealsRequest, OutlookRequest, RiskRequest, Why,
};
use jiff::Timestamp;
use jiff::civil::date;

use crate::world;

/// A view.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View {
    Deals,
    Risk,
    RiskWhy,
    Pipeline,
    Forecast,
    Competitors,
    Coach,
    EachCall,
}

impl View {
    /// All of them; what stood at each call only if it is asked for.
    pub(crate) fn all(each_call: bool) -> &'static [Self] {
        const ALL: &[View] = &[
            View::Deals,
            View::Risk,
            View::RiskWhy,
            View::Pipeline,
            View::Forecast,
            View::Competitors,
            View::Coach,
            View::EachCall,
        ];
        let usual = ALL.split_last().map_or(ALL, |(_, usual)| usual);
        if each_call { ALL } else { usual }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Deals => "deals list",
            Self::Risk => "deals risk",
            Self::RiskWhy => "deals risk, first --why",
            Self::Pipeline => "pipeline",
            Self::Forecast => "forecast",
            Self::Competitors => "competitors",
            Self::Coach => "coach",
            Self::EachCall => "deals risk --each-call",
        }
    }

    /// What the number of its answer counts.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Self::Deals => "deals",
            Self::Risk | Self::RiskWhy => "open deals",
            Self::Pipeline => "won and lost deals in the period",
            Self::Forecast => "deals open in the forecast",
            Self::Competitors => "deals of the competitor",
            Self::Coach => "calls of the rep",
            Self::EachCall => "calls",
        }
    }

    /// Asks it; gives a number of the answer, by which one sees that it is one.
    pub(crate) async fn ask(self, app: &App) -> Result<usize> {
        let as_of = Some(as_of());
        let mut outlook = OutlookRequest::default();
        outlook.as_of = as_of;
        let mut risk = RiskRequest::default();
        risk.as_of = as_of;
        Ok(match self {
            Self::Deals => {
                let mut request = DealsRequest::default();
                request.as_of = as_of;
                app.deals(&request).await?.deals.len()
            }
            Self::Risk => app.risk(&risk).await?.deals.len(),
            Self::RiskWhy => {
                risk.most = Some(NonZeroUsize::MIN);
                risk.why = Why::Said;
                app.risk(&risk).await?.total
            }
            Self::Pipeline => {
                let view = app.pipeline_of(&outlook).await?;
                let closed = view.currencies.iter().map(|one| one.win_rate.of);
                closed
                    .map(|of| usize::try_from(of).unwrap_or_default())
                    .sum()
            }
            Self::Forecast => {
                let view = app.forecast(&outlook).await?;
                view.currencies.iter().map(|one| one.open).sum()
            }
            Self::Competitors => {
                let mut request = CompetitorsRequest::default();
                request.as_of = as_of;
                let view = app.competitors(&request).await?;
                view.competitors.iter().map(|one| one.deals).sum()
            }
            Self::Coach => {
                let mut request = CoachRequest::new("seller.3@seller.example");
                request.as_of = as_of;
                let view = app.coach(&request).await?;
                view.call_types.iter().map(|one| one.calls).sum()
            }
            Self::EachCall => {
                let view = app.risk_at_calls(&risk).await?;
                view.deals.iter().map(|deal| deal.calls.len()).sum()
            }
        })
    }
}

fn as_of() -> Timestamp {
    world::evening(date(2025, 8, 15))
}
