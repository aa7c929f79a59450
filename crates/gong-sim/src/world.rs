//! Everything that a pretended company has in Gong.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::generated::Generated;
use crate::{Error, Lateness, Result, WorldCall, sample};

/// The calls, users and workspaces of one pretended company.
///
/// Users are taken from the calls' parties; [`World::with_user`] adds more or says more about one.
///
/// ```
/// use gong_sim::World;
///
/// assert_eq!(World::sample().len(), 34);
/// assert_eq!(World::generate(7, 100_000).len(), 100_000);
/// ```
#[derive(Clone, Debug, Default)]
pub struct World {
    pub(crate) calls: Vec<WorldCall>,
    pub(crate) users: Vec<Value>,
    pub(crate) workspaces: Vec<Value>,
    ids: HashSet<Box<str>>,
}

impl World {
    /// A company without calls.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The invented sales calls that come with this crate: 34 calls of ten deals, every person and company made up.
    pub fn sample() -> Self {
        sample::world()
    }

    /// Any number of plain made-up calls in the first half of 2026, the same for the same seed.
    ///
    /// Cheap: a call's words are made when it is asked for. Some ids have 20 digits, some calls come from a dialer
    /// and have no scheduled time, some started a day or two away from it.
    pub fn generate(seed: u64, calls: usize) -> Self {
        let mut world = Self::empty();
        for number in 0..calls {
            let call = WorldCall::generated(Generated::numbered(seed, number, calls));
            world.ids.insert(call.id.clone());
            world.calls.push(call);
        }
        world
    }

    /// The calls in a folder of files of the form `{"call": …, "callTranscript": …}`. Other files are left alone.
    pub fn from_dir(folder: &Path) -> Result<Self> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Unreadable { path, source }
        };
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .map_err(unreadable(folder))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(unreadable(folder))?;
        files.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        });
        files.sort();

        let mut world = Self::empty();
        for path in files {
            let text = fs::read(&path).map_err(unreadable(&path))?;
            let file: Value = serde_json::from_slice(&text).map_err(|source| Error::NotJson {
                path: path.clone(),
                source,
            })?;
            world = WorldCall::from_json(file)
                .and_then(|call| world.with_call(call))
                .map_err(|source| Error::NotACall {
                    path,
                    source: Box::new(source),
                })?;
        }
        Ok(world)
    }

    /// The same world with one more call.
    pub fn with_call(mut self, call: WorldCall) -> Result<Self> {
        if !self.ids.insert(call.id.clone()) {
            return Err(Error::DuplicateCall { id: call.id.into() });
        }
        self.calls.push(call);
        Ok(self)
    }

    /// The same world with one call changed.
    pub fn with_edited(
        mut self,
        id: &str,
        edit: impl FnOnce(WorldCall) -> WorldCall,
    ) -> Result<Self> {
        let call = self.calls.iter_mut().find(|call| call.id() == id);
        let call = call.ok_or_else(|| Error::UnknownCall { id: id.to_owned() })?;
        *call = edit(call.clone());
        Ok(self)
    }

    /// The same world with one more user, in Gong's shape. One with the id of a party takes that party's place.
    #[must_use = "the world is returned, not changed in place"]
    pub fn with_user(mut self, user: Value) -> Self {
        self.users.push(user);
        self
    }

    /// The same world with a workspace described, in Gong's shape. Those that calls name exist anyway.
    #[must_use = "the world is returned, not changed in place"]
    pub fn with_workspace(mut self, workspace: Value) -> Self {
        self.workspaces.push(workspace);
        self
    }

    /// The same world with calls, details and transcripts that come late.
    #[must_use = "the world is returned, not changed in place"]
    pub fn late(mut self, lateness: &Lateness) -> Self {
        self.calls = self
            .calls
            .into_iter()
            .map(|call| call.late(lateness))
            .collect();
        self
    }

    /// How many calls there are, late ones included.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there is no call.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// How many of the calls have a transcript, late ones included.
    pub fn transcripts(&self) -> usize {
        self.calls
            .iter()
            .filter(|call| call.has_transcript())
            .count()
    }

    /// The calls in no particular order.
    pub fn calls(&self) -> impl Iterator<Item = &WorldCall> {
        self.calls.iter()
    }
}
