//! The one table: how far each role reaches with each permission.

use std::fmt::Write as _;

use crate::{Operation, Permission, Role};

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the cells of the one table")]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// The calls in which the caller took part.
    Own,
    /// The calls in which the caller or somebody whom the caller leads took part.
    Team,
    /// Every call.
    All,
    /// It may be done; there are no rows to reach.
    Yes,
}

impl Reach {
    /// The word for it in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "–",
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
            Self::Yes => "yes",
        }
    }
}

use Reach::{All, Nothing, Own, Team, Yes};

/// Rows in the order of [`Permission::ALL`], columns in the order of [`Role::ALL`].
const TABLE: [(Permission, [Reach; 6]); 12] = [
    (
        Permission::CallsRead,
        [All, Team, Own, All, Nothing, Nothing],
    ),
    (
        Permission::TranscriptsRead,
        [All, Team, Own, Nothing, Nothing, Nothing],
    ),
    (
        Permission::InsightsRead,
        [All, Team, Own, All, Nothing, Nothing],
    ),
    (
        Permission::DealsRead,
        [All, Team, Own, All, Nothing, Nothing],
    ),
    (
        Permission::CoachingRead,
        [All, Team, Own, Nothing, Nothing, Nothing],
    ),
    (
        Permission::TrackersWrite,
        [Yes, Yes, Nothing, Nothing, Nothing, Nothing],
    ),
    (
        Permission::SyncRun,
        [Yes, Nothing, Nothing, Nothing, Nothing, Yes],
    ),
    (
        Permission::CrmWrite,
        [Yes, Nothing, Nothing, Nothing, Nothing, Nothing],
    ),
    (
        Permission::Purge,
        [Yes, Nothing, Nothing, Nothing, Nothing, Nothing],
    ),
    (
        Permission::KeysManage,
        [Yes, Nothing, Nothing, Nothing, Nothing, Nothing],
    ),
    (
        Permission::PrivateRead,
        [Yes, Nothing, Nothing, Nothing, Nothing, Nothing],
    ),
    (
        Permission::AuditRead,
        [Yes, Nothing, Nothing, Nothing, Yes, Nothing],
    ),
];

/// How far a role reaches with a permission.
pub fn reach(role: Role, permission: Permission) -> Reach {
    TABLE
        .iter()
        .find(|(row, _)| *row == permission)
        .and_then(|(_, cells)| {
            let columns = Role::ALL.into_iter().zip(cells);
            let mut cell = columns.filter(|(column, _)| *column == role);
            cell.next().map(|(_, reach)| *reach)
        })
        .unwrap_or(Nothing)
}

/// The table as Markdown, as ARCHITECTURE.md holds it.
pub fn table_as_markdown() -> String {
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    let mut text = format!("| permission | opens | {} |\n", roles.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(roles.len() + 2));
    for (permission, cells) in TABLE {
        let opens: Vec<&str> = permission.opens().map(Operation::as_str).collect();
        let cells: Vec<&str> = cells.iter().map(|cell| cell.as_str()).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {permission} | {} | {} |",
            opens.join(", "),
            cells.join(" | ")
        );
    }
    text
}
