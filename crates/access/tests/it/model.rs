//! A second, tiny model of the rules, written from the words of the table alone: no type of the
//! crate decides anything in here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The table as ARCHITECTURE.md holds it.
pub(crate) struct Written {
    pub(crate) roles: Vec<String>,
    /// Permission, operations, one cell per role.
    pub(crate) rows: Vec<(String, Vec<String>, Vec<String>)>,
}

/// What stands between the table's markers.
pub(crate) fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ARCHITECTURE.md");
    let page = fs::read_to_string(page).expect("ARCHITECTURE.md is there");
    let (_, rest) = page.split_once("<!-- roles -->").expect("it begins");
    let (text, _) = rest.split_once("<!-- /roles -->").expect("it ends");
    text.trim().to_owned()
}

pub(crate) fn written() -> Written {
    let text = page();
    let mut lines = text.lines().map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    });
    let head = lines.next().expect("a head");
    lines.next().expect("a rule");
    let rows = lines.map(|cells| {
        let opens = cells[1].split(',').map(|name| name.trim().to_owned());
        (cells[0].clone(), opens.collect(), cells[2..].to_vec())
    });
    Written {
        roles: head[2..].to_vec(),
        rows: rows.collect(),
    }
}

impl Written {
    pub(crate) fn cell(&self, permission: &str, role: &str) -> &str {
        let column = self.roles.iter().position(|name| name == role);
        let row = self.rows.iter().find(|row| row.0 == permission);
        &row.expect("a row").2[column.expect("a column")]
    }
}

/// Somebody who asks, in plain words.
pub(crate) struct Asker<'a> {
    pub(crate) role: &'a str,
    pub(crate) user: Option<&'a str>,
    pub(crate) manager_of: &'a BTreeMap<String, String>,
}

impl Asker<'_> {
    fn leads(&self, user: &str) -> bool {
        let Some(me) = self.user else { return false };
        let mut above = self.manager_of.get(user);
        // A company with more levels than people has a circle.
        for _ in 0..=self.manager_of.len() {
            match above {
                Some(manager) if manager == me => return user != me,
                Some(manager) => above = self.manager_of.get(manager),
                None => return false,
            }
        }
        false
    }

    /// Whether a call is seen; `None` if he may not even ask.
    pub(crate) fn sees(
        &self,
        table: &Written,
        permission: &str,
        users: &[&str],
        is_private: bool,
        asks_for_private: bool,
    ) -> Option<bool> {
        let cell = table.cell(permission, self.role);
        if asks_for_private && table.cell("private.read", self.role) != "yes" {
            return None;
        }
        let was_there = self.user.is_some_and(|me| users.contains(&me));
        let is_reached = match (cell, self.user) {
            ("all", _) => true,
            ("team", Some(_)) => was_there || users.iter().any(|user| self.leads(user)),
            ("own", Some(_)) => was_there,
            _ => return None,
        };
        Some(is_reached && (!is_private || was_there || asks_for_private))
    }
}
