//! Compiles the guests of `guests/` and writes a constant for each: their components.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use lockstep_build::{Colour, CompileRequest, Toolchain, ToolchainOptions, compile, component::encode};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", here.join("guests").display());
    println!("cargo::rerun-if-changed={}", here.join("../wit").display());
    for sdk in ["../sdk/rust/src", "../sdk/rust-macros/src"] {
        println!("cargo::rerun-if-changed={}", here.join(sdk).display());
    }

    let toolchain = Toolchain::detect(&ToolchainOptions::from_variables(|name| env::var_os(name)))?;
    let request = CompileRequest {
        folder: &here.join("guests"),
        target_folder: Some(&here.join("../target/development/guest")),
        features: &[],
        panic_messages: true,
        colour: Colour::Never,
    };
    let mut modules = compile(&toolchain, &request, &mut |line| eprintln!("{line}"))?;
    modules.sort_by(|one, other| one.name.cmp(&other.name));

    let (mut constants, mut calls) = (String::new(), String::new());
    for module in &modules {
        let component = out.join(format!("{}.wasm", module.name));
        write_if_changed(&component, &encode(&fs::read(&module.path)?)?)?;
        let name = module.name.replace('-', "_");
        writeln!(constants, "/// The component of `guests/{}`.", module.name)?;
        writeln!(
            constants,
            "pub const {}: &[u8] = include_bytes!({:?});",
            name.to_uppercase(),
            component.to_string_lossy()
        )?;
        write!(calls, " $call!({name});")?;
    }
    writeln!(constants, "/// Calls a macro with the name of each guest, so that a guest without a test is found.")?;
    writeln!(constants, "#[macro_export]\nmacro_rules! for_each_guest {{\n    ($call:ident) => {{{calls} }};\n}}")?;
    write_if_changed(&out.join("guests.rs"), constants.as_bytes())?;
    Ok(())
}

fn write_if_changed(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) { Ok(()) } else { fs::write(path, bytes) }
}
