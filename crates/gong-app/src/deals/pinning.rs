//! Says that a call is about a deal, whatever was found.

use std::sync::Arc;

use access::Operation;
use call_archive::Pinned;
use conversation::{CallId, DealId};

use crate::app::App;
use crate::views::{PinView, neutral};
use crate::{Error, ErrorKind};

/// What to do with a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two are the meaning")]
pub enum Pinning {
    /// Set it.
    Pin,
    /// Take it away.
    Unpin,
}

impl App {
    /// Pins a call to a deal, or takes the pin away. While a call has pins, it is about the deals
    /// that it is pinned to, and about no others.
    pub async fn pin_call(
        &self,
        call: &str,
        deal: &str,
        pinning: Pinning,
    ) -> Result<PinView, Error> {
        self.permit(Operation::DEALS_PIN).await?;
        self.existing_archive().await?;
        let calls: Vec<CallId> = CallId::new(call).into_iter().collect();
        let work = async {
            let id = CallId::new(call).map_err(|_| not_there())?;
            let named: DealId = deal.parse().map_err(|_| not_there())?;
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::DEALS, false)?;
            let done = match pinning {
                Pinning::Pin => archive.pin(&scope, &id, &named).await?,
                Pinning::Unpin => archive.unpin(&scope, &id, &named).await?,
            };
            if done == Pinned::NotThere {
                return Err(not_there());
            }
            Ok(PinView {
                call: neutral(id.as_str()),
                deal: neutral(&named.to_string()),
                is_pinned: pinning == Pinning::Pin,
                is_changed: done == Pinned::Changed,
            })
        };
        let asked = format!("{call} {deal} {pinning:?}");
        self.doing_to(
            Operation::DEALS_PIN,
            &calls,
            &asked,
            Box::pin(work),
            |_: &PinView| "ok",
        )
        .await
    }
}

fn not_there() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "there is no such call, or no such deal",
    )
    .hint("`gongkit search` and `gongkit deals list` show ids; a private call is pinned to no deal")
}
