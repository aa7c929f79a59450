//! TLS with a throw-away certificate authority, made anew for each simulator.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::{Error, Result};

/// What the server presents, and what a client must trust.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The authority's certificate.
    pub(crate) ca_pem: String,
}

impl Tls {
    /// A fresh authority with a certificate for this machine's loopback names.
    pub(crate) fn make() -> Result<Self> {
        let failed = |source: rcgen::Error| Error::Certificate {
            source: Box::new(source),
        };
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority
            .distinguished_name
            .push(DnType::CommonName, "Gong simulator, trusted by nobody");
        let authority_key = KeyPair::generate().map_err(failed)?;
        let ca_pem = authority.self_signed(&authority_key).map_err(failed)?.pem();
        let issuer = Issuer::new(authority, authority_key);

        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = CertificateParams::new(names)
            .and_then(|leaf| leaf.signed_by(&key, &issuer))
            .map_err(failed)?;
        Ok(Self {
            acceptor: acceptor(&certificate, &key)?,
            ca_pem,
        })
    }
}

fn acceptor(certificate: &rcgen::Certificate, key: &KeyPair) -> Result<TlsAcceptor> {
    let failed = |source: rustls::Error| Error::Certificate {
        source: Box::new(source),
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .map_err(failed)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
