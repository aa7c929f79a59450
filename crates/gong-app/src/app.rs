//! The facade: configuration in, use cases out.

use std::path::Path;
use std::sync::Arc;

use access::Caller;
use call_archive::{
    Answers, Archive, Budget, CrmOutbox, CrmRequests, DeadLetters, Duties, Inbox, JobWatch, Secrets,
};
use conversation::Tenant;
use embeddings::Embedder;
use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::ask::Kept;
use crate::index::Indexes;
use crate::index::homes::Homes;
use crate::once::Once;
use crate::provider::Provider;
use crate::recorder::{Recorder, Writing};
use crate::{Config, Environment, Error, ErrorKind, Listener, metrics, model};

/// Everything that a front end needs, wired once. Cheap to clone; nothing is opened before a use
/// case needs it.
#[derive(Clone)]
pub struct App {
    pub(crate) shared: Arc<Shared>,
    pub(crate) caller: Arc<Caller>,
    /// Who hears how far this handle's work is, instead of the one for all.
    pub(crate) hears: Option<Arc<dyn Listener>>,
    /// What was read already for the one answer that this handle is for.
    pub(crate) once: Option<Arc<Once>>,
}

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) now: fn() -> Timestamp,
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) stop: CancellationToken,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) provider: Provider,
    pub(crate) kept: Arc<Kept>,
    pub(crate) homes: Arc<Homes>,
    opened: OnceCell<Opened>,
    embedder: OnceCell<Arc<dyn Embedder>>,
}

/// One archive, by what is asked of it.
pub(crate) struct Opened {
    pub(crate) archive: Arc<dyn Archive>,
    pub(crate) customers: Arc<dyn call_archive::Customers>,
    pub(crate) budget: Arc<dyn Budget>,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) dead: Arc<dyn DeadLetters>,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) answers: Arc<dyn Answers>,
    pub(crate) watch: Arc<dyn JobWatch>,
    pub(crate) duties: Arc<dyn Duties>,
    pub(crate) crm_outbox: Arc<dyn CrmOutbox>,
    pub(crate) crm_requests: Arc<dyn CrmRequests>,
}

impl App {
    /// Wires what the configuration says, for the person at this machine, who acts as admin. The
    /// token stops what is running: it finishes the item in hand.
    pub fn new(
        config: Config,
        environment: &Environment,
        listener: Arc<dyn Listener>,
        stop: CancellationToken,
    ) -> Self {
        Self::wired(config, environment.clock(), listener, stop)
    }

    /// Wires the same for a server: until it is told [for whom](Self::acting_as) it works, nothing
    /// is open. What is read is recorded together, by [`keep_records`](Self::keep_records).
    pub fn serving(
        config: Config,
        environment: &Environment,
        listener: Arc<dyn Listener>,
        stop: CancellationToken,
    ) -> Self {
        let nobody = Caller::nobody(Tenant::default());
        let together = Recorder::new(Writing::Together);
        Self::wired_for(
            nobody,
            together,
            config,
            environment.clock(),
            listener,
            stop,
        )
    }

    pub(crate) fn wired(
        config: Config,
        now: fn() -> Timestamp,
        listener: Arc<dyn Listener>,
        stop: CancellationToken,
    ) -> Self {
        let local = Caller::local(Tenant::default());
        let at_once = Recorder::new(Writing::AtOnce);
        Self::wired_for(local, at_once, config, now, listener, stop)
    }

    fn wired_for(
        caller: Caller,
        recorder: Recorder,
        config: Config,
        now: fn() -> Timestamp,
        listener: Arc<dyn Listener>,
        stop: CancellationToken,
    ) -> Self {
        metrics::describe();
        Self {
            caller: Arc::new(caller),
            hears: None,
            once: None,
            shared: Arc::new(Shared {
                homes: Arc::new(Homes::new(&config.settings.memory)),
                config,
                now,
                listener,
                stop,
                recorder: Arc::new(recorder),
                provider: Provider::default(),
                kept: Arc::default(),
                opened: OnceCell::new(),
                embedder: OnceCell::new(),
            }),
        }
    }

    /// The same app, telling somebody else how far it is: what a server does for each request, so
    /// that nobody hears of the work of others.
    #[must_use = "gives another handle back"]
    pub fn telling(&self, listener: Arc<dyn Listener>) -> Self {
        Self {
            hears: Some(listener),
            ..self.clone()
        }
    }

    /// Who hears how far the work is.
    pub(crate) fn listener(&self) -> &Arc<dyn Listener> {
        self.hears.as_ref().unwrap_or(&self.shared.listener)
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Where the data lies.
    pub fn data_dir(&self) -> Result<&Path, Error> {
        self.config().settings.data.dir.as_deref().ok_or_else(|| {
            Error::new(ErrorKind::NotConfigured, "there is no folder for the data")
                .hint("set HOME or XDG_DATA_HOME to an absolute path, or pass --data-dir")
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        let once = self.once.as_ref();
        once.map_or_else(|| (self.shared.now)(), |once| once.now)
    }

    pub(crate) fn indexes(&self) -> Result<Indexes, Error> {
        let homes = Arc::clone(&self.shared.homes);
        Ok(Indexes::in_data_dir(self.data_dir()?, homes))
    }

    /// The archive, made if it is not there.
    pub(crate) async fn archive(&self) -> Result<&Arc<dyn Archive>, Error> {
        Ok(&self.opened().await?.archive)
    }

    /// Whether there is an archive that keeps records; one that is open is not looked for again.
    pub(crate) async fn keeps_records(&self) -> Result<bool, Error> {
        if self.shared.opened.initialized() {
            return Ok(true);
        }
        self.has_archive().await
    }

    /// The same, with what else the archive keeps.
    pub(crate) async fn opened(&self) -> Result<&Opened, Error> {
        self.shared
            .opened
            .get_or_try_init(|| self.open_archive())
            .await
    }

    /// Works over this archive from the first use case on.
    #[cfg(test)]
    pub(crate) fn open_as(&self, opened: Opened) {
        assert!(
            self.shared.opened.set(opened).is_ok(),
            "nothing was opened yet"
        );
    }

    /// The archive, which must be there: a command that only reads makes nothing.
    pub(crate) async fn existing_archive(&self) -> Result<&Arc<dyn Archive>, Error> {
        if !self.has_archive().await? {
            let what = format!("there is no archive in {} yet", self.where_it_is()?);
            return Err(Error::new(ErrorKind::NotConfigured, what).hint(
                "run `gongkit sync`, `gongkit import DIR`, or `gongkit demo` to see it without an \
                 account",
            ));
        }
        self.archive().await
    }

    /// The model, fetched if need be.
    pub(crate) async fn embedder(&self) -> Result<&Arc<dyn Embedder>, Error> {
        self.shared
            .embedder
            .get_or_try_init(|| async {
                let listener = Arc::clone(self.listener());
                // A fetch that is dropped leaves nothing that is taken for the model later.
                tokio::select! {
                    opened = model::open(&self.config().settings, listener) => opened,
                    () = self.shared.stop.cancelled() => {
                        Err(Error::new(ErrorKind::Cancelled, "stopped on request"))
                    }
                }
            })
            .await
    }
}
