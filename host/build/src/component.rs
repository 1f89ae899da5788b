//! From a module to a component: without imports, with the contract's export, and with nothing in it that is not needed.

use lockstep_package::sections::{SectionError, Sections};
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, DecodedWasm};

use crate::{names, trim};

/// What a plugin exports, without its version.
const CONTRACT: &str = "lockstep:logic/logic@";

/// The import that a development build may have.
const LOG: (&str, &str) = ("$root", "log");

/// A component that follows the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The component's bytes.
    pub bytes: Vec<u8>,
    /// The contract's version.
    pub wit: String,
}

/// Why no component came of a module.
#[derive(Debug, thiserror::Error)]
pub enum ComponentError {
    /// What the compiler made cannot be read.
    #[error("the compiled module cannot be read: {0}")]
    Module(#[from] SectionError),
    /// The module imports something.
    #[error(
        "the plugin imports `{name}` from `{module}`, and a plugin imports nothing: find the dependency that needs it \
         (`cargo tree`) and leave it out"
    )]
    Import {
        /// The module or interface that it is imported from.
        module: String,
        /// What is imported.
        name: String,
    },
    /// The module does not export the contract.
    #[error("the plugin does not export `lockstep:logic/logic`: its lib.rs needs `lockstep_sdk::plugin! {{ … }}`")]
    NoContract,
    /// The encoder refuses it.
    #[error("no component can be made of the module: {0}")]
    Encode(String),
}

/// Makes a component of a plugin's module.
///
/// # Errors
/// When the module cannot be read, imports something, or does not export the contract.
pub fn componentise(module: &[u8]) -> Result<Component, ComponentError> {
    if let Some((module, name)) = first_import(module)? {
        return Err(ComponentError::Import { module, name });
    }
    let bytes = encode(module)?;
    let wit = contract_version(&bytes)?.ok_or(ComponentError::NoContract)?;
    Ok(Component { bytes, wit })
}

/// Makes a component of any module, whatever it imports and exports.
///
/// # Errors
/// When the module cannot be read or encoded.
pub fn encode(module: &[u8]) -> Result<Vec<u8>, ComponentError> {
    let module = trim::trimmed(&names::with_plain_names(module)?).map_err(refused)?;
    let encoder = ComponentEncoder::default().validate(true).module(&module);
    let component = encoder.and_then(|mut encoder| encoder.encode()).map_err(refused)?;
    Ok(Sections::parse(&component)?.retain(|_| false))
}

fn first_import(module: &[u8]) -> Result<Option<(String, String)>, ComponentError> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload.map_err(refused)? {
            for import in imports.into_imports() {
                let import = import.map_err(refused)?;
                if (import.module, import.name) != LOG {
                    return Ok(Some((import.module.to_owned(), import.name.to_owned())));
                }
            }
        }
    }
    Ok(None)
}

fn contract_version(component: &[u8]) -> Result<Option<String>, ComponentError> {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(component).map_err(refused)? else {
        return Ok(None);
    };
    let exports = resolve.worlds[world].exports.keys().map(|key| resolve.name_world_key(key));
    Ok(exports.into_iter().find_map(|name| name.strip_prefix(CONTRACT).map(str::to_owned)))
}

/// The encoder's reasons are a chain; people read it as one line.
fn refused(error: impl std::fmt::Display) -> ComponentError {
    ComponentError::Encode(format!("{error:#}"))
}
