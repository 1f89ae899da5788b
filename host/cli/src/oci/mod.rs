//! Packages in registries of OCI artifacts, by the layout that WebAssembly tools share: the «Wasm OCI Artifact layout»
//! of the CNCF's TAG Runtime. A manifest names a config of type `application/vnd.wasm.config.v0+json`, which says what
//! the component imports and exports, and one layer of type `application/wasm`, which is the package's file.

mod bounded;
mod config;

use std::time::Duration;

use anyhow::anyhow;
use lockstep_engine::COMPONENT_BYTES_MAX;
use oci_client::{
    Client, Reference,
    client::{Certificate, CertificateEncoding, ClientConfig, ClientProtocol, Config, ImageLayer},
    errors::OciDistributionError,
    manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest, OciManifest},
    secrets::RegistryAuth,
};
use tokio::runtime::Runtime;

use crate::failure::{self, Failure, Result};
use bounded::Bounded;
use config::WasmConfig;

const LAYER: &str = "application/wasm";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// A package is what an engine loads, and a signature.
const PACKAGE_BYTES_MAX: u64 = COMPONENT_BYTES_MAX as u64 + (64 << 10);
const CONNECT: Duration = Duration::from_secs(10);
const READ: Duration = Duration::from_mins(1);
const WANTED: &str = "write REGISTRY/REPOSITORY:TAG, as in registry.example.com/plugins/orders:1.0.0";

/// A place in a registry, and as whom it is reached.
pub(crate) struct Registry {
    client: Client,
    reference: Reference,
    auth: RegistryAuth,
    runtime: Runtime,
}

impl Registry {
    /// The place of this name: REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST.
    pub(crate) fn at(reference: &str, user: Option<(String, String)>, ca: Option<Vec<u8>>) -> Result<Self> {
        let parsed = parsed(reference)?;
        let host = parsed.resolve_registry();
        let config = ClientConfig {
            protocol: if is_this_machine(host) { ClientProtocol::Http } else { ClientProtocol::Https },
            extra_root_certificates: ca
                .map(|data| Certificate { encoding: CertificateEncoding::Pem, data })
                .into_iter()
                .collect(),
            connect_timeout: Some(CONNECT),
            read_timeout: Some(READ),
            user_agent: concat!("lockstep/", env!("CARGO_PKG_VERSION")),
            // An artifact of WebAssembly is the same for every platform.
            platform_resolver: None,
            ..ClientConfig::default()
        };
        // Somebody may have chosen it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::try_from(config)
            .map_err(|error| Failure::Input(anyhow!("the registry's certificates cannot be used: {error}")))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::Host(anyhow!("cannot start a runtime: {error}")))?;
        let auth = user.map_or(RegistryAuth::Anonymous, |(name, password)| RegistryAuth::Basic(name, password));
        Ok(Self { client, reference: parsed, auth, runtime })
    }

    /// Puts a package's file there; the digest of the manifest, by which it can be named for good.
    pub(crate) fn push(&self, package: &[u8], created: &str, author: Option<&str>) -> Result<String> {
        let layer = ImageLayer::new(package.to_vec(), LAYER.to_owned(), None);
        let config = WasmConfig::of(package, &layer.sha256_digest(), created, author).map_err(Failure::Package)?;
        let config = serde_json::to_vec(&config).map_err(|error| Failure::Host(anyhow!(error)))?;
        let config = Config::new(config, CONFIG.to_owned(), None);
        let mut manifest = OciImageManifest::build(std::slice::from_ref(&layer), &config, None);
        manifest.media_type = Some(OCI_IMAGE_MEDIA_TYPE.to_owned());
        let pushed = async {
            self.client.push(&self.reference, &[layer], config, &self.auth, Some(manifest)).await?;
            self.client.fetch_manifest_digest(&self.reference, &self.auth).await
        };
        self.runtime.block_on(pushed).map_err(|error| self.failure(&error))
    }

    /// The package's file that is there, and the manifest's digest. Its bytes are those that the manifest names.
    pub(crate) fn pull(&self) -> Result<(Vec<u8>, String)> {
        let pulled = self.runtime.block_on(self.client.pull_manifest(&self.reference, &self.auth));
        let (manifest, digest) = pulled.map_err(|error| self.failure(&error))?;
        let OciManifest::Image(manifest) = manifest else { return Err(self.other("an index of several artifacts")) };
        if manifest.config.media_type != CONFIG {
            return Err(self.other(&format!("a config of type {}", manifest.config.media_type)));
        }
        let [layer] = &manifest.layers[..] else {
            return Err(self.other(&format!("{} layers", manifest.layers.len())));
        };
        if layer.media_type != LAYER {
            return Err(self.other(&format!("a layer of type {}", layer.media_type)));
        }
        let config = self.blob(&manifest.config, CONFIG_BYTES_MAX)?;
        let config: WasmConfig = serde_json::from_slice(&config)
            .map_err(|error| self.other(&format!("a config that cannot be read ({error})")))?;
        if config.layer_digests != [layer.digest.clone()] {
            return Err(self.other("a config that names another layer"));
        }
        Ok((self.blob(layer, PACKAGE_BYTES_MAX)?, digest))
    }

    /// A blob whole, with the size and the digest that its descriptor says.
    fn blob(&self, descriptor: &OciDescriptor, bytes_max: u64) -> Result<Vec<u8>> {
        let size = u64::try_from(descriptor.size).ok().filter(|size| *size <= bytes_max);
        let size = size.ok_or_else(|| self.other(&format!("{} bytes, more than {bytes_max}", descriptor.size)))?;
        let mut bytes = Bounded::new(size);
        let pulled = self.runtime.block_on(self.client.pull_blob(&self.reference, descriptor, &mut bytes));
        pulled.map_err(|error| self.failure(&error))?;
        let bytes = bytes.finish();
        if bytes.len() as u64 != size {
            return Err(self.other(&format!("{} bytes where the manifest says {size}", bytes.len())));
        }
        Ok(bytes)
    }

    /// What is there is no WebAssembly artifact.
    fn other(&self, found: &str) -> Failure {
        Failure::Package(anyhow!("{} is no WebAssembly artifact: it has {found}", self.reference))
    }

    fn failure(&self, error: &OciDistributionError) -> Failure {
        use OciDistributionError as Error;
        let said = anyhow!("{}: {}", self.reference, sentence(error));
        match error {
            Error::DigestError(_) => Failure::Package(said),
            Error::AuthenticationFailure(_)
            | Error::ImageManifestNotFoundError(_)
            | Error::RegistryError { .. }
            | Error::UnauthorizedError { .. } => Failure::Refused(said),
            Error::ServerError { code, .. } if (400..500).contains(code) => Failure::Refused(said),
            _ => Failure::Unreachable(said),
        }
    }
}

/// What went wrong, in our own words; what a library says of it is kept where it says more.
fn sentence(error: &OciDistributionError) -> String {
    use OciDistributionError as Error;
    match error {
        Error::DigestError(error) => format!("what the registry sent was altered: {error}"),
        Error::ImageManifestNotFoundError(_) => "there is no such artifact".to_owned(),
        Error::AuthenticationFailure(_) | Error::UnauthorizedError { .. } => {
            "the registry wants another user or password: give --user NAME and --password-file FILE".to_owned()
        }
        Error::RegistryError { envelope, .. } => {
            let said: Vec<_> = envelope.errors.iter().map(|error| error.message.to_lowercase()).collect();
            format!("the registry refuses: {}", said.join(", "))
        }
        Error::ServerError { code, .. } => format!("the registry answers with status {code}; is it one for OCI?"),
        Error::RequestError(error) => {
            let said = failure::sentence(error);
            let cause = said.rsplit(": ").next().unwrap_or(&said);
            format!("the registry cannot be reached: {cause}; check the address and the network")
        }
        error => format!("the registry's answer cannot be used: {}", failure::sentence(error)),
    }
}

/// The place of this name. A registry is named; without one a name would mean a public registry that nobody had in mind.
fn parsed(reference: &str) -> Result<Reference> {
    let wrong = |says: &str| Failure::Usage(anyhow!("`{reference}` is no place in a registry: {says}; {WANTED}"));
    let is_registry = |part: &str| part == "localhost" || part.contains(['.', ':']);
    if !reference.split_once('/').is_some_and(|(registry, _)| is_registry(registry)) {
        return Err(wrong("it names no registry"));
    }
    reference.parse().map_err(|_| wrong("a repository is in lower case, and has a tag or a digest behind it"))
}

fn is_this_machine(registry: &str) -> bool {
    let host = registry.rsplit_once(':').map_or(registry, |(host, _)| host);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_its_registry() {
        for place in ["registry.example.com/a/b:1", "localhost/a:1", "localhost:5000/a", "127.0.0.1:5000/a:1"] {
            assert!(parsed(place).is_ok(), "{place}");
        }
        for (place, says) in [
            ("foo", "no registry"),
            ("foo:1", "no registry"),
            ("plugins/orders:1", "no registry"),
            ("a.b/UP:x", "lower case"),
        ] {
            let said = parsed(place).unwrap_err().to_string();
            assert!(said.contains(says) && said.contains("REGISTRY/REPOSITORY:TAG"), "{said}");
        }
    }

    #[test]
    fn a_registry_on_this_machine_needs_no_tls() {
        for (registry, expected) in [
            ("localhost:5000", true),
            ("127.0.0.1:5000", true),
            ("[::1]:5000", true),
            ("localhost", true),
            ("registry.example.com", false),
            ("localhost.example.com:5000", false),
            ("10.0.0.1:5000", false),
        ] {
            assert_eq!(is_this_machine(registry), expected, "{registry}");
        }
    }
}
