//! What to do about a server that is there and does not speak as it should: TLS, certificates, the wrong scheme.

use std::io;

use rustls::{CertificateError, Error as TlsError};

/// What is wrong and what to do, where it is more than that the network fails.
pub fn advice(error: &ureq::Error) -> Option<String> {
    match error {
        ureq::Error::Io(error) => tls_error(error).map(of_tls),
        ureq::Error::Rustls(error) => Some(of_tls(error)),
        ureq::Error::Protocol(error) if error.to_string().starts_with("http parse fail") => {
            Some("what answers does not speak HTTP: if it speaks TLS, its address begins with https://".to_owned())
        }
        _ => None,
    }
}

fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

fn of_tls(error: &TlsError) -> String {
    match error {
        TlsError::InvalidMessage(_) => {
            "what answers does not speak TLS: if it is on this machine, its address begins with http://".to_owned()
        }
        TlsError::InvalidCertificate(wrong) => of_certificate(wrong),
        TlsError::AlertReceived(alert) => format!("it breaks off TLS ({alert:?}): ask its administrator"),
        error => format!("TLS fails: {error}"),
    }
}

fn of_certificate(wrong: &CertificateError) -> String {
    match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired: its administrator has to renew it, unless this machine's clock is wrong"
                .to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet: is this machine's clock right?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for other names: use one of these as the address, or make it with this one as a \
             subjectAltName"
                .to_owned()
        }
        CertificateError::Revoked => "its certificate is revoked: ask its administrator".to_owned(),
        // The library keeps its own error to itself, and shows it in this form alone.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "its certificate is a CA's, which serves nobody: make it with CA:FALSE, as `lockstep serve --help` shows"
                .to_owned()
        }
        _ => "nobody whom this machine trusts vouches for its certificate: name the CA with --ca".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(error: TlsError) -> String {
        advice(&ureq::Error::Io(io::Error::new(io::ErrorKind::InvalidData, error))).unwrap()
    }

    #[test]
    fn each_trouble_with_tls_says_what_to_do() {
        let certificate = |wrong| said(TlsError::InvalidCertificate(wrong));
        assert!(certificate(CertificateError::UnknownIssuer).contains("--ca"));
        assert!(certificate(CertificateError::BadSignature).contains("--ca"));
        assert!(certificate(CertificateError::Expired).contains("expired"));
        assert!(certificate(CertificateError::NotValidForName).contains("subjectAltName"));
        assert!(said(TlsError::InvalidMessage(rustls::InvalidMessage::InvalidContentType)).contains("http://"));
        assert_eq!(advice(&ureq::Error::HostNotFound), None);
        assert_eq!(advice(&ureq::Error::Io(io::ErrorKind::ConnectionRefused.into())), None);
    }
}
