//! Who depends on whom.

use std::{collections::BTreeSet, process::Command};

use crate::workspace::{Package, WORKSPACE};

/// Our crates, and which of them each is built on.
const ARROWS: &[(&str, &[&str])] = &[
    ("lockstep-model", &[]),
    ("lockstep-engine", &["lockstep-model"]),
    ("lockstep-package", &["lockstep-model"]),
    ("lockstep-build", &["lockstep-engine", "lockstep-model", "lockstep-package"]),
    ("lockstep-cases", &["lockstep-model"]),
    ("lockstep-sync", &["lockstep-model"]),
    ("lockstep-server", &["lockstep-cases", "lockstep-engine", "lockstep-model", "lockstep-package", "lockstep-sync"]),
    ("lockstep-device", &["lockstep-engine", "lockstep-model", "lockstep-package", "lockstep-sync"]),
    ("lockstep-bindings", &["lockstep-device", "lockstep-model"]),
    (
        "lockstep",
        &[
            "lockstep-build",
            "lockstep-cases",
            "lockstep-device",
            "lockstep-engine",
            "lockstep-model",
            "lockstep-package",
            "lockstep-server",
            "lockstep-sync",
        ],
    ),
    ("lockstep-sdk", &["lockstep-sdk-macros"]),
    ("lockstep-sdk-macros", &[]),
];

/// Crates that hold the others to account; they may use whatever they look at.
const OBSERVERS: &[&str] = &["lockstep-tests", "lockstep-benches"];

/// Whoever's crates only these of ours may name. A `*` stands for the rest of a name.
const RESERVED: &[(&str, &[&str])] = &[
    // The benches take an evaluation apart.
    ("wasmtime*", &["lockstep-engine", "lockstep-benches"]),
    ("cranelift*", &["lockstep-engine"]),
    ("pulley*", &["lockstep-engine"]),
    // The benches hold stores against the bare library.
    ("rusqlite", &["lockstep-device", "lockstep-server", "lockstep-benches"]),
    ("libsqlite3-sys", &["lockstep-device", "lockstep-server"]),
    ("tokio-postgres*", &["lockstep-server"]),
    ("deadpool*", &["lockstep-server"]),
    ("axum*", &["lockstep-server"]),
    ("hyper*", &["lockstep-server", "lockstep-device", "lockstep"]),
    ("reqwest", &["lockstep-device", "lockstep"]),
    // The server fetches the keys of issuers.
    ("ureq", &["lockstep-device", "lockstep-server", "lockstep"]),
    ("clap*", &["lockstep"]),
    ("uniffi*", &["lockstep-bindings"]),
    ("anstream", &["lockstep"]),
    ("anyhow", &["lockstep", "lockstep-tests", "lockstep-benches"]),
    // The benches put a server beside what they measure.
    ("tokio", &["lockstep-device", "lockstep-server", "lockstep", "lockstep-benches"]),
];

/// Crates that nobody names, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("sqlx*", "its macros do not resolve beside current rusqlite"),
    ("wasmtime-wasi*", "plugins have no WASI"),
    ("wasi*", "plugins have no WASI"),
    ("lazy_static", "std has LazyLock"),
    ("once_cell", "std has OnceLock"),
    ("chrono", "jiff is used"),
    ("time", "jiff is used"),
    ("openssl*", "it is not built from source"),
    ("native-tls", "it is not built from source"),
];

/// What pure crates are not even built of indirectly: threads of others, clocks, randomness, the network.
const IMPURE: &[&str] = &["tokio", "async-std", "rand", "getrandom", "chrono", "hyper", "socket2", "mio", "wasmtime"];

fn is_named(name: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |start| name.starts_with(start))
}

fn is_guest(package: &Package) -> bool {
    package.folder().starts_with("plugins") || package.folder().starts_with("benches/guest")
}

#[test]
fn our_crates_are_built_on_each_other_as_the_design_says() {
    let mut wrong = Vec::new();
    for package in WORKSPACE.members().filter(|package| !OBSERVERS.contains(&&*package.name)) {
        let ours = || package.own_dependencies().filter(|name| WORKSPACE.is_member(name));
        let allowed = ARROWS.iter().find(|(name, _)| *name == package.name).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed.or(is_guest(package).then_some(&["lockstep-sdk"])) else {
            wrong.push(format!("{} has no place among the arrows", package.name));
            continue;
        };
        wrong.extend(ours().filter(|name| !allowed.contains(name)).map(|name| format!("{} -> {name}", package.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn plugins_are_built_on_the_sdk_and_nothing_else() {
    for package in WORKSPACE.members().filter(|package| is_guest(package)) {
        let dependencies: Vec<_> = package.own_dependencies().collect();
        assert_eq!(dependencies, ["lockstep-sdk"], "{}", package.name);
    }
}

#[test]
fn the_sdk_holds_nothing_of_the_host() {
    let host: BTreeSet<_> =
        WORKSPACE.members().filter(|package| package.folder().starts_with("host")).map(|host| &*host.name).collect();
    for name in ["lockstep-sdk", "lockstep-sdk-macros"] {
        let closure = WORKSPACE.closure_names(name);
        let found: Vec<_> = closure.intersection(&host).collect();
        assert!(found.is_empty(), "{name} is built of {found:?}");
    }
}

#[test]
fn reserved_crates_are_named_only_where_they_belong() {
    let mut wrong = Vec::new();
    for package in WORKSPACE.members() {
        for name in package.own_dependencies() {
            let reserved = RESERVED.iter().filter(|(pattern, _)| is_named(name, pattern));
            let misplaced = reserved.filter(|(_, owners)| !owners.contains(&&*package.name));
            wrong.extend(misplaced.map(|(_, owners)| format!("{} names {name}, kept for {owners:?}", package.name)));
            let forbidden = FORBIDDEN.iter().filter(|(pattern, _)| is_named(name, pattern));
            wrong.extend(forbidden.map(|(_, why)| format!("{} names {name}: {why}", package.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_model_has_no_clock_no_randomness_and_no_network() {
    let names = tree("lockstep-model", &[]);
    let found: Vec<_> = IMPURE.iter().filter(|name| names.contains(**name)).collect();
    assert!(found.is_empty(), "lockstep-model is built of {found:?}");
}

/// Names of what a package is built of with these flags.
fn tree(package: &str, flags: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package])
        .args(flags)
        .current_dir(&WORKSPACE.root)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn without_its_compiler_the_engine_is_small_enough_for_a_phone() {
    let names = tree("lockstep-engine", &["--no-default-features"]);
    let compiler = ["cranelift-codegen", "cranelift-frontend", "wasmtime-internal-cranelift", "regalloc2"];
    let compiler: Vec<_> = compiler.into_iter().filter(|name| names.contains(*name)).collect();
    assert!(names.contains("pulley-interpreter"), "the engine runs portable code");
    assert!(compiler.is_empty(), "the engine holds {compiler:?}");
}

#[test]
fn without_its_check_the_builder_needs_no_engine() {
    let names = tree("lockstep-build", &["--no-default-features"]);
    assert!(!names.contains("wasmtime") && !names.contains("lockstep-engine"));
}

#[test]
fn the_command_reads_webassembly_with_one_version_of_each_crate() {
    let closure = WORKSPACE.closure("lockstep");
    for name in ["wasmparser", "wasm-encoder", "wasmtime", "rust_decimal", "serde_json"] {
        let versions: BTreeSet<_> =
            closure.iter().filter(|package| package.name == name).map(|package| &package.version).collect();
        assert_eq!(versions.len(), 1, "{name}: {versions:?}");
    }
}

#[test]
fn every_licence_lets_us_ship() {
    const PERMISSIVE: &[&str] = &[
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-1-Clause",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        // Uniffi's: what is changed of its own files has to be shown, and ours may have any licence.
        "MPL-2.0",
        "Unicode-3.0",
        "Unlicense",
        "Zlib",
    ];
    let mut wrong = Vec::new();
    for package in WORKSPACE.packages() {
        let licence = package.license.clone().unwrap_or_default().replace('/', " OR ").replace(['(', ')'], "");
        let is_fine = |part: &str| PERMISSIVE.contains(&part.trim());
        let all_of = |one: &str| one.split(" AND ").all(is_fine);
        // `A OR B AND C` without parentheses: whichever way it is read, one alternative has to be fine whole.
        if !licence.split(" OR ").any(all_of) {
            wrong.push(format!("{} {}: `{licence}` {:?}", package.name, package.version, package.license_file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn our_crates_have_our_licence_and_are_on_no_registry() {
    for package in WORKSPACE.members() {
        assert_eq!(package.license.as_deref(), Some("Apache-2.0 OR MIT"), "{}", package.name);
    }
}
