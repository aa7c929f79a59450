//! The seam through which a client asks for the value of its `Authorization` header.
use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{Error, KeyPair};

/// Gives the value of the `Authorization` header for the next request.
///
/// Laws: the value is a valid header value; it is asked for again before every attempt, so an
/// implementation may renew it; an implementation's `Debug` does not print it.
#[async_trait]
pub trait Authorize: Send + Sync + fmt::Debug {
    /// The whole value of the header, scheme included.
    async fn authorization(&self) -> Result<SecretString, Error>;
}

#[async_trait]
impl Authorize for KeyPair {
    async fn authorization(&self) -> Result<SecretString, Error> {
        Ok(self.basic())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[tokio::test]
    async fn a_key_pair_authorises_through_the_seam() {
        let pair = KeyPair::new("key", "secret".to_owned().into()).unwrap();
        let seam: Arc<dyn Authorize> = Arc::new(pair);

        let value = seam.authorization().await.unwrap();

        assert_eq!(value.expose_secret(), "Basic a2V5OnNlY3JldA==");
    }
}
