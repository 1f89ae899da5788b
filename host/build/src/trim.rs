//! Leaves out what would be there for nothing: exports that clean up, and the bodies of functions that nothing calls.
//!
//! After each call a component may clean up by a `cabi_post_…` function. A plugin's sandbox ends with its one call, so
//! cleaning up is work without use. The linker kept what these exports call; a function that is not called keeps its
//! number, so that no other changes, and loses its body.

use std::collections::BTreeSet;

use wasm_encoder::{CodeSection, ExportKind, ExportSection, Function, Instruction, Module, RawSection};
use wasmparser::{ExternalKind, FunctionBody, Operator, Parser, Payload};

const CLEAN_UP_PREFIX: &str = "cabi_post_";

/// The module without the exports by which it would be called to clean up, and without what only they call.
pub(crate) fn trimmed(module: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let calls = Calls::of(module)?;
    let live = calls.reachable();
    let mut bodies = CodeSection::new();
    let mut kept = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports {
                    let export = export?;
                    if !export.name.starts_with(CLEAN_UP_PREFIX) {
                        section.export(export.name, kind(export.kind), export.index);
                    }
                }
                kept.section(&section);
            }
            Payload::CodeSectionEntry(body) => {
                if live.contains(&(calls.imported + bodies.len())) {
                    bodies.raw(&module[body.range()]);
                } else {
                    bodies.function(&no_body());
                }
                if bodies.len() == calls.defined() {
                    kept.section(&bodies);
                }
            }
            Payload::CodeSectionStart { .. } => {}
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    kept.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    Ok(kept.finish())
}

fn no_body() -> Function {
    let mut function = Function::new([]);
    function.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
    function
}

/// Which functions a module's functions name, and which ones are called from outside or through a table.
#[derive(Default)]
struct Calls {
    imported: u32,
    roots: Vec<u32>,
    /// By function, without the imported ones.
    named: Vec<Vec<u32>>,
}

impl Calls {
    fn of(module: &[u8]) -> wasmparser::Result<Self> {
        let mut calls = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        calls.imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::StartSection { func, .. } => calls.roots.push(func),
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func && !export.name.starts_with(CLEAN_UP_PREFIX) {
                            calls.roots.push(export.index);
                        }
                    }
                }
                Payload::ElementSection(elements) => {
                    for element in elements {
                        match element?.items {
                            wasmparser::ElementItems::Functions(functions) => {
                                for function in functions {
                                    calls.roots.push(function?);
                                }
                            }
                            wasmparser::ElementItems::Expressions(_, expressions) => {
                                for expression in expressions {
                                    calls.roots.extend(named_by(expression?.get_operators_reader())?);
                                }
                            }
                        }
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        calls.roots.extend(named_by(global?.init_expr.get_operators_reader())?);
                    }
                }
                Payload::CodeSectionEntry(body) => calls.named.push(named_in(&body)?),
                _ => {}
            }
        }
        Ok(calls)
    }

    fn defined(&self) -> u32 {
        self.named.len() as u32
    }

    fn reachable(&self) -> BTreeSet<u32> {
        let mut live = BTreeSet::new();
        let mut next = self.roots.clone();
        while let Some(function) = next.pop() {
            if live.insert(function) {
                let defined = function.checked_sub(self.imported);
                let named = defined.and_then(|defined| self.named.get(defined as usize));
                next.extend(named.into_iter().flatten());
            }
        }
        live
    }
}

fn named_in(body: &FunctionBody<'_>) -> wasmparser::Result<Vec<u32>> {
    named_by(body.get_operators_reader()?)
}

fn named_by(mut operators: wasmparser::OperatorsReader<'_>) -> wasmparser::Result<Vec<u32>> {
    let mut named = Vec::new();
    while !operators.eof() {
        match operators.read()? {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => named.push(function_index),
            _ => {}
        }
    }
    Ok(named)
}

fn kind(kind: ExternalKind) -> ExportKind {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        ExternalKind::Tag => ExportKind::Tag,
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{FunctionSection, TypeSection};
    use wasmparser::Validator;

    use super::*;

    /// Four functions: 0 is exported and calls 1; 2 cleans up and calls 3.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for calls in [Some(1), None, Some(3), None] {
            functions.function(0);
            let mut body = Function::new([]);
            if let Some(function) = calls {
                body.instruction(&Instruction::Call(function));
            }
            body.instruction(&Instruction::Nop).instruction(&Instruction::End);
            code.function(&body);
        }
        let mut exports = ExportSection::new();
        exports.export("run", ExportKind::Func, 0).export("cabi_post_run", ExportKind::Func, 2);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    #[test]
    fn what_only_cleans_up_loses_its_body_and_keeps_its_number() {
        let trimmed = trimmed(&module()).expect("it is a module");
        Validator::new().validate_all(&trimmed).expect("it is valid");
        let calls = Calls::of(&trimmed).expect("it is a module");
        assert_eq!(calls.named, [vec![1], vec![], vec![], vec![]]);
        assert_eq!(calls.roots, [0]);
        assert!(trimmed.len() < module().len());
    }
}
