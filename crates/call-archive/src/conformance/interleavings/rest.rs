//! The end of a schedule: nothing goes wrong any more, and archive, index and model say the same.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::{Erasing as _, Indexes as _, Ledger as _, Status};

use super::super::fixture::{id, read};
use super::super::model::WORDS;
use super::{CALLS, Play, Stage};

impl<S: Stage> Play<S> {
    /// Everything that waits is done and nothing goes wrong any more; then archive and index say
    /// the same.
    pub(super) async fn rest(&mut self) {
        self.crash().await;
        self.is_calm = true;
        for _ in 0..3 {
            self.now += SignedDuration::from_secs(1_000);
            while self.erase_one().await {}
            self.claim(1_000).await;
            while !self.flights.is_empty() {
                self.go_on().await;
            }
            self.sweep(self.now).await;
        }
        let left = self.sweep(self.now).await;
        assert_eq!(left, 0, "nothing is left to sweep, {self}");
        let open = self.settle().await;
        assert_eq!(open, 0, "every receipt is finished, {self}");
        self.compare().await;
        self.holds_each_once().await;
    }

    async fn holds_each_once(&self) {
        let mut wanted = BTreeMap::new();
        for name in 0..CALLS {
            let call = read(self.archive(), name).await;
            if let Some((call, text)) = call.and_then(|call| Some((call.facts_hash, call.text?))) {
                wanted.insert((id(name), text.revision), call);
            }
        }
        let held = self.stage.holdings().await.into_iter();
        let held: BTreeMap<_, _> = held
            .map(|held| ((held.call, held.text_revision), held.facts_hash))
            .collect();
        assert_eq!(held, wanted, "what the index holds, {self}");
        let rows = self
            .archive()
            .indexed(&self.index, None)
            .await
            .expect("rows");
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|row| ((row.call, row.now.text_revision), row.now.facts_hash))
            .collect();
        assert_eq!(rows, wanted, "what is indexed, {self}");
        for word in WORDS {
            let found = self.stage.found(word).await;
            assert_eq!(found, self.model.saying(word), "{word} is found, {self}");
        }
        let Status { jobs, dead, .. } = self.archive().status().await.expect("counts");
        assert!(jobs.is_empty() && dead.is_empty(), "jobs are left, {self}");
        let ids: Vec<_> = (0..CALLS).map(id).collect();
        let erased = self.archive().erased(&ids).await.expect("known");
        assert_eq!(erased, self.model.tombstones(), "tombstones, {self}");
    }
}
