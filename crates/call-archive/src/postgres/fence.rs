//! The second fence: each transaction says which calls it reaches, and the policies of the tables
//! keep to it, whatever a query forgets.

use access::{PrivateCalls, Rows, Scope};
use conversation::UserId;
use deadpool_postgres::Transaction;

use crate::Error;
use crate::stored::damaged;

use super::migrate;
use super::query::{Values, maybe, one};

/// What the policies of the tables read; the places of its values are 1 to 5.
const RAISED: &str = "set_config('gongkit.tenant', $1, true),
    set_config('gongkit.rows', $2, true),
    set_config('gongkit.users', $3::text[]::text, true),
    set_config('gongkit.private', $4, true),
    set_config('gongkit.own', $5, true)";

/// Which calls a transaction reaches.
#[derive(Clone)]
pub(super) struct Fence {
    rows: &'static str,
    users: Vec<String>,
    private: &'static str,
    own: String,
}

impl Fence {
    /// Every call: what writes, and what reads for no caller.
    pub(super) fn open() -> Self {
        Self::of(&Scope::everything(PrivateCalls::Included))
    }

    /// The calls of a scope.
    pub(super) fn of(scope: &Scope) -> Self {
        let (rows, users) = match scope.rows() {
            Rows::All => ("all", Vec::new()),
            Rows::Of(users) => ("of", users.iter().map(UserId::to_string).collect()),
            // Rows may gain a meaning that this archive does not know: then nothing is reached.
            _ => ("of", Vec::new()),
        };
        Self {
            rows,
            users,
            private: match scope.private() {
                PrivateCalls::Included => "included",
                PrivateCalls::Withheld => "withheld",
            },
            own: scope.own().map(UserId::to_string).unwrap_or_default(),
        }
    }

    /// Raises the fence of a transaction until it ends.
    pub(super) async fn raise(&self, on: &Transaction<'_>, tenant: &str) -> Result<(), Error> {
        let sql = format!("SELECT 0::bigint, {RAISED}");
        let values: Values<'_> = &[&tenant, &self.rows, &self.users, &self.private, &self.own];
        one::<i64>(on, &sql, values).await.map(drop)
    }

    /// The same in one question with two others: the newest version of a tenant's key, and the
    /// migration that a process must know.
    pub(super) async fn raise_and_ask(
        &self,
        on: &Transaction<'_>,
        tenant: &str,
        purpose: &str,
    ) -> Result<(i64, i64), Error> {
        let since = migrate::SINCE;
        let sql = format!(
            "SELECT max(version), {since}, {RAISED} FROM deks WHERE tenant = $1 AND purpose = $6"
        );
        let values: Values<'_> = &[
            &tenant,
            &self.rows,
            &self.users,
            &self.private,
            &self.own,
            &purpose,
        ];
        let found = maybe(on, &sql, values).await?;
        let row = found.ok_or_else(|| damaged("a row of the archive is not there"))?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}

/// Whether the role of this connection is bound by the fence.
pub(super) async fn binds(on: &Transaction<'_>) -> Result<bool, Error> {
    let sql = "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user";
    one(on, sql, &[]).await
}
