//! Who is connected: counted, and the longest waiting makes room for the newest.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// All connections of a listener.
#[derive(Debug)]
pub(crate) struct Crowd {
    most: NonZeroUsize,
    people: Mutex<People>,
}

#[derive(Debug, Default)]
struct People {
    next_turn: u64,
    /// Connections with no request in hand; the smallest turn has waited longest.
    waiting: BTreeMap<u64, CancellationToken>,
    /// Connections with a request in hand.
    busy: usize,
}

/// A connection's place in the crowd.
#[derive(Debug)]
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    /// Cancelled when the connection must make room.
    sent_away: CancellationToken,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Waiting { turn: u64 },
    Busy { requests: usize },
}

/// A request in hand: while it lives, its connection is not sent away.
#[derive(Debug)]
pub(crate) struct InHand(Arc<Place>);

impl Crowd {
    pub(crate) fn new(most: NonZeroUsize) -> Arc<Self> {
        Arc::new(Self {
            most,
            people: Mutex::default(),
        })
    }

    /// A place for a new connection; none when every place has a request in hand.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Arc<Place>> {
        let mut people = self.people();
        let is_full = people.waiting.len() + people.busy >= self.most.get();
        if is_full && !people.send_one_away() {
            return None;
        }
        let sent_away = CancellationToken::new();
        let turn = people.wait(sent_away.clone());
        Some(Arc::new(Place {
            crowd: Arc::clone(self),
            sent_away,
            state: Mutex::new(State::Waiting { turn }),
        }))
    }

    /// Sends the longest waiting away, if any waits.
    pub(crate) fn make_room(&self) -> bool {
        self.people().send_one_away()
    }

    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl People {
    fn wait(&mut self, sent_away: CancellationToken) -> u64 {
        let turn = self.next_turn;
        self.next_turn += 1;
        self.waiting.insert(turn, sent_away);
        turn
    }

    fn send_one_away(&mut self) -> bool {
        let longest = self.waiting.pop_first();
        if let Some((_, sent_away)) = &longest {
            sent_away.cancel();
        }
        longest.is_some()
    }
}

impl Place {
    /// Ends when the connection must make room.
    pub(crate) async fn sent_away(&self) {
        self.sent_away.cancelled().await;
    }

    /// A request came; none may be begun on a connection that was sent away.
    pub(crate) fn begin(self: &Arc<Self>) -> Option<InHand> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Busy { requests } => *requests += 1,
            State::Waiting { turn } => {
                let mut people = self.crowd.people();
                people.waiting.remove(turn)?;
                people.busy += 1;
                *state = State::Busy { requests: 1 };
            }
        }
        drop(state);
        Some(InHand(Arc::clone(self)))
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let place = &self.0;
        let mut state = place.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Busy { requests } = &mut *state {
            *requests -= 1;
            if *requests == 0 {
                let mut people = place.crowd.people();
                people.busy -= 1;
                let turn = people.wait(place.sent_away.clone());
                *state = State::Waiting { turn };
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Each request in hand holds its place, so nobody leaves who is busy.
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let State::Waiting { turn } = state {
            self.crowd.people().waiting.remove(turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(most: usize) -> Arc<Crowd> {
        Crowd::new(NonZeroUsize::new(most).expect("not zero"))
    }

    #[test]
    fn the_longest_waiting_makes_room_for_the_newest() {
        let crowd = crowd(2);
        let first = crowd.enter().expect("there is room");
        let second = crowd.enter().expect("there is room");

        // The first had a request since the second came, so the second has waited longer.
        drop(first.begin().expect("it was not sent away"));
        let third = crowd.enter().expect("one is sent away");

        assert!(second.sent_away.is_cancelled());
        assert!(!first.sent_away.is_cancelled() && !third.sent_away.is_cancelled());
        assert!(second.begin().is_none(), "it was sent away");
    }

    #[test]
    fn a_request_in_hand_keeps_its_place() {
        let crowd = crowd(1);
        let place = crowd.enter().expect("there is room");

        let in_hand = place.begin().expect("it was not sent away");
        assert!(crowd.enter().is_none());
        assert!(!crowd.make_room());

        drop(in_hand);
        assert!(crowd.enter().is_some());
    }

    #[test]
    fn who_leaves_gives_the_place_back() {
        let crowd = crowd(1);
        for _ in 0..3 {
            let place = crowd.enter().expect("there is room");
            drop(place.begin());
            assert!(!place.sent_away.is_cancelled());
        }
        let busy = crowd.enter().and_then(|place| place.begin());
        drop(busy);
        assert!(crowd.enter().is_some());
    }
}
