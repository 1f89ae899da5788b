//! Packages made of the guests of `tests/guests`, and of code that nobody would write.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use lockstep_build::{Colour, CompileRequest, Toolchain, ToolchainOptions, compile, component::encode};
use lockstep_model::Timestamp;
use lockstep_package::{CaseFiles, Manifest, SigningKey, messages, signature};
use wasm_encoder::{
    CodeSection, Component, ComponentImportSection, ComponentTypeRef, ComponentTypeSection, Function, FunctionSection,
    ImportSection, Instruction, Module, ModuleSection, PrimitiveValType, TypeSection, ValType,
};

/// The components of `tests/guests`, by name.
static GUESTS: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the project's folder");
    let target: PathBuf = project.join("target/development/guest");
    let toolchain = Toolchain::detect(&ToolchainOptions::from_variables(|name| env::var_os(name))).expect("a compiler");
    let request = CompileRequest {
        folder: &project.join("tests/guests"),
        target_folder: Some(&target),
        features: &[],
        panic_messages: true,
        colour: Colour::Never,
    };
    let modules = compile(&toolchain, &request, &mut |_| ()).expect("the guests compile");
    let component = |path: &Path| encode(&fs::read(path).expect("a module")).expect("a component");
    modules.into_iter().map(|module| (module.name, component(&module.path))).collect()
});

/// Who signs.
pub(crate) const PUBLISHER: &str = "example-vendor";

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

/// The component of a guest.
pub(crate) fn guest(name: &str) -> Vec<u8> {
    GUESTS.get(name).unwrap_or_else(|| panic!("there is no guest {name}")).clone()
}

/// A package of this component, signed.
pub(crate) fn package(component: &[u8], name: &str, cases: &[(&str, &str)]) -> Vec<u8> {
    package_with(component, name, cases, "odd = Odd\n")
}

pub(crate) fn package_with(component: &[u8], name: &str, cases: &[(&str, &str)], english: &str) -> Vec<u8> {
    let manifest = Manifest {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        sdk: None,
        wit: "1.0.0".to_owned(),
        publisher: None,
        requires: BTreeMap::new(),
        host: None,
    };
    let mut bytes = component.to_vec();
    manifest.append_to(&mut bytes).expect("it takes a manifest");
    if !english.is_empty() {
        messages::append(&mut bytes, "en", english.as_bytes()).expect("it takes messages");
    }
    let text = |(name, case): &(&str, &str)| ((*name).to_owned(), (*case).to_owned());
    let files = CaseFiles {
        cases: cases.iter().map(text).collect(),
        reference: BTreeMap::from([("item".to_owned(), "code\nI-1\n".to_owned())]),
    };
    files.append_to(&mut bytes).expect("it takes cases");
    signed(&bytes)
}

pub(crate) fn signed(file: &[u8]) -> Vec<u8> {
    signature::sign(file, &key(), PUBLISHER, Timestamp(1_700_000_000_000)).expect("it can be signed")
}

/// A case of the entity `thing` with this number, that expects this total.
pub(crate) fn case(number: i64, total: i64) -> String {
    format!(
        r#"{{"entity": "thing", "action": "create", "document": {{"number": {number}}},
            "context": {{"now": "2026-03-02T08:00:00Z", "today": "2026-03-02", "seed": 1, "user": "sam", "company": "c"}},
            "expect": {{"derived": {{"total": {total}}}}}}}"#
    )
}

/// A component around a core module.
fn around(module: &Module) -> Vec<u8> {
    let mut component = Component::new();
    component.section(&ModuleSection(module));
    component.finish()
}

/// A core module, and a component, with so many functions of so many steps each; a compiler looks at all of them.
pub(crate) fn long_code(functions: u32, steps: u32) -> Vec<u8> {
    let (mut types, mut list, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([ValType::I64, ValType::I64], [ValType::I64]);
    for seed in 0..functions {
        list.function(0);
        let mut body = Function::new([(8, ValType::I64)]);
        for step in 0..steps {
            let local = 2 + (step.wrapping_mul(7) + seed) % 8;
            body.instruction(&Instruction::LocalGet(step % 10));
            body.instruction(&Instruction::LocalGet(local));
            body.instruction(&Instruction::I64Mul);
            body.instruction(&Instruction::I64Const(i64::from(step ^ seed)));
            body.instruction(&Instruction::I64RemS);
            body.instruction(&Instruction::LocalSet(local));
        }
        body.instruction(&Instruction::LocalGet(3)).instruction(&Instruction::End);
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&list).section(&code);
    around(&module)
}

/// A component with a core module that imports from WASI, which nobody gives it.
pub(crate) fn core_import() -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    types.ty().function([ValType::I32], []);
    imports.import("wasi_snapshot_preview1", "proc_exit", wasm_encoder::EntityType::Function(0));
    let mut module = Module::new();
    module.section(&types).section(&imports);
    around(&module)
}

/// A component that imports functions of these names and exports nothing.
pub(crate) fn importing(names: &[&str]) -> Vec<u8> {
    let (mut types, mut imports) = (ComponentTypeSection::new(), ComponentImportSection::new());
    types.function().params([("number", PrimitiveValType::U32)]).result(None);
    for name in names {
        imports.import(*name, ComponentTypeRef::Func(0));
    }
    let mut component = Component::new();
    component.section(&types).section(&imports);
    component.finish()
}
