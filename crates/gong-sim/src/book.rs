//! The calls of a running simulator, in the order in which Gong lists them.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::{Error, Result, WorldCall};

/// Where a call stands in every list: by scheduled time (start for dialed calls), oldest first, then by id.
pub(crate) type Place = (Timestamp, Box<str>);

/// All calls by their place.
#[derive(Debug, Default)]
pub(crate) struct Book {
    by_place: BTreeMap<Place, WorldCall>,
    listed_at: HashMap<Box<str>, Timestamp>,
    /// The largest distance between the place of any call and its start, so that a search by start need not look at
    /// every call.
    skew: SignedDuration,
}

/// Which calls are asked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) dates: Dates,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) workspace: Option<String>,
    pub(crate) ids: Option<HashSet<String>>,
    pub(crate) primary_users: Option<HashSet<String>>,
}

/// Which of a call's two times the dates of a filter mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dates {
    #[default]
    Listed,
    Started,
}

/// One page's worth of what was found.
#[derive(Debug)]
pub(crate) struct Found<'b> {
    pub(crate) total: usize,
    pub(crate) page: Vec<(&'b Place, &'b WorldCall)>,
    pub(crate) has_more: bool,
}

impl Book {
    pub(crate) fn of(calls: Vec<WorldCall>) -> Self {
        let mut book = Self::default();
        for call in calls {
            book.put(call);
        }
        book
    }

    pub(crate) fn get(&self, id: &str) -> Result<&WorldCall> {
        let unknown = || Error::UnknownCall { id: id.to_owned() };
        let listed_at = self.listed_at.get(id).ok_or_else(unknown)?;
        self.by_place
            .get(&(*listed_at, id.into()))
            .ok_or_else(unknown)
    }

    pub(crate) fn add(&mut self, call: WorldCall) -> Result<()> {
        if self.listed_at.contains_key(call.id()) {
            return Err(Error::DuplicateCall {
                id: call.id().to_owned(),
            });
        }
        self.put(call);
        Ok(())
    }

    pub(crate) fn change(
        &mut self,
        id: &str,
        change: impl FnOnce(WorldCall) -> Result<WorldCall>,
    ) -> Result<()> {
        let changed = change(self.get(id)?.clone())?;
        self.remove(id)?;
        self.put(changed);
        Ok(())
    }

    pub(crate) fn remove(&mut self, id: &str) -> Result<WorldCall> {
        let unknown = || Error::UnknownCall { id: id.to_owned() };
        let listed_at = self.listed_at.remove(id).ok_or_else(unknown)?;
        self.by_place
            .remove(&(listed_at, id.into()))
            .ok_or_else(unknown)
    }

    fn put(&mut self, call: WorldCall) {
        let listed_at = call.listed_at();
        self.skew = self.skew.max(call.started.duration_since(listed_at).abs());
        self.listed_at.insert(call.id.clone(), listed_at);
        self.by_place.insert((listed_at, call.id.clone()), call);
    }

    /// How many calls are wanted and visible, and at most `limit` of them that stand after `after`.
    pub(crate) fn find(
        &self,
        wanted: &Wanted,
        is_visible: impl Fn(&WorldCall) -> bool,
        after: Option<&Place>,
        limit: usize,
    ) -> Found<'_> {
        let mut found = Found {
            total: 0,
            page: Vec::new(),
            has_more: false,
        };
        for (place, call) in self.candidates(wanted) {
            if !wanted.includes(call) || !is_visible(call) {
                continue;
            }
            found.total += 1;
            if after.is_some_and(|after| place <= after) {
                continue;
            }
            if found.page.len() < limit {
                found.page.push((place, call));
            } else {
                found.has_more = true;
            }
        }
        found
    }

    /// The last call that is wanted and visible and stands at or before `place`.
    pub(crate) fn last_until(
        &self,
        wanted: &Wanted,
        is_visible: impl Fn(&WorldCall) -> bool,
        place: &Place,
    ) -> Option<&WorldCall> {
        let until = self.candidates(wanted).take_while(|(at, _)| *at <= place);
        until
            .map(|(_, call)| call)
            .filter(|call| wanted.includes(call) && is_visible(call))
            .last()
    }

    /// In order: a superset of what is wanted, as small as the dates and ids make it.
    fn candidates<'b>(
        &'b self,
        wanted: &Wanted,
    ) -> Box<dyn Iterator<Item = (&'b Place, &'b WorldCall)> + 'b> {
        if let Some(ids) = &wanted.ids {
            let mut places: Vec<Place> = ids
                .iter()
                .filter_map(|id| Some((*self.listed_at.get(id.as_str())?, id.as_str().into())))
                .collect();
            places.sort();
            return Box::new(
                places
                    .into_iter()
                    .filter_map(|place| self.by_place.get_key_value(&place)),
            );
        }
        let skew = if wanted.dates == Dates::Listed {
            SignedDuration::ZERO
        } else {
            self.skew
        };
        let earliest = wanted.from.map_or(Timestamp::MIN, |from| {
            from.checked_sub(skew).unwrap_or(Timestamp::MIN)
        });
        let latest = wanted.to.map_or(Timestamp::MAX, |to| {
            to.checked_add(skew).unwrap_or(Timestamp::MAX)
        });
        let from_earliest = self.by_place.range((earliest, Box::from(""))..);
        Box::new(from_earliest.take_while(move |((at, _), _)| *at <= latest))
    }
}

impl Wanted {
    fn includes(&self, call: &WorldCall) -> bool {
        let at = match self.dates {
            Dates::Listed => call.listed_at(),
            Dates::Started => call.started,
        };
        let is_one_of = |wanted: &Option<HashSet<String>>, id: Option<&str>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| id.is_some_and(|id| wanted.contains(id)))
        };
        self.from.is_none_or(|from| from <= at)
            && self.to.is_none_or(|to| at < to)
            && self
                .workspace
                .as_ref()
                .is_none_or(|wanted| call.workspace.as_deref() == Some(wanted))
            && is_one_of(&self.ids, Some(call.id()))
            && is_one_of(&self.primary_users, call.primary_user.as_deref())
    }
}
