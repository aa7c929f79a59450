//! What each column holds and when it goes: the table that the schema is checked against.

use std::fmt::Write as _;

/// How a column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// As it is: ids, times, numbers, states, and keyed hashes where a person could be guessed.
    Clear,
    /// Sealed with a key that only the archive's key opens in the end.
    Sealed,
    /// A key, wrapped by another key.
    Wrapped,
}

impl Class {
    /// The word for the class.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Sealed => "sealed",
            Self::Wrapped => "wrapped",
        }
    }
}

/// One column of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClassedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// How it is kept.
    pub class: Class,
    /// With what it is erased.
    pub erased_with: &'static str,
}

/// One row per table: its name, what erases it, its clear columns, its sealed and wrapped ones.
type Table = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, Class)],
);

const TABLES: [Table; 44] = [
    (
        "calls",
        "the call",
        &[
            "tenant",
            "id",
            "source",
            "workspace",
            "started",
            "scheduled",
            "duration",
            "direction",
            "scope",
            "language",
            "is_private",
            "primary_user",
            "revision",
            "text_revision",
            "text_hash",
            "facts_hash",
            "record_hash",
            "text_state",
            "pending_since",
            "missing_since",
            "is_partial",
            "is_shell",
            "erasing",
            "stored",
        ],
        &[
            ("title", Class::Sealed),
            ("details", Class::Sealed),
            ("raw", Class::Sealed),
        ],
    ),
    (
        "call_keys",
        "the call",
        &["tenant", "call", "dek"],
        &[("wrapped", Class::Wrapped)],
    ),
    (
        "transcripts",
        "the call",
        &["tenant", "call", "text_revision", "utterances", "sentences"],
        &[("text", Class::Sealed)],
    ),
    (
        "parties",
        "the call",
        &[
            "tenant",
            "call",
            "position",
            "party",
            "speaker",
            "user_id",
            "side",
            "email_hash",
            "phone_hash",
            "domain",
        ],
        &[("person", Class::Sealed)],
    ),
    (
        "call_links",
        "the call",
        &["tenant", "call", "kind", "id", "made_by"],
        &[],
    ),
    (
        "indexed",
        "the call",
        &[
            "tenant",
            "index_id",
            "call",
            "text_revision",
            "facts_hash",
            "passages",
            "previous",
            "moved_at",
        ],
        &[],
    ),
    (
        "jobs",
        "the call",
        &[
            "id",
            "tenant",
            "kind",
            "call",
            "index_id",
            "actor",
            "state",
            "not_before",
            "failed",
            "abandoned",
            "fence",
            "lease_until",
            "error_class",
            "created",
        ],
        &[],
    ),
    (
        "inbox",
        "the call",
        &[
            "tenant",
            "call",
            "body_hash",
            "received",
            "verified_by",
            "ended",
        ],
        &[("body", Class::Sealed)],
    ),
    (
        "finding_runs",
        "the call",
        &[
            "tenant",
            "call",
            "detector",
            "version",
            "params",
            "input",
            "model",
            "text_revision",
        ],
        &[],
    ),
    (
        "findings",
        "the call",
        &[
            "tenant", "id", "call", "detector", "position", "kind", "fixed", "places", "score",
        ],
        &[("name", Class::Sealed)],
    ),
    (
        "labels",
        "the call",
        &[
            "tenant",
            "finding",
            "call",
            "detector",
            "kind",
            "place",
            "text_revision",
            "verdict",
            "made",
        ],
        &[],
    ),
    (
        "llm_cache",
        "any of its calls, or its account",
        &["tenant", "id", "model", "made", "dek"],
        &[("wrapped", Class::Wrapped), ("answer", Class::Sealed)],
    ),
    (
        "derived_from",
        "any of its calls, its deal or its account",
        &["tenant", "table_name", "row_id", "kind", "source"],
        &[],
    ),
    (
        "crm_outbox",
        "any of its calls, or its deal",
        &[
            "tenant", "id", "position", "run", "subject", "state", "sent", "dek",
        ],
        &[
            ("wrapped", Class::Wrapped),
            ("place", Class::Sealed),
            ("payload", Class::Sealed),
        ],
    ),
    (
        "crm_remnants",
        "its blanking in the CRM",
        &["tenant", "id", "sent", "dek"],
        &[("wrapped", Class::Wrapped), ("place", Class::Sealed)],
    ),
    ("crm_requests", "never", &["tenant", "hour", "spent"], &[]),
    (
        "call_numbers",
        "the call",
        &[
            "tenant",
            "call",
            "revision",
            "made_by",
            "stage",
            "rep",
            "people",
            "text_revision",
            "length",
            "ours",
            "theirs",
            "unknown",
            "longest_monologue",
            "longest_story",
            "questions",
            "open_questions",
            "first_price",
            "counts",
            "remarks",
            "figures",
        ],
        &[],
    ),
    (
        "indexes",
        "its index",
        &["position", "tenant", "id", "space", "created"],
        &[],
    ),
    (
        "users",
        "the person",
        &["tenant", "id", "email_hash", "manager", "is_active", "dek"],
        &[("wrapped", Class::Wrapped), ("person", Class::Sealed)],
    ),
    (
        "accounts",
        "the account",
        &["tenant", "id", "name_hash", "dek"],
        &[("wrapped", Class::Wrapped), ("name", Class::Sealed)],
    ),
    (
        "deals",
        "the account",
        &["tenant", "id", "dek"],
        &[("wrapped", Class::Wrapped)],
    ),
    (
        "deal_snapshots",
        "the account",
        &[
            "tenant",
            "deal",
            "source",
            "as_of",
            "until",
            "account",
            "owner",
            "stage",
            "amount",
            "currency",
            "close_date",
            "created",
            "closed_on",
        ],
        &[("name", Class::Sealed)],
    ),
    (
        "customer_contacts",
        "the person, or the account",
        &["tenant", "id", "email_hash", "person", "account"],
        &[],
    ),
    (
        "customer_domains",
        "the account",
        &["tenant", "account", "domain"],
        &[],
    ),
    (
        "engagements",
        "its deals",
        &["tenant", "id", "kind", "at", "known_since", "side"],
        &[],
    ),
    (
        "engagement_links",
        "its deals, or the person",
        &["tenant", "engagement", "kind", "target"],
        &[],
    ),
    ("purged", "the call", &["tenant", "call", "receipt"], &[]),
    ("unconfirmed", "the call", &["tenant", "call"], &[]),
    ("tombstones", "never", &["tenant", "hash", "created"], &[]),
    (
        "people_tombstones",
        "never",
        &["tenant", "hash", "erased"],
        &[],
    ),
    ("floors", "never", &["tenant", "workspace", "before"], &[]),
    (
        "holds",
        "never",
        &["tenant", "name", "kind", "value", "since", "released"],
        &[],
    ),
    (
        "receipts",
        "never",
        &[
            "position",
            "tenant",
            "id",
            "kind",
            "reason",
            "actor",
            "target",
            "before",
            "begun",
            "calls",
            "with_text",
            "sentences",
            "kept_by_hold",
            "finished",
            "unreached",
        ],
        &[],
    ),
    (
        "api_keys",
        "never",
        &[
            "tenant",
            "id",
            "label",
            "hash",
            "role",
            "user_id",
            "permissions",
            "created",
            "expires",
            "revoked",
            "last_used",
        ],
        &[],
    ),
    (
        "audit",
        "never",
        &[
            "tenant", "chain", "seq", "at", "actor", "role", "action", "targets", "outcome",
            "bytes", "params", "prev", "mac",
        ],
        &[],
    ),
    ("checkpoints", "never", &["tenant", "name", "value"], &[]),
    (
        "budget",
        "never",
        &["tenant", "day", "spent", "next", "pushed_until"],
        &[],
    ),
    (
        "duties",
        "never",
        &["tenant", "name", "holder", "fence", "held_until"],
        &[],
    ),
    (
        "secrets",
        "its removal",
        &["tenant", "name", "dek", "holder", "held_until"],
        &[("wrapped", Class::Wrapped), ("value", Class::Sealed)],
    ),
    (
        "deks",
        "never",
        &["tenant", "purpose", "version", "id", "kek", "created"],
        &[("wrapped", Class::Wrapped)],
    ),
    (
        "keks",
        "never",
        &["id", "created"],
        &[("check_value", Class::Sealed)],
    ),
    (
        "moves",
        "never",
        &["archive", "side", "place", "begun", "ended"],
        &[],
    ),
    ("meta", "never", &["name", "value"], &[]),
    (
        "migrations",
        "never",
        &["number", "name", "checksum", "applied", "since"],
        &[],
    ),
];

/// Every column of the database with its class.
pub fn classes() -> Vec<ClassedColumn> {
    let mut columns = Vec::new();
    for (table, erased_with, clear, kept) in TABLES {
        let clear = clear.iter().map(|column| (*column, Class::Clear));
        for (column, class) in clear.chain(kept.iter().copied()) {
            columns.push(ClassedColumn {
                table,
                column,
                class,
                erased_with,
            });
        }
    }
    columns
}

/// The classes as a table of Markdown, one line per database table.
pub fn classes_as_markdown() -> String {
    let mut text = "| table | clear | sealed | erased with |\n|---|---|---|---|\n".to_owned();
    for (table, erased_with, clear, kept) in TABLES {
        let sealed: Vec<String> = kept
            .iter()
            .map(|(column, class)| match class {
                Class::Wrapped => format!("{column} (wrapped key)"),
                _ => (*column).to_owned(),
            })
            .collect();
        let sealed = if sealed.is_empty() {
            "–".to_owned()
        } else {
            sealed.join(", ")
        };
        let clear = clear.join(", ");
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {table} | {clear} | {sealed} | {erased_with} |");
    }
    text
}
