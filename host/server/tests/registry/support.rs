//! An environment in a folder of its own, and packages for it.

use std::{cell::Cell, collections::BTreeSet};

use lockstep_model::{
    Digest, Timestamp,
    schema::{Descriptor, Entity, Field, FieldKind, FieldType},
};
use lockstep_package::{Manifest, SigningKey, signature};
use lockstep_server::{
    Change, Environment, Registry, RegistryError, Rollout, State,
    registry::{Asker, Package, Workspace},
    validation::{CodeFile, Report},
};
use tempfile::TempDir;

pub(crate) const PORTABLE: &str = "wasmtime-48.0.8/portable";

/// Who signs.
pub(crate) const PUBLISHER: &str = "example-vendor";

/// An environment that trusts one publisher.
pub(crate) struct World {
    folder: TempDir,
    environment: Option<Environment>,
    pub(crate) key: SigningKey,
    now: Cell<i64>,
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self::empty();
        world.registry().add_key(PUBLISHER, &world.key.verifying_key(), &world.change()).expect("a new key");
        world
    }

    /// One that trusts nobody yet.
    pub(crate) fn empty() -> Self {
        let folder = TempDir::new().expect("a folder");
        let environment = Environment::open(&folder.path().join("state"), None).expect("a new environment");
        let key = SigningKey::from_seed(&[7; 32]);
        Self { folder, environment: Some(environment), key, now: Cell::new(1_000_000) }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn environment(&self) -> &Environment {
        self.environment.as_ref().expect("it is open")
    }

    pub(crate) fn registry(&self) -> &Registry {
        self.environment().registry()
    }

    pub(crate) fn close(&mut self) {
        self.environment = None;
    }

    pub(crate) fn reopen(&mut self) {
        self.close();
        self.environment = Some(Environment::open(&self.path(), None).expect("the same environment"));
    }

    /// A change, a second after the one before.
    pub(crate) fn change(&self) -> Change<'static> {
        self.now.set(self.now.get() + 1000);
        Change { actor: "alex", reason: "as agreed", now: self.now(), expected: None }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.now.get())
    }

    /// Uploads a package, and says that validation found nothing.
    pub(crate) fn validated(&self, made: &Made<'_>) -> Digest {
        let package = self.upload(made);
        assert_eq!(package.state, State::Validated, "{:?}", package.reasons);
        package.digest
    }

    pub(crate) fn applied(&self, made: &Made<'_>) -> Digest {
        let digest = self.validated(made);
        self.registry().apply(&digest, &self.change()).expect("it can be applied");
        digest
    }

    pub(crate) fn published(&self, made: &Made<'_>) -> Digest {
        let digest = self.applied(made);
        self.publish(&digest, &Rollout::all()).expect("it can be published");
        digest
    }

    pub(crate) fn publish(&self, digest: &Digest, rollout: &Rollout) -> Result<Package, RegistryError> {
        self.registry().publish(digest, rollout, false, &self.change())
    }

    /// Uploads a package, and decides by what is known here alone.
    pub(crate) fn upload(&self, made: &Made<'_>) -> Package {
        self.upload_file(&made.signed(&self.key), made)
    }

    pub(crate) fn upload_file(&self, file: &[u8], made: &Made<'_>) -> Package {
        let begun = self.registry().begin_upload(file, &self.change()).expect("it can be uploaded");
        let code = format!("code of {} {}", made.name, made.version).into_bytes();
        let files = CodeFile { engine: PORTABLE.into(), file: "portable.code".into(), digest: Digest::of(&code) };
        let roles = made.roles.iter().map(|role| (*role).to_owned()).collect();
        let descriptor = Some(made.descriptor());
        let report =
            Report { descriptor, roles, float_free: Some(true), cases: 3, code: vec![files], ..Report::default() };
        let code = [(PORTABLE.to_owned(), code)];
        self.registry().finish_upload(&begun.digest, &report, &code, &self.change()).expect("it can be finished")
    }

    pub(crate) fn state(&self, digest: &Digest) -> State {
        self.registry().show(digest).expect("it is there").state
    }

    pub(crate) fn workspace(&self, name: &str) -> Option<Workspace> {
        let all = self.registry().workspaces().expect("they can be read");
        all.into_iter().find(|workspace| workspace.name == name)
    }

    /// What a device is offered, as `name version`, to a user who may see everything.
    pub(crate) fn offered(&self, device: &str) -> Vec<String> {
        self.offered_to(device, &|_, _| true)
    }

    pub(crate) fn offered_to(&self, device: &str, may_see: &dyn Fn(&str, &[String]) -> bool) -> Vec<String> {
        let record = self.record(device, may_see);
        record.packages.iter().map(|package| format!("{} {}", package.name, package.version)).collect()
    }

    pub(crate) fn record(
        &self,
        device: &str,
        may_see: &dyn Fn(&str, &[String]) -> bool,
    ) -> lockstep_package::Publication {
        let asker = Asker { device, user: "sam", engine: PORTABLE, may_see };
        let offer = self.registry().offer(&asker, self.now()).expect("it can ask");
        let signed = self.registry().sign(&offer, self.now()).expect("it can be signed");
        lockstep_package::Publication::verify(&signed, &self.environment().key()).expect("it is the environment's")
    }

    pub(crate) fn audited(&self) -> usize {
        self.registry().audit(0, 1000).expect("it can be read").len()
    }
}

/// What a test's package is.
#[derive(Clone, Debug)]
pub(crate) struct Made<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) requires: Vec<(&'a str, &'a str)>,
    pub(crate) roles: Vec<&'a str>,
    pub(crate) fields: Vec<(&'a str, FieldType)>,
}

pub(crate) fn made<'a>(name: &'a str, version: &'a str) -> Made<'a> {
    let fields = vec![("note", FieldType::Text(40))];
    Made { name, version, requires: Vec::new(), roles: vec!["clerk"], fields }
}

impl<'a> Made<'a> {
    pub(crate) fn needing(self, name: &'a str, version: &'a str) -> Self {
        Self { requires: vec![(name, version)], ..self }
    }

    pub(crate) fn for_roles(self, roles: &[&'a str]) -> Self {
        Self { roles: roles.to_vec(), ..self }
    }

    pub(crate) fn with(mut self, field: &'a str, of: FieldType) -> Self {
        self.fields.push((field, of));
        self
    }

    pub(crate) fn without_fields(self) -> Self {
        Self { fields: Vec::new(), ..self }
    }

    /// The file without a signature: a component without code.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let requires =
            self.requires.iter().map(|(name, version)| ((*name).to_owned(), version.parse().expect("semver")));
        let manifest = Manifest {
            name: self.name.to_owned(),
            version: self.version.to_owned(),
            sdk: None,
            wit: "1.0.0".to_owned(),
            publisher: None,
            requires: requires.collect(),
            host: None,
        };
        let mut file = b"\0asm\x0d\0\x01\0".to_vec();
        manifest.append_to(&mut file).expect("a component takes sections");
        let fields = format!("{:?}{:?}", self.fields, self.roles);
        lockstep_package::sections::append(&mut file, "fields", fields.as_bytes()).expect("it takes any section");
        file
    }

    pub(crate) fn signed(&self, key: &SigningKey) -> Vec<u8> {
        self.signed_by(key, PUBLISHER)
    }

    pub(crate) fn signed_by(&self, key: &SigningKey, publisher: &str) -> Vec<u8> {
        signature::sign(&self.unsigned(), key, publisher, Timestamp(1_700_000_000_000)).expect("it can be signed")
    }

    pub(crate) fn descriptor(&self) -> Descriptor {
        let field = |(name, of): &(&str, FieldType)| Field {
            name: (*name).to_owned(),
            label: String::new(),
            kind: FieldKind::Entered,
            of: of.clone(),
            required: false,
            read_only: false,
            table: None,
        };
        let fields = self.fields.iter().map(field).collect();
        let entity = Entity { name: "thing".into(), fields, ..Entity::default() };
        Descriptor { entities: vec![entity], ..Descriptor::default() }
    }
}

pub(crate) fn rings(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// It was refused with a sentence that holds all of these.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, RegistryError>, parts: &[&str]) -> RegistryError {
    let error = result.expect_err("it should be refused");
    let said = error.to_string();
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
    error
}
