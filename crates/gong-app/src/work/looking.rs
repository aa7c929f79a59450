//! The loop that runs detectors on calls that were just indexed, so that nobody waits for them.
//!
//! Nothing is lost if it does not come to a call: whoever asks for what was found has it found then.

use access::Scope;
use conversation::CallId;
use tokio::sync::mpsc::Receiver;

use crate::app::App;
use crate::{Error, ErrorKind};

use super::{Tally, add};

/// So many calls are looked at with the same detectors; trackers that were saved meanwhile come
/// after that.
const TOGETHER: usize = 32;

impl App {
    pub(super) async fn look_until_stopped(&self, tally: &Tally, mut calls: Receiver<CallId>) {
        let mut next = Vec::with_capacity(TOGETHER);
        loop {
            let coming = calls.recv_many(&mut next, TOGETHER);
            let come = self.shared.stop.run_until_cancelled(coming).await;
            if come.is_none_or(|calls| calls == 0) {
                return;
            }
            if let Err(error) = self.look_at(&next, tally).await {
                self.note_failure("detect", &error, tally);
            }
            next.clear();
        }
    }

    async fn look_at(&self, calls: &[CallId], tally: &Tally) -> Result<(), Error> {
        let archive = self.archive().await?;
        let scope = Scope::internal();
        let detectors = self.detectors(archive.as_ref(), &scope).await?;
        for call in calls {
            if self.is_stopped() {
                return Ok(());
            }
            match self.found(archive, &scope, call, &detectors).await {
                Ok(_) => add(&tally.looked_at, 1),
                // It was stored anew, or erased, since: then it comes again, or not at all.
                Err(error) if matches!(error.kind(), ErrorKind::TryLater | ErrorKind::NotFound) => {
                }
                Err(error) => {
                    crate::metrics::failed("detect");
                    add(&tally.failures, 1);
                    let call = call.as_str();
                    tracing::warn!(call, error = error.chain(), "detectors did not run");
                }
            }
        }
        // The views of the quarter sum these.
        Box::pin(self.keep_figures(archive, calls.to_vec())).await
    }
}
