//! What may be asked for, and the operations that each permission opens.

use std::fmt;
use std::str::FromStr;

use crate::role::UnknownWord;

/// A permission. The same words are the scopes of API keys and of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the rows of the one table")]
pub enum Permission {
    /// Facts of calls, without words.
    CallsRead,
    /// What was said, and any other free text.
    TranscriptsRead,
    /// What was found in calls.
    InsightsRead,
    /// Deals and what is said of them.
    DealsRead,
    /// How somebody sells.
    CoachingRead,
    /// Saving trackers and labels.
    TrackersWrite,
    /// Bringing calls in.
    SyncRun,
    /// Writing to the CRM.
    CrmWrite,
    /// Erasing calls.
    Purge,
    /// Keys, backups, configuration.
    KeysManage,
    /// Private calls that one took no part in.
    PrivateRead,
    /// The audit log.
    AuditRead,
}

impl Permission {
    /// Every permission, in the order of the table's rows.
    pub const ALL: [Self; 12] = [
        Self::CallsRead,
        Self::TranscriptsRead,
        Self::InsightsRead,
        Self::DealsRead,
        Self::CoachingRead,
        Self::TrackersWrite,
        Self::SyncRun,
        Self::CrmWrite,
        Self::Purge,
        Self::KeysManage,
        Self::PrivateRead,
        Self::AuditRead,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallsRead => "calls.read",
            Self::TranscriptsRead => "transcripts.read",
            Self::InsightsRead => "insights.read",
            Self::DealsRead => "deals.read",
            Self::CoachingRead => "coaching.read",
            Self::TrackersWrite => "trackers.write",
            Self::SyncRun => "sync.run",
            Self::CrmWrite => "crm.write",
            Self::Purge => "purge",
            Self::KeysManage => "keys.manage",
            Self::PrivateRead => "private.read",
            Self::AuditRead => "audit.read",
        }
    }

    /// The operations that it opens.
    pub fn opens(self) -> impl Iterator<Item = Operation> {
        OPERATIONS
            .into_iter()
            .filter(move |(_, permission)| *permission == self)
            .map(|(name, permission)| Operation { name, permission })
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let mut all = Self::ALL.into_iter();
        all.find(|permission| permission.as_str() == word)
            .ok_or(UnknownWord { kind: "permission" })
    }
}

/// Something that can be asked for, by the name that commands, tools and the audit log use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    name: &'static str,
    permission: Permission,
}

/// Gives each operation a constant and the list of all of them.
macro_rules! operations {
    ($($constant:ident = $name:literal, $permission:ident;)*) => {
        #[expect(missing_docs, reason = "each constant is its name in the table")]
        impl Operation {
            $(pub const $constant: Self = Self { name: $name, permission: Permission::$permission };)*
        }

        const OPERATIONS: [(&str, Permission); [$($name),*].len()] =
            [$(($name, Permission::$permission)),*];
    };
}

operations! {
    LIST_CALLS = "list calls", CallsRead;
    GET_CALL = "get call", CallsRead;
    ACCOUNTS = "accounts", CallsRead;
    STATUS = "status", CallsRead;
    TRANSCRIPT = "transcript", TranscriptsRead;
    SEARCH = "search", TranscriptsRead;
    ASK = "ask", TranscriptsRead;
    SHOW = "show", TranscriptsRead;
    BRIEF = "brief", TranscriptsRead;
    PROSE = "prose", TranscriptsRead;
    EXPORT = "export", TranscriptsRead;
    FINDINGS = "findings", InsightsRead;
    ANALYSE_CALL = "analyse call", InsightsRead;
    COMPETITORS = "competitors", InsightsRead;
    TRACKERS_LIST = "trackers list", InsightsRead;
    TRACKERS_TEST = "trackers test", InsightsRead;
    DEALS = "deals", DealsRead;
    RISK = "risk", DealsRead;
    PIPELINE = "pipeline", DealsRead;
    FORECAST = "forecast", DealsRead;
    ACCOUNT_BRIEF = "account brief", DealsRead;
    COACH = "coach", CoachingRead;
    TRACKERS_SAVE = "trackers save", TrackersWrite;
    FINDINGS_LABEL = "findings label", TrackersWrite;
    SYNC = "sync", SyncRun;
    IMPORT = "import", SyncRun;
    REINDEX = "reindex", SyncRun;
    WORK = "worker", SyncRun;
    DEAD_RETRY = "dead retry", SyncRun;
    DEAD_DROP = "dead drop", SyncRun;
    CRM_INIT = "crm init", CrmWrite;
    CRM_PLAN = "crm plan", CrmWrite;
    CRM_APPLY = "crm apply", CrmWrite;
    CRM_UNDO = "crm undo", CrmWrite;
    DEALS_IMPORT = "deals import", CrmWrite;
    DEALS_PIN = "deals pin", CrmWrite;
    PURGE = "purge", Purge;
    RETENTION = "retention", Purge;
    LEGAL_HOLD = "legal hold", Purge;
    KEYS = "keys", KeysManage;
    API_KEYS = "auth keys", KeysManage;
    DB_BACKUP = "db backup", KeysManage;
    DB_RESTORE = "db restore", KeysManage;
    DB_MIGRATE = "db migrate", KeysManage;
    AUDIT_KEY = "audit key", KeysManage;
    CONFIG = "config", KeysManage;
    LOGIN = "login", KeysManage;
    INCLUDE_PRIVATE = "include private", PrivateRead;
    AUDIT_VERIFY = "audit verify", AuditRead;
    AUDIT_EXPORT = "audit export", AuditRead;
    AUDIT_CHECKPOINT = "audit checkpoint", AuditRead;
}

impl Operation {
    /// Every operation, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        OPERATIONS
            .into_iter()
            .map(|(name, permission)| Self { name, permission })
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// The permission that it needs.
    pub const fn permission(self) -> Permission {
        self.permission
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl FromStr for Operation {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::all()
            .find(|operation| operation.name == word)
            .ok_or(UnknownWord { kind: "operation" })
    }
}
