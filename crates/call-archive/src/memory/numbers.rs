//! The figures of calls in memory.

use access::Scope;
use async_trait::async_trait;

use crate::{CallNumbers, Error, MemoryArchive, Numbered, Numbers, NumbersQuery};

use super::state::is_reached;

#[async_trait]
impl Numbers for MemoryArchive {
    async fn put_numbers(&self, numbers: &[CallNumbers]) -> Result<usize, Error> {
        let mut state = self.writing()?;
        let mut taken = 0;
        for one in numbers {
            let row = state.visible(&one.call);
            let is_current = row.is_some_and(|row| {
                row.current.revision == one.revision && !row.current.call.is_private()
            });
            if is_current {
                state.numbers.insert(one.call.clone(), one.clone());
                taken += 1;
            }
        }
        Ok(taken)
    }

    async fn numbers(&self, scope: &Scope, query: &NumbersQuery) -> Result<Vec<Numbered>, Error> {
        let state = self.state();
        let scope = scope.clone().without_private();
        let is_asked_for = |id| query.calls.as_ref().is_none_or(|calls| calls.contains(id));
        let mut found: Vec<Numbered> = state
            .all_visible()
            .map(|row| &row.current)
            .filter(|current| is_asked_for(&current.call.id) && is_reached(&scope, current))
            .map(|current| Numbered {
                call: current.call.id.clone(),
                started: current.call.started,
                numbers: state
                    .numbers
                    .get(&current.call.id)
                    .filter(|numbers| numbers.revision == current.revision)
                    .cloned(),
            })
            .filter(|one| query.after.as_ref().is_none_or(|after| one.call > *after))
            .collect();
        found.sort_by(|one, other| one.call.cmp(&other.call));
        found.truncate(query.limit);
        Ok(found)
    }
}
