//! `push` and `pull`: packages in a registry of OCI artifacts, Debian's `docker-registry`, which each test starts.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use lockstep_package::{Package, SigningKey, signature};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, lockstep, package};

/// A registry with a folder of its own. It goes with the test.
struct Registry {
    process: Child,
    address: String,
    folder: TempDir,
}

impl Registry {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("settings.yml");
        let text = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: 127.0.0.1:0\n",
            folder.path().join("data").display()
        );
        fs::write(&settings, text).unwrap();
        let started = Command::new("docker-registry")
            .arg("serve")
            .arg(&settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut process = started.expect("`docker-registry` is there: run `.ci/setup tests`");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| Some(line.split("listening on ").nth(1)?.split('"').next()?.to_owned()));
        let address = address.expect("the registry says where it listens");
        // It stops when nobody reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address, folder }
    }

    fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file among this registry's own.
    fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        path.display().to_string()
    }

    fn push(&self, place: &str, package: &[u8]) -> Ran {
        let path = self.file("package.wasm", package);
        lockstep(["push", "--oci", &self.place(place), &path])
    }

    fn pull(&self, place: &str, output: &str, options: &[&str]) -> Ran {
        let (place, output) = (self.place(place), self.path(output).display().to_string());
        lockstep([&["pull", "--oci", &place, "--output", &output], options].concat())
    }

    /// What the registry itself answers.
    fn get(&self, path: &str, media_type: &str) -> Vec<u8> {
        let mut answer = ureq::get(format!("http://{}/v2/{path}", self.address)).header("Accept", media_type).call();
        answer.as_mut().unwrap().body_mut().read_to_vec().unwrap()
    }

    /// The file of a blob on the registry's disk.
    fn blob(&self, digest: &str) -> PathBuf {
        let digits = digest.strip_prefix("sha256:").unwrap();
        self.path(&format!("data/docker/registry/v2/blobs/sha256/{}/{digits}/data", &digits[..2]))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have ended by itself, which its test then says.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[5; 32])
}

fn signed() -> Vec<u8> {
    signature::sign(&package(), &key(), "lockstep-samples", "2026-03-02T08:00:00Z".parse().unwrap()).unwrap()
}

const PLACE: &str = "plugins/purchase-requests:0.1.0";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

#[test]
fn what_is_pushed_is_what_is_pulled() {
    let registry = Registry::start();
    let package = signed();
    let pushed = registry.push(PLACE, &package);
    assert!(pushed.ends(0).contains("sha256:"), "{}", pushed.stdout);
    assert!(pushed.stderr.is_empty(), "{}", pushed.stderr);

    let key = registry.file("samples.pub", key().verifying_key().to_pem().unwrap());
    let pulled = registry.pull(PLACE, "pulled.wasm", &["--key", &key]);
    assert!(pulled.ends(0).contains("signed by lockstep-samples"), "{}", pulled.stdout);
    assert_eq!(fs::read(registry.path("pulled.wasm")).unwrap(), package);
    registry.pull(PLACE, "pulled.wasm", &[]).fails(3, &["there already", "--output"]);
}

#[test]
fn the_artifact_is_what_other_tools_read() {
    let registry = Registry::start();
    let package = signed();
    registry.push(PLACE, &package).ends(0);
    let manifest: Value =
        serde_json::from_slice(&registry.get("plugins/purchase-requests/manifests/0.1.0", MANIFEST)).unwrap();
    assert_eq!(manifest["schemaVersion"], 2);
    assert_eq!(manifest["mediaType"], MANIFEST);
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    let [layer] = &manifest["layers"].as_array().unwrap()[..] else { panic!("not one layer: {manifest}") };
    assert_eq!(layer["mediaType"], "application/wasm");
    assert_eq!(layer["size"], package.len());
    let blob = |digest: &Value| {
        let path = format!("plugins/purchase-requests/blobs/{}", digest.as_str().unwrap());
        registry.get(&path, "*/*")
    };
    assert_eq!(blob(&layer["digest"]), package);
    let config: Value = serde_json::from_slice(&blob(&manifest["config"]["digest"])).unwrap();
    let expected = serde_json::json!({
        "created": "2026-03-02T08:00:00Z",
        "author": "lockstep-samples",
        "architecture": "wasm",
        "os": "wasip2",
        "layerDigests": [layer["digest"]],
        "component": { "exports": ["lockstep:logic/logic@1.0.0"], "imports": config["component"]["imports"] },
    });
    assert_eq!(config, expected);
    let imports = config["component"]["imports"].as_array().unwrap();
    assert!(imports.iter().all(|name| name.as_str().unwrap().starts_with("lockstep:logic/")), "types alone: {config}");
}

#[test]
fn the_same_package_gives_the_same_artifact() {
    let registry = Registry::start();
    let json = |place: &str| {
        let path = registry.file("package.wasm", signed());
        let ran = lockstep(["push", "--oci", &registry.place(place), &path, "--format", "json"]);
        serde_json::from_str::<Value>(ran.ends(0)).unwrap()
    };
    let (one, other) = (json("a:1"), json("b:1"));
    assert_eq!(one["manifest"], other["manifest"]);
    assert_eq!(one["digest"], Package::open(&signed()).unwrap().digest().to_string());
    // And it can be named by that digest for good.
    let place = format!("a@{}", one["manifest"].as_str().unwrap());
    registry.pull(&place, "by-digest.wasm", &[]).ends(0);
    assert_eq!(fs::read(registry.path("by-digest.wasm")).unwrap(), signed());
}

#[test]
fn a_package_that_the_registry_altered_is_refused() {
    let registry = Registry::start();
    registry.push(PLACE, &signed()).ends(0);
    let manifest: Value =
        serde_json::from_slice(&registry.get("plugins/purchase-requests/manifests/0.1.0", MANIFEST)).unwrap();
    let blob = registry.blob(manifest["layers"][0]["digest"].as_str().unwrap());
    let mut bytes = fs::read(&blob).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&blob, bytes).unwrap();
    registry.pull(PLACE, "altered.wasm", &[]).fails(4, &["altered"]);
    assert!(!registry.path("altered.wasm").exists());
}

#[test]
fn a_package_that_another_key_signed_is_refused() {
    let registry = Registry::start();
    registry.push(PLACE, &signed()).ends(0);
    let other = registry.file("other.pub", SigningKey::from_seed(&[6; 32]).verifying_key().to_pem().unwrap());
    registry.pull(PLACE, "other.wasm", &["--key", &other]).fails(4, &["signed with the key"]);
    assert!(!registry.path("other.wasm").exists());

    let unsigned = Package::open(&package()).unwrap().content().to_vec();
    let pushed = registry.push("unsigned:1", &unsigned);
    pushed.ends(0);
    assert!(pushed.stderr.contains("not signed"), "{}", pushed.stderr);
    registry.pull("unsigned:1", "unsigned.wasm", &["--key", &other]).fails(4, &["not signed"]);
    let pulled = registry.pull("unsigned:1", "unsigned.wasm", &[]);
    assert!(pulled.ends(0).contains("not signed") && pulled.stderr.contains("--key"), "{}", pulled.stdout);
}

#[test]
fn what_is_not_there_is_said() {
    let registry = Registry::start();
    registry.pull("nothing:1", "nothing.wasm", &[]).fails(7, &["nothing:1"]);
    let away = registry.file("away.wasm", signed());
    lockstep(["push", "--oci", "127.0.0.1:9/orders:1", &away]).fails(8, &["127.0.0.1:9/orders:1"]);
    lockstep(["pull", "--oci", "127.0.0.1:9/orders:1"]).fails(8, &["127.0.0.1:9/orders:1"]);
    lockstep(["pull", "--oci", "UPPER/:x"]).fails(2, &["`UPPER/:x`", "REGISTRY/REPOSITORY:TAG"]);
    lockstep(["push", "--oci", &registry.place("x:1"), "nowhere.wasm"]).fails(3, &["nowhere.wasm"]);
    let text = registry.file("text.wasm", "hello");
    lockstep(["push", "--oci", &registry.place("x:1"), &text]).fails(4, &[&text]);
}
