//! Which packages run operations, and which say how records are read and fed.

use lockstep_engine::{Engine, EngineConfig, Pool, Profile};
use lockstep_model::{Digest, Limits};
use lockstep_server::{
    Rollout,
    mirror::{Found, Installed, Packages as _},
};

use crate::support::{World, made};

const LIMITS: Limits = Limits {
    fuel: 1_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 1 << 20,
    table_elements: 100,
    input_bytes: 1 << 20,
    output_bytes: 1 << 20,
    issues: 10,
    patches: 3,
    log_lines: 5,
    look_ups: 100,
    rounds: 4,
    wall_clock_ms: 1000,
};

fn installed(world: &World) -> Installed {
    let engine = Engine::new(&EngineConfig::server(Profile::Native, Pool::STANDARD)).expect("an engine");
    Installed::new(world.environment().clone(), engine, LIMITS)
}

/// The tests' packages have no code: one that would be run cannot be loaded.
fn would_run<E>(found: &Result<Found, E>) -> bool {
    match found {
        Ok(Found::Here(_)) | Err(_) => true,
        Ok(Found::Missing | Found::Withdrawn) => false,
    }
}

#[test]
fn nothing_runs_that_devices_were_never_offered() {
    let world = World::new();
    let packages = installed(&world);
    let validated = world.validated(&made("orders", "1.0.0"));
    assert!(matches!(packages.package(&validated), Ok(Found::Missing)));
    assert!(packages.current().expect("packages").is_empty());
    world.registry().apply(&validated, &world.change()).expect("it can be applied");
    assert!(matches!(packages.package(&validated), Ok(Found::Missing)));
    // It can be fed all the same.
    assert_eq!(packages.current().expect("packages")["orders"].digest, validated);
    assert!(would_run(&packages.in_force(&validated)));
    world.publish(&validated, &Rollout::all()).expect("it can be published");
    assert!(would_run(&packages.package(&validated)));
    world.registry().unpublish("orders", false, &world.change()).expect("it is published");
    assert!(would_run(&packages.package(&validated)), "operations were made with it");
    assert!(matches!(packages.package(&Digest::of(b"unknown")), Ok(Found::Missing)));
}

#[test]
fn nothing_runs_that_a_revoked_key_signed() {
    let world = World::new();
    let packages = installed(&world);
    let published = world.published(&made("orders", "1.0.0"));
    let applied = world.applied(&made("stock", "1.0.0"));
    assert!(would_run(&packages.package(&published)));
    assert_eq!(packages.current().expect("packages").len(), 2);
    world.registry().revoke_key(&world.key.id().to_string(), &world.change()).expect("it is trusted");
    assert!(matches!(packages.package(&published), Ok(Found::Withdrawn)));
    assert!(!would_run(&packages.in_force(&applied)));
    assert!(packages.current().expect("packages").is_empty());
}
