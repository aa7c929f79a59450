//! What sealing costs by itself: the sealed values of an archive, sealed and opened once more.
//!
//! There is no archive without sealing to compare with. But what sealing does to a call is known
//! from its rows: a key of its own, wrapped by another, and each sealed value of so many bytes. The
//! same is done here with the same library and the same lengths, and nothing else; compressing is no
//! part of it, since an unsealed archive would compress as well.

use std::fs;
use std::hint::black_box;

use anyhow::{Context as _, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand;
use rusqlite::Connection;

/// What a sealed value has beside the bytes: a byte for its format, nonce and tag.
const BESIDE: usize = 1 + NONCE_LEN + 16;
const KEY: usize = 32;

/// The lengths of what is sealed in each call, its wrapped key left out.
///
/// # Errors
///
/// Fails if the database is no archive's.
pub fn sealed_lengths(database: &Connection) -> Result<Vec<Vec<usize>>> {
    let mut statement = database.prepare(
        "SELECT id, length(title), length(details), length(raw), (
           SELECT group_concat(length(text)) FROM transcripts t WHERE t.call = c.id), (
           SELECT group_concat(length(person)) FROM parties p WHERE p.call = c.id)
         FROM calls c ORDER BY id",
    )?;
    let rows = statement.query_map([], |row| {
        let mut lengths = Vec::new();
        for column in 1..=3 {
            let length: Option<u32> = row.get(column)?;
            lengths.extend(length.and_then(|length| usize::try_from(length).ok()));
        }
        let listed = [row.get::<_, Option<String>>(4)?, row.get(5)?];
        let listed = listed.iter().flatten().flat_map(|list| list.split(','));
        lengths.extend(listed.filter_map(|length| length.parse::<usize>().ok()));
        Ok(lengths)
    })?;
    let lengths: Vec<Vec<usize>> = rows.collect::<Result<_, _>>()?;
    let plain = |length: usize| length.saturating_sub(BESIDE);
    let plain = lengths.into_iter().map(|of| of.into_iter().map(plain));
    Ok(plain.map(Iterator::collect).collect())
}

/// Calls that were sealed as the archive seals them.
pub struct Sealed {
    by: [u8; KEY],
    calls: Vec<Values>,
}

/// Of one call: its wrapped key, and its values.
struct Values {
    key: Vec<u8>,
    values: Vec<Vec<u8>>,
}

impl Sealed {
    /// Seals values of these lengths.
    ///
    /// # Errors
    ///
    /// Fails if there are no random numbers to be had.
    pub fn of(lengths: &[Vec<usize>]) -> Result<Self> {
        let by = random()?;
        let calls = lengths.iter().map(|lengths| {
            let key = random()?;
            let values = lengths.iter().map(|length| seal(&key, &vec![7; *length]));
            Ok(Values {
                values: values.collect::<Result<_>>()?,
                key: seal(&by, &key)?,
            })
        });
        Ok(Self {
            by,
            calls: calls.collect::<Result<_>>()?,
        })
    }

    /// Opens all of it.
    ///
    /// # Errors
    ///
    /// Fails if something does not open.
    pub fn open(&self) -> Result<()> {
        for call in &self.calls {
            let key = open(&self.by, &call.key)?;
            let key: [u8; KEY] = key.try_into().ok().context("a key of another length")?;
            for value in &call.values {
                black_box(open(&key, value)?);
            }
        }
        Ok(())
    }
}

fn random() -> Result<[u8; KEY]> {
    let mut key = [0; KEY];
    rand::fill(&mut key).ok().context("no random numbers")?;
    Ok(key)
}

/// As long as what the archive binds a value to.
fn place() -> String {
    format!(
        "call-archive\n{}\ndefault\ntranscripts\ncall-12345/12345\ntext",
        black_box(2)
    )
}

fn seal(key: &[u8; KEY], plain: &[u8]) -> Result<Vec<u8>> {
    let mut body = plain.to_vec();
    let cipher = RandomizedNonceKey::new(&AES_256_GCM, key)
        .ok()
        .context("no key")?;
    let (nonce, tag) = cipher
        .seal_in_place_separate_tag(Aad::from(place()), &mut body)
        .ok()
        .context("not sealed")?;
    let mut sealed = Vec::with_capacity(BESIDE + body.len());
    sealed.push(2);
    sealed.extend_from_slice(nonce.as_ref());
    sealed.extend_from_slice(&body);
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

fn open(key: &[u8; KEY], sealed: &[u8]) -> Result<Vec<u8>> {
    let (_, rest) = sealed.split_first().context("no format")?;
    let (nonce, body) = rest.split_at_checked(NONCE_LEN).context("no nonce")?;
    let nonce = Nonce::try_assume_unique_for_key(nonce)
        .ok()
        .context("no nonce")?;
    let mut body = body.to_vec();
    let cipher = RandomizedNonceKey::new(&AES_256_GCM, key)
        .ok()
        .context("no key")?;
    let opened = cipher.open_in_place(nonce, Aad::from(place()), &mut body);
    let length = opened.ok().context("it does not open")?.len();
    body.truncate(length);
    Ok(body)
}

/// The nanoseconds of processor time that this process took, by what the kernel counts of its
/// threads; those that have ended are not counted.
///
/// # Errors
///
/// Fails where there is no `/proc`.
pub fn processor_time() -> Result<u64> {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task")? {
        let said = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        let first = said.split_whitespace().next();
        sum += first.and_then(|time| time.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(sum)
}
