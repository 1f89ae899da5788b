//! Whether this host is one that a package runs on.

use lockstep_package::Manifest;
use semver::Version;

use super::reason::{Reason, ReasonCode};

/// Whether this host is one that the package runs on.
pub(super) fn host(manifest: &Manifest, host_version: &Version) -> Option<Reason> {
    let wanted = manifest.host.as_ref().filter(|wanted| !wanted.matches(host_version))?;
    let message = format!("it needs a host of version {wanted}, and this one is {host_version}: update the server");
    Some(Reason::new(ReasonCode::HostVersion, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(json: &str) -> Manifest {
        serde_json::from_str(json).expect("a manifest")
    }

    #[test]
    fn a_host_that_is_too_old_is_named() {
        let manifest = manifest(r#"{"name": "a", "version": "1.0.0", "wit": "1.0.0", "host": ">=0.3"}"#);
        let version = |text: &str| Version::parse(text).expect("a version");
        assert_eq!(host(&manifest, &version("0.3.1")), None);
        let reason = host(&manifest, &version("0.2.9")).expect("it is too old");
        assert_eq!(reason.code, ReasonCode::HostVersion);
        assert!(reason.message.contains(">=0.3") && reason.message.contains("0.2.9"), "{reason}");
    }
}
