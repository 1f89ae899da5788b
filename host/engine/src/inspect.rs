//! What a component is made of, read from its bytes without compiling or running it: sizes, and whether it computes
//! with floats.
//!
//! Float arithmetic is exact and the same everywhere except for the bits of a NaN. Engines here make these the same
//! too; browsers do not.

mod floats;

use std::collections::{BTreeMap, HashMap};

use wasmparser::{Encoding, KnownCustom, Name, Parser, Payload};

/// What a component is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Its sizes.
    pub sizes: Sizes,
    /// Where it has float instructions.
    pub floats: FloatUse,
}

/// A component's sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// All of it, in bytes.
    pub component_bytes: usize,
    /// Bodies of functions, in bytes.
    pub code_bytes: usize,
    /// Initial contents of memories, in bytes.
    pub data_bytes: usize,
    /// Custom sections by name, in bytes.
    pub custom_bytes: BTreeMap<String, usize>,
    /// How many functions there are.
    pub functions: usize,
    /// What its memories have at the start, in bytes.
    pub initial_memory_bytes: u64,
}

/// Float instructions by function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FloatUse {
    /// The functions that have any, in order.
    pub functions: Vec<FloatFunction>,
}

/// A function with float instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloatFunction {
    /// Its name, or its number where the component holds no names.
    pub function: String,
    /// The first of the instructions, for instance `f64.add`.
    pub first: String,
    /// How many there are.
    pub count: usize,
}

impl FloatUse {
    /// Whether there is no float instruction at all.
    pub fn is_float_free(&self) -> bool {
        self.functions.is_empty()
    }
}

/// The bytes are no component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// They do not begin as WebAssembly does.
    #[error("the file is not WebAssembly: a plugin is a `.wasm` file, as `lockstep build` makes it")]
    NotWasm,
    /// They are a core module.
    #[error("the file is a core WebAssembly module, not a component: build it with `lockstep build`")]
    CoreModule,
    /// They are cut short or altered.
    #[error("the component is damaged at byte {offset}: {reason}; get it anew")]
    Damaged {
        /// Where.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
}

impl From<wasmparser::BinaryReaderError> for InspectError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Damaged { offset: error.offset(), reason: error.message().to_owned() }
    }
}

/// Reads what a component is made of. It need not be valid beyond what is read.
///
/// # Errors
/// When the bytes are no component, or are damaged.
pub fn inspect(component: &[u8]) -> Result<Inspection, InspectError> {
    check_is_component(component)?;
    let mut scan = Scan::default();
    for payload in Parser::new(0).parse_all(component) {
        scan.payload(payload?)?;
    }
    Ok(scan.finish(component.len()))
}

/// Whether the bytes begin as a component does.
pub(crate) fn check_is_component(bytes: &[u8]) -> Result<(), InspectError> {
    match Parser::new(0).parse(bytes, true) {
        Ok(wasmparser::Chunk::Parsed { payload: Payload::Version { encoding: Encoding::Component, .. }, .. }) => Ok(()),
        Ok(wasmparser::Chunk::Parsed { payload: Payload::Version { .. }, .. }) => Err(InspectError::CoreModule),
        _ => Err(InspectError::NotWasm),
    }
}

#[derive(Default)]
struct Scan {
    inspection: Inspection,
    /// Of the module being read: imported functions and bodies seen so far, float functions by number.
    function: u32,
    found: Vec<(u32, floats::Found)>,
}

impl Scan {
    fn payload(&mut self, payload: Payload<'_>) -> Result<(), InspectError> {
        let sizes = &mut self.inspection.sizes;
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } => self.function = 0,
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    self.function += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    sizes.initial_memory_bytes += memory?.initial.saturating_mul(64 << 10);
                }
            }
            Payload::DataSection(data) => sizes.data_bytes += data.range().len(),
            Payload::CodeSectionEntry(body) => {
                sizes.code_bytes += body.range().len();
                sizes.functions += 1;
                if let Some(found) = floats::scan(&body)? {
                    self.found.push((self.function, found));
                }
                self.function += 1;
            }
            Payload::CustomSection(section) => {
                *sizes.custom_bytes.entry(section.name().to_owned()).or_default() += section.data().len();
                if let KnownCustom::Name(names) = section.as_known() {
                    self.name(&function_names(names));
                }
            }
            Payload::End(_) => self.name(&HashMap::new()),
            _ => {}
        }
        Ok(())
    }

    /// Names the float functions of the module that ends here: names come after code.
    fn name(&mut self, names: &HashMap<u32, String>) {
        let functions = self.found.drain(..).map(|(index, found)| FloatFunction {
            function: names.get(&index).cloned().unwrap_or_else(|| format!("function {index}")),
            first: found.first,
            count: found.count,
        });
        self.inspection.floats.functions.extend(functions);
    }

    fn finish(self, component_bytes: usize) -> Inspection {
        let mut inspection = self.inspection;
        inspection.sizes.component_bytes = component_bytes;
        inspection
    }
}

/// Names that cannot be read are none: they are for people alone.
fn function_names(names: wasmparser::NameSectionReader<'_>) -> HashMap<u32, String> {
    let functions = names.into_iter().filter_map(|name| match name {
        Ok(Name::Function(map)) => Some(map),
        _ => None,
    });
    functions
        .flatten()
        .filter_map(Result::ok)
        .map(|naming| (naming.index, format!("{:#}", rustc_demangle::demangle(naming.name))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{InspectError, inspect};

    #[test]
    fn text_is_not_webassembly() {
        assert_eq!(inspect(b"hello"), Err(InspectError::NotWasm));
        assert_eq!(inspect(b""), Err(InspectError::NotWasm));
    }

    #[test]
    fn a_core_module_is_named_as_such() {
        assert_eq!(inspect(b"\0asm\x01\0\0\0"), Err(InspectError::CoreModule));
    }

    #[test]
    fn an_empty_component_is_float_free() {
        let inspection = inspect(b"\0asm\x0d\0\x01\0").unwrap();
        assert!(inspection.floats.is_float_free());
        assert_eq!(inspection.sizes.component_bytes, 8);
    }

    #[test]
    fn a_component_cut_short_is_damaged() {
        assert!(matches!(inspect(b"\0asm\x0d\0\x01\0\x01\x20"), Err(InspectError::Damaged { .. })));
    }
}
