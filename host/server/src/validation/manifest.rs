//! Whether a manifest's name, version and prerequisites are such that a registry can keep them.

use lockstep_package::Manifest;
use semver::Version;

use super::reason::{Reason, ReasonCode};

/// Longest name of a package, in bytes.
pub(crate) const NAME_BYTES_MAX: usize = 64;

/// Longest version, in bytes.
const VERSION_BYTES_MAX: usize = 64;

/// Most packages that one can need.
const REQUIRES_MAX: usize = 32;

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_letter)
}

/// All that is wrong with a manifest by itself.
pub(crate) fn mistakes(manifest: &Manifest) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut wrong = |message: String| reasons.push(Reason::new(ReasonCode::NotLoadable, message));
    let shown = |text: &str| text.chars().take(NAME_BYTES_MAX).collect::<String>().escape_debug().to_string();
    if !is_name(&manifest.name) {
        let name = shown(&manifest.name);
        wrong(format!(
            "`{name}` is no name of a package: it has letters, digits, `-` and `_`, at most {NAME_BYTES_MAX} of them"
        ));
    }
    if manifest.version.len() > VERSION_BYTES_MAX || Version::parse(&manifest.version).is_err() {
        wrong(format!("`{}` is no version: write it like 1.2.3", shown(&manifest.version)));
    }
    if manifest.requires.len() > REQUIRES_MAX {
        wrong(format!("it needs {} packages: {REQUIRES_MAX} are the most", manifest.requires.len()));
    }
    if let Some(name) = manifest.requires.keys().find(|name| !is_name(name)) {
        wrong(format!("it needs `{}`, which is no name of a package", shown(name)));
    }
    if manifest.requires.contains_key(&manifest.name) {
        wrong("it needs itself: take that out of its `requires`".to_owned());
    }
    reasons
}

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

    fn said(json: &str) -> Vec<String> {
        mistakes(&manifest(json)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_usual_manifest_has_no_mistakes() {
        let usual = r#"{"name": "sales-orders", "version": "1.2.3", "wit": "1.0.0", "requires": {"stock": "^1"}}"#;
        assert_eq!(said(usual), [""; 0]);
    }

    #[test]
    fn all_mistakes_are_said_at_once() {
        let wrong = r#"{"name": "../a\n", "version": "1.2", "wit": "1.0.0", "requires": {"/": "*", "../a\n": "*"}}"#;
        let said = said(wrong);
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].starts_with("`../a\\n` is no name"), "{said:?}");
        assert!(said[1].contains("`1.2` is no version"), "{said:?}");
        assert!(said[3].contains("needs itself"), "{said:?}");
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
