//! The space in which vectors may be compared, and its written form.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use crate::{Error, Model};

/// Everything that decides whether two vectors, and the points they belong to, may meet.
///
/// It is stored with every collection; a vector of another space is never compared with one of
/// this. The splitter's version and the hash key belong to it as well: passages cut otherwise, or
/// people and terms hashed with another key, make an index just as useless as other weights.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Space {
    model: Model,
    splitter_version: u32,
    hash_key_id: String,
}

const HEADER: &str = "gongkit space 1";

impl Space {
    /// Names the space of a model's vectors over passages of one splitter and hashes of one key.
    pub fn new(model: Model, splitter_version: u32, hash_key_id: impl Into<String>) -> Self {
        Self {
            model,
            splitter_version,
            hash_key_id: hash_key_id.into(),
        }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The version of the splitter that cut the passages.
    pub fn splitter_version(&self) -> u32 {
        self.splitter_version
    }

    /// The id of the key that hashes people and terms.
    pub fn hash_key_id(&self) -> &str {
        &self.hash_key_id
    }

    /// Names the first field in which two spaces differ, for the error that refuses one of them.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        let (mine, theirs) = (self.fields(), other.fields());
        mine.iter()
            .zip(&theirs)
            .find(|(mine, theirs)| mine != theirs)
            .map(|(mine, _)| mine.0)
    }

    /// Writes the space as text, a field a line, for storing beside the vectors.
    ///
    /// The form is stable: what this version writes, later versions read.
    pub fn to_record(&self) -> String {
        let mut record = format!("{HEADER}\n");
        for (field, value) in self.fields() {
            record.push_str(field);
            record.push_str(": ");
            record.extend(value.chars().flat_map(escaped));
            record.push('\n');
        }
        record
    }

    /// Reads what [`Space::to_record`] wrote. Fields it does not know are an error: a later
    /// version that adds one means that spaces without it are other spaces.
    pub fn from_record(record: &str) -> Result<Self, Error> {
        let mut lines = record.lines();
        if lines.next() != Some(HEADER) {
            return Err(Error::SpaceRecord { field: "header" });
        }
        let mut value_of = |field: &'static str| {
            let value = lines
                .next()
                .and_then(|line| line.strip_prefix(field)?.strip_prefix(": "));
            value
                .and_then(unescaped)
                .ok_or(Error::SpaceRecord { field })
        };

        let name = value_of("model")?;
        let weights_sha256 = value_of("weights-sha256")?;
        let dimensions: NonZeroUsize = parsed("dimensions", &value_of("dimensions")?)?;
        let pooling = value_of("pooling")?.parse()?;
        let passage_prefix = value_of("passage-prefix")?;
        let query_prefix = value_of("query-prefix")?;
        let max_tokens: NonZeroUsize = parsed("max-tokens", &value_of("max-tokens")?)?;
        let splitter_version = parsed("splitter-version", &value_of("splitter-version")?)?;
        let hash_key_id = value_of("hash-key-id")?;
        if lines.next().is_some() {
            return Err(Error::SpaceRecord { field: "end" });
        }

        let model = Model::new(name, weights_sha256, dimensions, max_tokens)
            .pooled_by(pooling)
            .with_prefixes(passage_prefix, query_prefix);
        Ok(Self {
            model,
            splitter_version,
            hash_key_id,
        })
    }

    fn fields(&self) -> [(&'static str, String); 9] {
        [
            ("model", self.model.name().to_owned()),
            ("weights-sha256", self.model.weights_sha256().to_owned()),
            ("dimensions", self.model.dimensions().to_string()),
            ("pooling", self.model.pooling().to_string()),
            ("passage-prefix", self.model.passage_prefix().to_owned()),
            ("query-prefix", self.model.query_prefix().to_owned()),
            ("max-tokens", self.model.max_tokens().to_string()),
            ("splitter-version", self.splitter_version.to_string()),
            ("hash-key-id", self.hash_key_id.clone()),
        ]
    }
}

/// Short, for people: the model, its size and the splitter.
impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (model, dimensions) = (self.model.name(), self.model.dimensions());
        write!(
            f,
            "{model} ({dimensions} dimensions, splitter {})",
            self.splitter_version
        )
    }
}

impl FromStr for Space {
    type Err = Error;

    fn from_str(record: &str) -> Result<Self, Error> {
        Self::from_record(record)
    }
}

fn parsed<T: FromStr>(field: &'static str, value: &str) -> Result<T, Error> {
    value.parse().map_err(|_| Error::SpaceRecord { field })
}

/// Keeps a value on its line.
fn escaped(char: char) -> impl Iterator<Item = char> {
    let (first, second) = match char {
        '\\' => ('\\', Some('\\')),
        '\n' => ('\\', Some('n')),
        '\r' => ('\\', Some('r')),
        plain => (plain, None),
    };
    std::iter::once(first).chain(second)
}

fn unescaped(value: &str) -> Option<String> {
    let mut chars = value.chars();
    let mut plain = String::with_capacity(value.len());
    while let Some(char) = chars.next() {
        plain.push(match char {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            char => char,
        });
    }
    Some(plain)
}
