//! A cargo that runs with the guest's compiler, and with nothing else that the environment says of compilers.

use std::{path::Path, process::Command};

use crate::toolchain::{StandardLibrary, TARGET, Toolchain};

/// What would change the code that is made: from the user's settings, or from a cargo that runs this one.
const UNWANTED: &[&str] = &[
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "CLIPPY_ARGS",
    "RUSTC_BOOTSTRAP",
    "RUSTFLAGS",
    "__CARGO_DEFAULT_LIB_METADATA",
];

/// Wrappers of the compiler: an empty value keeps the settings in files from naming one, too.
const WRAPPERS: &[&str] = &["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"];

/// Secrets of whoever builds and signs in one go: build scripts and macros of other crates have no use for them.
const SECRET: &[&str] = &["LOCKSTEP_PASSPHRASE", "LOCKSTEP_REGISTRY_PASSWORD", "LOCKSTEP_TOKEN"];

/// A cargo command for the crate with this manifest.
pub(crate) fn command(toolchain: &Toolchain, subcommand: &str, manifest: &Path) -> Command {
    let mut command = Command::new(&toolchain.cargo);
    for name in UNWANTED.iter().chain(SECRET) {
        command.env_remove(name);
    }
    for name in WRAPPERS {
        command.env(name, "");
    }
    command.env("RUSTC", toolchain.rustc());
    if let StandardLibrary::FromSource { linker, .. } = toolchain.standard_library() {
        command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    command.arg(subcommand).arg("--manifest-path").arg(manifest);
    command
}

/// The arguments with which `cargo build` builds for the guest.
pub(crate) fn build_arguments(toolchain: &Toolchain) -> Vec<&'static str> {
    let mut arguments = vec!["--target", TARGET];
    if matches!(toolchain.standard_library(), StandardLibrary::FromSource { .. }) {
        arguments.push("-Zbuild-std=std,panic_abort");
    }
    arguments
}
