//! A row of any table as values, whichever database it stands in: what is copied and compared.

use super::classes::classes;

/// Tables that belong to a database and not to the archive in it.
const NOT_COPIED: [&str; 2] = ["migrations", "moves"];

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Nothing,
    /// A yes is 1.
    Number(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// PostgreSQL's texts know no NUL.
    pub(crate) fn drop_nul(&mut self) {
        if let Self::Text(text) = self
            && text.contains('\0')
        {
            text.retain(|letter| letter != '\0');
        }
    }
}

/// A table with the columns that are copied, and those of them that are its key.
#[derive(Clone, Debug)]
pub(crate) struct TableForm {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<&'static str>,
    /// Places in `columns`, in the order of the key.
    pub(crate) key: Vec<usize>,
}

impl TableForm {
    /// The columns, as SQL names them.
    pub(crate) fn named(&self) -> String {
        self.columns.join(", ")
    }

    /// The columns of the key, as SQL names them.
    pub(crate) fn key_named(&self, end: &str) -> String {
        let names = self.key.iter().filter_map(|place| self.columns.get(*place));
        let names: Vec<String> = names.map(|name| format!("{name}{end}")).collect();
        names.join(", ")
    }

    /// Whether the rows lie tenant by tenant.
    pub(crate) fn is_by_tenant(&self) -> bool {
        let first = self.key.first().and_then(|place| self.columns.get(*place));
        first.is_some_and(|name| *name == "tenant")
    }

    /// The tenant of a row, where the table has tenants.
    pub(crate) fn tenant_of<'a>(&self, row: &'a [Cell]) -> Option<&'a str> {
        let place = self.columns.iter().position(|name| *name == "tenant")?;
        match row.get(place) {
            Some(Cell::Text(tenant)) => Some(tenant),
            _ => None,
        }
    }

    /// The key of a row.
    pub(crate) fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        let cells = self.key.iter().filter_map(|place| row.get(*place));
        cells.cloned().collect()
    }
}

/// Every table that is copied, without its key.
pub(crate) fn copied_tables() -> Vec<TableForm> {
    let mut forms: Vec<TableForm> = Vec::new();
    for column in classes() {
        if NOT_COPIED.contains(&column.table) {
            continue;
        }
        match forms.last_mut() {
            Some(last) if last.name == column.table => last.columns.push(column.column),
            _ => forms.push(TableForm {
                name: column.table,
                columns: vec![column.column],
                key: Vec::new(),
            }),
        }
    }
    // The keys come first: they say which tenants there are.
    forms.sort_by_key(|form| form.name != "deks");
    forms
}

/// How many rows, and a hash over all of them in the order of their key.
#[derive(Default)]
pub(crate) struct Digest {
    rows: u64,
    hasher: blake3::Hasher,
}

impl Digest {
    pub(crate) fn add(&mut self, row: &[Cell]) {
        self.rows += 1;
        for cell in row {
            let (kind, bytes): (u8, &[u8]) = match cell {
                Cell::Nothing => (0, &[]),
                Cell::Number(number) => (1, &number.to_le_bytes()),
                Cell::Real(number) => (2, &number.to_bits().to_le_bytes()),
                Cell::Text(text) => (3, text.as_bytes()),
                Cell::Bytes(bytes) => (4, bytes),
            };
            self.hasher.update(&[kind]);
            self.hasher.update(&(bytes.len() as u64).to_le_bytes());
            self.hasher.update(bytes);
        }
    }

    pub(crate) fn end(&self) -> (u64, String) {
        (self.rows, self.hasher.finalize().to_hex().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(rows: &[&[Cell]]) -> (u64, String) {
        let mut digest = Digest::default();
        for row in rows {
            digest.add(row);
        }
        digest.end()
    }

    #[test]
    fn the_hash_tells_values_columns_and_orders_apart() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let one = hash(&[&[text("ab"), text("c")]]);

        assert_eq!(one, hash(&[&[text("ab"), text("c")]]));
        for other in [
            hash(&[&[text("a"), text("bc")]]),
            hash(&[&[text("c"), text("ab")]]),
            hash(&[&[text("ab"), Cell::Bytes(b"c".to_vec())]]),
            hash(&[&[text("ab"), Cell::Nothing]]),
        ] {
            assert_ne!(one, other);
        }
        let (first, second) = ([text("a")], [text("b")]);
        assert_ne!(hash(&[&first, &second]), hash(&[&second, &first]));
    }

    #[test]
    fn what_belongs_to_the_database_is_not_copied_and_the_rest_is() {
        let forms = copied_tables();
        let has = |name| forms.iter().any(|form| form.name == name);

        assert!(has("calls") && has("deks") && has("keks") && has("audit") && has("meta"));
        assert!(!has("migrations") && !has("moves"));
    }
}
