//! TLS 1.2 and 1.3 by rustls, with ring's cryptography.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// How the server proves who it is.
#[derive(Clone)]
pub struct Tls(pub(crate) Arc<ServerConfig>);

/// Says nothing: it holds a private key.
impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tls")
    }
}

/// Why a certificate or its key is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificates.
    #[error("the certificates in {}: {says}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        says: String,
    },
    /// The key.
    #[error("the private key in {}: {says}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        says: String,
    },
    /// They do not fit each other.
    #[error("certificate and key make no TLS server: {0}; is the key the certificate's?")]
    Pair(#[from] rustls::Error),
}

impl Tls {
    /// Reads a chain of certificates, the server's own first, and its private key (PKCS #8, PKCS #1 or SEC 1), in PEM.
    ///
    /// # Errors
    /// Where a file cannot be read, holds something else, or the two do not fit.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let wrong = |says: String| TlsError::Certificate { path: certificate.to_owned(), says };
        let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let chain = chain.map_err(|error| wrong(error.to_string()))?;
        if chain.is_empty() {
            return Err(wrong("there is none in PEM".to_owned()));
        }
        let wrong = |says: String| TlsError::Key { path: key.to_owned(), says };
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(error.to_string()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
        let mut config = config.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}
