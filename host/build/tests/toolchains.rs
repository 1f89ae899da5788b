//! Which compiler is found, and how it reads when there is none.
#![cfg(unix)]

use std::{ffi::OsString, fs, path::PathBuf, process::Command};

use lockstep_build::{StandardLibrary, Toolchain, ToolchainError, ToolchainOptions};
use tempfile::TempDir;

/// A folder with compilers that answer what the real ones do, and nothing more.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A compiler whose sysroot is the folder of this name.
    fn compiler(&self, name: &str) -> PathBuf {
        let sysroot = self.folder.path().join(name);
        let host = sysroot.join("lib/rustlib/host/lib");
        fs::create_dir_all(&host).unwrap();
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in\n--version) echo 'rustc 1.0 ({name})';;\n'--print sysroot') echo '{sysroot}';;\n\
             '--print target-libdir') echo '{host}';;\n*) echo '{sysroot}/lib/rustlib/wasm32-unknown-unknown/lib';;\nesac\n",
            sysroot = sysroot.display(),
            host = host.display(),
        );
        let (text, path) = (sysroot.join("rustc.sh"), sysroot.join("rustc"));
        fs::write(&text, script).unwrap();
        // Written by a process of its own: a file that this one has open, another test's child may hold open too, and
        // then it cannot be run.
        let installed = Command::new("install").args(["-m", "755"]).args([&text, &path]).status().unwrap();
        assert!(installed.success());
        path
    }

    fn file(&self, path: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        path
    }

    fn with_library(self, name: &str) -> Self {
        self.file(&format!("{name}/lib/rustlib/wasm32-unknown-unknown/lib/libstd-0.rlib"));
        self
    }

    fn with_sources(self, name: &str) -> Self {
        self.file(&format!("{name}/lib/rustlib/src/rust/library/std/Cargo.toml"));
        self
    }

    fn with_linker(self, name: &str) -> Self {
        self.file(&format!("{name}/lib/rustlib/host/bin/rust-lld"));
        self
    }

    fn options(&self) -> ToolchainOptions {
        ToolchainOptions {
            named_rustc: None,
            cargo: PathBuf::from("cargo"),
            cargo_rustc: self.compiler("rustup"),
            system_rustc: self.compiler("debian"),
            cargo_home: None,
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}

#[test]
fn cargos_own_compiler_is_taken_when_it_has_the_library() {
    let machine = Machine::new().with_library("rustup").with_library("debian");
    let found = Toolchain::detect(&machine.options()).unwrap();
    assert_eq!(found.rustc(), machine.path("rustup/rustc"));
    assert_eq!(found.standard_library(), &StandardLibrary::Installed);
    assert_eq!(found.version(), "rustc 1.0 (rustup)");
}

#[test]
fn debians_compiler_builds_the_library_with_the_linker_of_cargos() {
    let machine = Machine::new().with_linker("rustup").with_sources("debian");
    let found = Toolchain::detect(&machine.options()).unwrap();
    assert_eq!(found.rustc(), machine.path("debian/rustc"));
    let source = machine.path("debian/lib/rustlib/src/rust");
    let linker = machine.path("rustup/lib/rustlib/host/bin/rust-lld");
    assert_eq!(found.standard_library(), &StandardLibrary::FromSource { source, linker });
}

#[test]
fn a_named_compiler_goes_before_all_others() {
    let machine = Machine::new().with_library("rustup").with_library("mine");
    let named_rustc = Some(machine.compiler("mine"));
    let found = Toolchain::detect(&ToolchainOptions { named_rustc, ..machine.options() }).unwrap();
    assert_eq!(found.rustc(), machine.path("mine/rustc"));
}

#[test]
fn without_a_compiler_the_three_ways_to_get_one_are_named() {
    let error = Toolchain::detect(&Machine::new().with_sources("debian").options()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no Rust compiler for wasm32-unknown-unknown was found: run `rustup target add wasm32-unknown-unknown`, or \
         `apt-get install rustc-web rust-web-src`, or name a compiler that has it with `--rustc PATH`"
    );
}

#[test]
fn a_named_compiler_that_does_not_do_is_refused_although_others_would() {
    let machine = Machine::new().with_library("rustup").with_sources("bare");
    let refused = |rustc: PathBuf| {
        let options = ToolchainOptions { named_rustc: Some(rustc), ..machine.options() };
        let error: ToolchainError = Toolchain::detect(&options).unwrap_err();
        error.to_string().replace(&machine.folder.path().display().to_string(), "FOLDER")
    };
    assert_eq!(
        refused(machine.compiler("empty")),
        "the compiler FOLDER/empty/rustc cannot build for wasm32-unknown-unknown: beside it is neither a standard \
         library for this target nor the library's sources"
    );
    assert_eq!(
        refused(machine.compiler("bare")),
        "the compiler FOLDER/bare/rustc cannot build for wasm32-unknown-unknown: it has the standard library's sources, \
         but no rust-lld was found beside it or beside cargo's compiler"
    );
    assert_eq!(
        refused(machine.path("none")),
        "the compiler FOLDER/none cannot build for wasm32-unknown-unknown: it does not run (No such file or directory \
         (os error 2))"
    );
}

#[test]
fn variables_say_where_cargo_is() {
    let from = |all: &'static [(&str, &str)]| {
        ToolchainOptions::from_variables(move |name| {
            all.iter().find(|(one, _)| *one == name).map(|(_, value)| OsString::from(value))
        })
    };
    let bare = from(&[]);
    assert_eq!((bare.cargo, bare.cargo_rustc, bare.cargo_home), ("cargo".into(), "rustc".into(), None));
    let run_by_cargo = from(&[("CARGO", "/opt/cargo"), ("RUSTC", "/opt/rustc"), ("HOME", "/nowhere")]);
    assert_eq!((run_by_cargo.cargo, run_by_cargo.cargo_rustc), ("/opt/cargo".into(), "/opt/rustc".into()));
    assert_eq!(run_by_cargo.cargo_home, Some("/nowhere/.cargo".into()));
}
