//! The company's budget in memory.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{Budget, BudgetBook, Error, MemoryArchive, SlotRequest, Taken};

#[async_trait]
impl Budget for MemoryArchive {
    async fn take_slot(&self, asked: &SlotRequest, now: Timestamp) -> Result<Taken, Error> {
        let book = &mut self.state().budget;
        let slot = book.take(asked, now);
        Ok(Taken { slot, book: *book })
    }

    async fn push_back(&self, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        self.state().budget.push_back(until, now);
        Ok(())
    }

    async fn book(&self) -> Result<BudgetBook, Error> {
        Ok(self.state().budget)
    }
}
