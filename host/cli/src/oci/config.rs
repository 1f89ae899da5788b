//! The config of a WebAssembly artifact: what the component is.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use wasmparser::{Parser, Payload};

/// The config's JSON. Keys that are not known here are passed over.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WasmConfig {
    /// RFC 3339.
    created: String,
    #[serde(default)]
    author: Option<String>,
    architecture: String,
    /// `wasip2` says that it is a component, whatever it imports.
    os: String,
    /// The layers, in the manifest's order.
    pub(super) layer_digests: Vec<String>,
    #[serde(default)]
    component: Option<World>,
}

/// What a component exports and imports.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct World {
    exports: Vec<String>,
    imports: Vec<String>,
}

impl WasmConfig {
    /// The config of a package whose layer has this digest.
    pub(super) fn of(package: &[u8], layer_digest: &str, created: &str, author: Option<&str>) -> anyhow::Result<Self> {
        Ok(Self {
            created: created.to_owned(),
            author: author.map(str::to_owned),
            architecture: "wasm".to_owned(),
            os: "wasip2".to_owned(),
            layer_digests: vec![layer_digest.to_owned()],
            component: Some(world(package).context("the package's imports and exports cannot be read")?),
        })
    }
}

/// What stands at the top level of a component.
fn world(package: &[u8]) -> anyhow::Result<World> {
    let mut world = World { exports: Vec::new(), imports: Vec::new() };
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(package) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentExportSection(exports) if depth == 0 => {
                for export in exports {
                    world.exports.push(export?.name.name.to_owned());
                }
            }
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    world.imports.push(import?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(world)
}
