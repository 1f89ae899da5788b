//! A server with a state folder of its own, its people, its packages, and devices.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use lockstep_package::{Manifest, Package, Sections, SigningKey, keys, manifest};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{self, Ran, command, ran};

/// The name of the package that is published.
pub(crate) const NAME: &str = "purchase-requests";
pub(crate) const PUBLISHER: &str = "lockstep-samples";

/// A running server. It goes with the test.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    token: String,
}

impl Server {
    /// One that trusts nobody yet.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let mut process = command(["serve", "--development-issuer", "--listen", "127.0.0.1:0", "--name", "north"])
            .args(["--requests-per-minute", "100000", "--state"])
            .arg(&state)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let log = || fs::read_to_string(folder.path().join("log")).unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}{}", log());
        let url = url.trim().to_owned();
        let mut server = Self { process, url, folder, token: String::new() };
        server.token = server.issue(&["--subject", "ada", "--role", "administrator"]);
        server
    }

    /// One that trusts the publisher of [`version`].
    pub(crate) fn trusting() -> Self {
        let server = Self::start();
        let key = server.file("samples.pub", publisher_key().verifying_key().to_pem().unwrap());
        server.run(&["keys", "trust", PUBLISHER, &key, "--reason", "contract signed"]).ends(0);
        server
    }

    /// One that has these versions, applied.
    pub(crate) fn with(versions: &[&str]) -> Self {
        let server = Self::trusting();
        for number in versions {
            server.upload(&version(number)).ends(0);
            server.run(&["apply", &format!("{NAME}@{number}"), "--reason", "tested"]).ends(0);
        }
        server
    }

    /// A token of the development issuer.
    pub(crate) fn issue(&self, options: &[&str]) -> String {
        let state = self.folder.path().join("state").display().to_string();
        support::lockstep([&["token", "--state", &state], options].concat()).ends(0).trim().to_owned()
    }

    /// A file among this server's own, for its owner alone.
    pub(crate) fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, contents).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    /// The command as the administrator.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.env("LOCKSTEP_SERVER", &self.url).env("LOCKSTEP_TOKEN", &self.token);
        command
    }

    /// The command as nobody, without a server's address.
    pub(crate) fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.env("XDG_CONFIG_HOME", self.folder.path().join("config"));
        command.env_remove("LOCKSTEP_SERVER").env_remove("LOCKSTEP_TOKEN");
        command
    }

    /// Runs the command as the administrator.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command(arguments))
    }

    /// The command's JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(self.run(&[arguments, &["--format", "json"]].concat()).ends(0)).unwrap()
    }

    /// Uploads a file's bytes.
    pub(crate) fn upload(&self, package: &[u8]) -> Ran {
        let path = self.file("package.wasm", package);
        self.run(&["upload", &path, "--reason", "release"])
    }

    /// Publishes a version to all devices.
    pub(crate) fn publish(&self, number: &str) {
        self.run(&["publish", &format!("{NAME}@{number}"), "--reason", "release"]).ends(0);
    }

    /// A device's folder, of a user of this server.
    pub(crate) fn device(&self, id: &str) -> Device<'_> {
        let token = self.issue(&["--subject", "sam", "--role", "employee", "--device", id]);
        Device { server: self, folder: self.folder.path().join(id), token }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which its test then says.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A device of a server.
pub(crate) struct Device<'a> {
    server: &'a Server,
    folder: PathBuf,
    token: String,
}

impl Device<'_> {
    /// Runs `device WHAT`.
    pub(crate) fn run(&self, what: &str, arguments: &[&str]) -> Ran {
        let state = self.folder.display().to_string();
        let arguments = [&["device", what, "--state", &state], arguments].concat();
        ran(self.server.command(&arguments).env("LOCKSTEP_TOKEN", &self.token))
    }

    /// Runs `device …` without a network: with no server's address and no token.
    pub(crate) fn offline(&self, words: &[&str], arguments: &[&str]) -> Ran {
        let state = self.folder.display().to_string();
        ran(&mut self.server.bare(&[&["device"], words, &["--state", &state], arguments].concat()))
    }

    /// The JSON of `device …` without a network.
    pub(crate) fn told(&self, words: &[&str], arguments: &[&str]) -> Value {
        serde_json::from_str(self.offline(words, &[arguments, &["--format", "json"]].concat()).ends(0)).unwrap()
    }

    /// Refreshes, and says which version it has then; none: nothing is published for it.
    pub(crate) fn refreshed(&self) -> Option<String> {
        self.run("refresh", &[]).ends(0);
        self.version()
    }

    /// Which version it has.
    pub(crate) fn version(&self) -> Option<String> {
        let listed: Value = serde_json::from_str(self.run("list", &["--format", "json"]).ends(0)).unwrap();
        let packages = listed["packages"].as_array().unwrap();
        packages.first().map(|package| package["version"].as_str().unwrap().to_owned())
    }
}

/// The publisher's key.
pub(crate) fn publisher_key() -> SigningKey {
    keys::SigningKey::from_seed(&[5; 32])
}

/// The starting plugin under another version, not signed.
pub(crate) fn unsigned(number: &str) -> Vec<u8> {
    static CONTENT: OnceLock<Vec<u8>> = OnceLock::new();
    let content = CONTENT.get_or_init(|| Package::open(&support::package()).unwrap().content().to_vec());
    let sections = Sections::parse(content).unwrap();
    let manifest = Manifest { version: number.to_owned(), ..Manifest::read(&sections).unwrap() };
    let mut other = sections.retain(|name| name != manifest::SECTION);
    manifest.append_to(&mut other).unwrap();
    other
}

/// The starting plugin under another version, as its publisher ships it.
pub(crate) fn version(number: &str) -> Vec<u8> {
    signed(&unsigned(number), &publisher_key())
}

/// A package, signed with this key.
pub(crate) fn signed(content: &[u8], key: &SigningKey) -> Vec<u8> {
    let moment = "2026-03-02T08:00:00Z".parse().unwrap();
    lockstep_package::signature::sign(content, key, PUBLISHER, moment).unwrap()
}
