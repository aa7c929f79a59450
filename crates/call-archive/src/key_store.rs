//! Where the keys come from that everything else is wrapped by: a file, a text, or a place of one's own.

use std::fmt;

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::stored::{Key, read_key_text};
use crate::{Error, ErrorKind};

/// A key-encryption key: it wraps the keys of tenants, which wrap the keys of calls.
///
/// `Debug` shows its id only.
pub struct Kek {
    id: String,
    key: Key,
}

impl Kek {
    /// A new random key under a new id.
    pub fn random() -> Result<Self, Error> {
        let mut name = [0; 8];
        rand::fill(&mut name)
            .map_err(|_| Error::new(ErrorKind::Storage, "no random numbers to be had"))?;
        Ok(Self {
            id: format!("k-{}", hex::encode(name)),
            key: Key::random()?,
        })
    }

    /// A key that was kept elsewhere. The id is the name under which archives know it: a word
    /// without blanks, the same for as long as the key lives.
    pub fn new(id: impl Into<String>, bytes: Zeroizing<[u8; 32]>) -> Result<Self, Error> {
        let id = id.into();
        if id.is_empty() || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
            let what = "the id of a key must be a word without blanks";
            return Err(Error::new(ErrorKind::WrongKey, what));
        }
        Ok(Self {
            id,
            key: Key::from_bytes(bytes),
        })
    }

    /// The name under which archives know it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself, for a store that has to keep it.
    pub fn expose_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }
}

impl fmt::Debug for Kek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kek")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A place that keeps key-encryption keys: [`FileKeys`](crate::FileKeys), [`GivenKeys`], or one of your own.
///
/// Laws:
/// - [`KeyStore::keys`] gives every key that was added and not removed, newest first.
/// - A key that [`KeyStore::add`] accepted survives a power cut.
/// - A store that cannot add or remove says so with [`ErrorKind::Invalid`] and changes nothing.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use call_archive::{Error, Kek, KeyStore, OpenOptions, SqliteArchive};
/// use zeroize::Zeroizing;
///
/// /// Stands in for a vault: keeps ids and bytes.
/// #[derive(Default)]
/// struct Vault(Mutex<Vec<(String, [u8; 32])>>);
///
/// impl KeyStore for Vault {
///     fn keys(&self) -> Result<Vec<Kek>, Error> {
///         let held = self.0.lock().unwrap();
///         held.iter().rev().map(|(id, key)| Kek::new(id, Zeroizing::new(*key))).collect()
///     }
///     fn add(&self, kek: &Kek) -> Result<(), Error> {
///         self.0.lock().unwrap().push((kek.id().to_owned(), *kek.expose_bytes()));
///         Ok(())
///     }
///     fn remove(&self, id: &str) -> Result<(), Error> {
///         self.0.lock().unwrap().retain(|(held, _)| held != id);
///         Ok(())
///     }
///     fn place(&self) -> String {
///         "the vault".to_owned()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let options = OpenOptions::new(folder.path(), "2026-03-02T10:00:00Z".parse()?);
/// let archive = SqliteArchive::open(options.keys(Arc::new(Vault::default()))).await?;
/// assert!(!folder.path().join("key").exists());
/// # Ok(())
/// # }
/// ```
pub trait KeyStore: Send + Sync {
    /// Every key it has, newest first; none if it has none.
    fn keys(&self) -> Result<Vec<Kek>, Error>;

    /// Keeps a key, durably, as the newest.
    fn add(&self, kek: &Kek) -> Result<(), Error>;

    /// Forgets a key; one that is not there is no error.
    fn remove(&self, id: &str) -> Result<(), Error>;

    /// Where the keys are, for people.
    fn place(&self) -> String;
}

/// Keys that were given as text, by a variable or a mounted secret: read, never changed.
pub struct GivenKeys {
    text: Zeroizing<String>,
    place: String,
}

impl GivenKeys {
    /// Keys as a key file writes them, or a single key as 64 hexadecimal digits; `place` says for
    /// people where the text is from.
    ///
    /// ```
    /// use call_archive::{GivenKeys, KeyStore as _};
    ///
    /// let keys = GivenKeys::new("id = k-2\nkey = ".to_owned() + &"02".repeat(32), "the variable KEY")?;
    /// assert_eq!(keys.keys()?[0].id(), "k-2");
    /// assert!(GivenKeys::new("hello".to_owned(), "the variable KEY").is_err());
    /// # Ok::<(), call_archive::Error>(())
    /// ```
    pub fn new(text: String, place: impl Into<String>) -> Result<Self, Error> {
        let text = Zeroizing::new(text);
        read_key_text(&text)?;
        Ok(Self {
            text,
            place: place.into(),
        })
    }

    fn unchangeable(&self, what: &str) -> Error {
        let place = &self.place;
        Error::new(
            ErrorKind::Invalid,
            format!("{what} {place} by hand: it can only be read"),
        )
    }
}

impl KeyStore for GivenKeys {
    fn keys(&self) -> Result<Vec<Kek>, Error> {
        read_key_text(&self.text)
    }

    fn add(&self, _: &Kek) -> Result<(), Error> {
        Err(self.unchangeable("put a new key first into"))
    }

    fn remove(&self, _: &str) -> Result<(), Error> {
        Err(self.unchangeable("take the key out of"))
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

impl fmt::Debug for GivenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenKeys")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
