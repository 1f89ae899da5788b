//! Leaves out exports that would be called for nothing.
//!
//! After each call a component may clean up by a `cabi_post_…` function. A plugin's sandbox ends with its one call, so
//! cleaning up is work without use.

use wasm_encoder::{ExportKind, ExportSection, Module, RawSection};
use wasmparser::{ExternalKind, Parser, Payload};

const CLEAN_UP_PREFIX: &str = "cabi_post_";

/// The module without the exports by which it would be called to clean up.
pub(crate) fn without_clean_up(module: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let mut kept = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ExportSection(exports) = payload {
            let mut section = ExportSection::new();
            for export in exports {
                let export = export?;
                if !export.name.starts_with(CLEAN_UP_PREFIX) {
                    section.export(export.name, kind(export.kind), export.index);
                }
            }
            kept.section(&section);
        } else if let Some((id, range)) = payload.as_section() {
            kept.section(&RawSection { id, data: &module[range] });
        }
    }
    Ok(kept.finish())
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
