//! Opening: the key, the schema, the keys of the tenant, the erase log, in this order.

use std::sync::{Arc, Mutex};

use tokio::time::timeout;

use crate::moment::micros;
use crate::stored::{Context, EraseLog, KeyRing, Logged, stopped};
use crate::waiting::Bell;
use crate::{Error, ErrorKind, PostgresArchive, SchemaStatus};

use super::connect::{DEADLINE, PostgresOptions};
use super::fence::{self, Fence};
use super::migrate;
use super::{Parts, fault, keyring, older, query, receiving, unite};

impl PostgresArchive {
    /// Opens the archive of a database, bringing its schema up to date.
    ///
    /// The key is never made here: without it this is [`ErrorKind::KeyMissing`](crate::ErrorKind),
    /// and nothing is written. A database that has no check value yet takes the key it is given.
    pub async fn open(options: PostgresOptions) -> Result<Self, Error> {
        let ring = keys(&options).await?;
        let log = options
            .erase_log
            .clone()
            .map(|file| Arc::new(EraseLog::at(file)));
        let outside = read_log(log.as_ref(), &options).await?;
        let connector = options.connector()?;
        let pool = connector.pool()?;
        let opening = async {
            let mut client = pool.get().await.map_err(fault::no_connection)?;
            let on = client.transaction().await?;
            migrate::take_turn(&on).await?;
            let found = migrate::status(&on).await?;
            migrate::expand(&on, &found, options.now).await?;
            receiving::refuse_draft(&on).await?;
            if !fence::binds(&on).await? {
                tracing::warn!(
                    "the archive's role passes row-level security; give it one of its own"
                );
            }
            Fence::open().raise(&on, options.tenant.as_str()).await?;
            keyring::check_or_leave(&on, &ring, micros(options.now)).await?;
            let outlived = outside.hash_key.as_ref();
            let now = micros(options.now);
            let keys = keyring::complete(&on, &options.tenant, &ring, outlived, now).await?;
            let context = Context {
                tenant: options.tenant.clone(),
                keys,
                bell: Bell::default(),
            };
            let inside = unite::unite(&context, &on, &outside, options.now).await?;
            older::seal(&context, &on).await?;
            let schema: String = query::one(&on, "SELECT current_schema()::text", &[]).await?;
            on.commit().await?;
            Ok((context, inside, schema, migrate::may_contract(&found)))
        };
        let (context, inside, schema, may_contract) = timeout(DEADLINE, opening)
            .await
            .unwrap_or_else(|_| Err(fault::too_late()))?;
        if may_contract {
            migrate::contract(&pool, options.now).await?;
        }
        let archive = Self {
            parts: Arc::new(Parts {
                pool,
                erase_log: log.clone(),
                context: Arc::new(context),
                connector,
                listening: Mutex::default(),
                schema,
            }),
            duty: None,
        };
        if let Some(log) = log {
            archive
                .aside(move |context| {
                    if outside.hash_key.is_none() {
                        log.append_key(&context.tenant, context.keys.wrapped_hash())?;
                    }
                    log.append(&context.tenant, &outside.lacking(&inside))
                })
                .await?;
        }
        Ok(archive)
    }

    /// How far the schema of a database has come, and what opening it would add. Writes nothing.
    pub async fn schema_status(options: &PostgresOptions) -> Result<SchemaStatus, Error> {
        let pool = options.connector()?.pool()?;
        let looking = async {
            let mut client = pool.get().await.map_err(fault::no_connection)?;
            let on = client.build_transaction().read_only(true).start().await?;
            migrate::status(&on).await
        };
        timeout(DEADLINE, looking)
            .await
            .unwrap_or_else(|_| Err(fault::too_late()))
    }
}

pub(super) async fn keys(options: &PostgresOptions) -> Result<KeyRing, Error> {
    let store = Arc::clone(&options.keys);
    let place = store.place();
    let loading = tokio::task::spawn_blocking(move || KeyRing::load(store)).await;
    let ring = loading.map_err(|error| stopped().caused_by(error))??;
    ring.ok_or_else(|| {
        let what = format!("the archive's key is missing: {place} has none");
        Error::new(ErrorKind::KeyMissing, what)
    })
}

async fn read_log(log: Option<&Arc<EraseLog>>, options: &PostgresOptions) -> Result<Logged, Error> {
    let Some(log) = log.cloned() else {
        return Ok(Logged::default());
    };
    let tenant = options.tenant.clone();
    tokio::task::spawn_blocking(move || log.read(&tenant))
        .await
        .map_err(|error| stopped().caused_by(error))?
}
