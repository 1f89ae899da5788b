//! The folder: made, opened again after every step, shared with nobody.

use std::{fs, os::unix::fs::PermissionsExt as _};

use lockstep_model::Digest;
use lockstep_server::{
    Environment, OpenError, Rollout, State,
    registry::{Filter, Package, Workspace},
};

use crate::support::{World, made, rings};

/// All that can be seen from outside.
type Seen = (Vec<Package>, Vec<Workspace>, u64, usize, Vec<String>);

fn seen(world: &World) -> Seen {
    let registry = world.registry();
    let packages = registry.list(&Filter::default()).expect("they can be read");
    let workspaces = registry.workspaces().expect("they can be read");
    (packages, workspaces, registry.revision(), world.audited(), world.offered("device-1"))
}

/// Something that is done to a world.
type Step = Box<dyn Fn(&World)>;

#[test]
fn it_is_the_same_after_every_step() {
    let mut world = World::new();
    let first = made("orders", "1.0.0");
    let mut steps: Vec<Step> = Vec::new();
    let file = first.signed(&world.key);
    let digest = lockstep_package::Package::open(&file).expect("a package").digest();
    let uploaded = file.clone();
    steps.push(Box::new(move |world| {
        world.registry().begin_upload(&uploaded, &world.change()).expect("new");
    }));
    steps.push(Box::new(move |world| {
        world.validated(&made("orders", "1.0.0"));
    }));
    steps.push(Box::new(move |world| {
        world.registry().apply(&digest, &world.change()).expect("validated");
    }));
    steps.push(Box::new(move |world| {
        world.publish(&digest, &Rollout::all()).expect("applied");
    }));
    steps.push(Box::new(|world| {
        let next = world.applied(&made("orders", "1.1.0"));
        world.publish(&next, &Rollout::percent(30)).expect("applied");
    }));
    steps.push(Box::new(|world| {
        world.registry().widen("orders", &Rollout::rings(["pilot"]), &world.change()).expect("wider");
    }));
    steps.push(Box::new(|world| {
        world.registry().set_rings("device-1", &rings(&["pilot"]), &world.change()).expect("a ring");
    }));
    steps.push(Box::new(|world| {
        world.registry().complete("orders", false, &world.change()).expect("a rollout is under way");
    }));
    steps.push(Box::new(|world| {
        world.registry().rollback("orders", None, false, &world.change()).expect("there is one before");
    }));
    steps.push(Box::new(move |world| {
        world.registry().withdraw(&digest, false, &world.change()).expect("published");
    }));
    steps.push(Box::new(|world| {
        world.registry().revoke_key(&world.key.id().to_string(), &world.change()).expect("trusted");
    }));
    let key = world.environment().key();
    for (number, step) in steps.iter().enumerate() {
        step(&world);
        let before = seen(&world);
        world.reopen();
        assert_eq!(seen(&world), before, "after step {number}");
        assert_eq!(world.environment().key(), key);
    }
    let lines = world.registry().audit(0, 1000).expect("it can be read");
    assert!(lines.iter().enumerate().all(|(at, line)| line.number == at as u64 + 1), "{lines:?}");
    let rest = world.registry().audit(lines[3].number, 2).expect("it can be read");
    assert_eq!(rest, lines[4..6]);
}

#[test]
fn what_waits_for_validation_is_listed_in_the_order_of_arrival() {
    let mut world = World::new();
    let files = ["1.0.0", "1.1.0", "1.2.0"].map(|version| made("orders", version).signed(&world.key));
    let digests = files.map(|file| world.registry().begin_upload(&file, &world.change()).expect("new").digest);
    world.reopen();
    let waiting: Vec<_> = world.registry().waiting().expect("they can be read").iter().map(|it| it.digest).collect();
    assert_eq!(waiting, digests);
    assert_eq!(
        world.registry().file(&digests[1]).expect("it is kept").len(),
        made("orders", "1.1.0").signed(&world.key).len()
    );
}

#[test]
fn files_that_nobody_names_are_removed_and_the_others_stay() {
    let mut world = World::new();
    let digest = world.published(&made("orders", "1.0.0"));
    let (file, path) = (world.registry().show(&digest).expect("it is there").file.to_string(), world.path());
    let stray = Digest::of(b"stray").to_string();
    for store in ["packages", "code"] {
        fs::create_dir_all(path.join(store).join(&stray[..2])).expect("a folder");
        fs::write(path.join(store).join(&stray[..2]).join(&stray[2..]), b"stray").expect("a file");
    }
    fs::create_dir_all(path.join("work/7")).expect("a folder");
    world.reopen();
    for store in ["packages", "code"] {
        assert!(!path.join(store).join(&stray[..2]).join(&stray[2..]).exists(), "{store}");
    }
    assert!(path.join("packages").join(&file[..2]).join(&file[2..]).exists());
    assert!(!path.join("work/7").exists());
    world.registry().code(&digest, crate::support::PORTABLE).expect("it is kept");
}

#[test]
fn one_folder_is_one_servers() {
    let world = World::new();
    let error = Environment::open(&world.path(), None).map(|_| ()).expect_err("it is open");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("another server has"), "{error}");
}

#[test]
fn the_folder_is_for_its_owner_alone() {
    let mut world = World::new();
    let mode = |name: &str| fs::metadata(world.path().join(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("environment.key")), (0o700, 0o600));
    let path = world.path();
    world.close();
    let open = |path: &std::path::Path| Environment::open(path, None).map(|_| ()).expect_err("it is open to others");
    fs::set_permissions(path.join("environment.key"), fs::Permissions::from_mode(0o644)).expect("it is ours");
    assert!(matches!(open(&path), OpenError::Key(_)));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let said = open(&path).to_string();
    assert!(said.contains("open to others (mode 755)") && said.contains("chmod 700"), "{said}");
}

#[test]
fn an_environment_keeps_its_name_and_its_key() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("a/b");
    let open = |name: Option<&str>| Environment::open(&path, name);
    assert!(matches!(open(Some("No Name")).map(|_| ()), Err(OpenError::Name(_))));
    assert_eq!(open(Some("test-floor")).expect("new").name(), "test-floor");
    assert_eq!(open(None).expect("the same").name(), "test-floor");
    let said = open(Some("other")).map(|_| ()).expect_err("another name").to_string();
    assert!(said.contains("the environment `test-floor`, not `other`"), "{said}");
    fs::remove_file(path.join("environment.key")).expect("it is there");
    assert!(matches!(open(None).map(|_| ()), Err(OpenError::KeyGone { .. })));
}

#[test]
fn a_key_that_was_being_written_is_written_anew() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("state");
    fs::create_dir(&path).expect("a folder");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it is ours");
    fs::write(path.join("environment.key.new"), "-----BEGIN PRIV").expect("a file");
    let key = Environment::open(&path, None).expect("new").key();
    assert_eq!(Environment::open(&path, None).expect("the same").key(), key);
}

#[test]
fn a_newer_registry_is_left_alone() {
    let mut world = World::new();
    let path = world.path();
    world.close();
    let database = rusqlite::Connection::open(path.join("registry.sqlite")).expect("a database");
    database.pragma_update(None, "user_version", 99).expect("a number");
    drop(database);
    let said = Environment::open(&path, None).map(|_| ()).expect_err("it is newer").to_string();
    assert!(said.contains("written by a newer server") && said.contains("update the server"), "{said}");
}

#[test]
fn the_audit_log_cannot_be_rewritten() {
    let mut world = World::new();
    let path = world.path();
    world.close();
    let database = rusqlite::Connection::open(path.join("registry.sqlite")).expect("a database");
    for sql in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let said = database.execute(sql, ()).expect_err("it is kept").to_string();
        assert!(said.contains("the audit log is"), "{said}");
    }
}

#[test]
fn a_package_whose_file_is_gone_is_said_to_be_damaged() {
    let world = World::new();
    let digest = world.applied(&made("orders", "1.0.0"));
    let file = world.registry().show(&digest).expect("it is there").file.to_string();
    fs::remove_file(world.path().join("packages").join(&file[..2]).join(&file[2..])).expect("it is there");
    let said = world.registry().file(&digest).expect_err("it is gone").to_string();
    assert!(said.contains(&file) && said.contains("backup"), "{said}");
    assert_eq!(world.state(&digest), State::Applied);
}
