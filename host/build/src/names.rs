//! Function names as people read them, the same from every compiler.
//!
//! A trap names its rule by the name section. What compilers write there depends on how they mangle and on where a
//! crate lies on the disk; the plain path of a function does not.

use lockstep_package::sections::{SectionError, Sections};
use wasm_encoder::{NameMap, NameSection, Section as _};
use wasmparser::{BinaryReader, Name, NameSectionReader};

const NAME_SECTION: &str = "name";

/// What `wit-bindgen` says of the contract, for the encoder.
const TYPE_SECTION_PREFIX: &str = "component-type";

/// The module with plain function names and no other custom sections than the encoder needs.
pub(crate) fn with_plain_names(module: &[u8]) -> Result<Vec<u8>, SectionError> {
    let sections = Sections::parse(module)?;
    let names = sections.read(NAME_SECTION)?.map(function_names).unwrap_or_default();
    let mut plain = sections.retain(|name| name.starts_with(TYPE_SECTION_PREFIX));
    let mut map = NameMap::new();
    for (function, name) in &names {
        map.append(*function, name);
    }
    let mut section = NameSection::new();
    section.functions(&map);
    section.append_to(&mut plain);
    Ok(plain)
}

/// Names that cannot be read are none: they are for people alone.
fn function_names(section: &[u8]) -> Vec<(u32, String)> {
    let names = NameSectionReader::new(BinaryReader::new(section, 0));
    let maps = names.into_iter().flatten().filter_map(|name| match name {
        Name::Function(map) => Some(map),
        _ => None,
    });
    maps.flat_map(|map| map.into_iter().flatten()).map(|naming| (naming.index, plain(naming.name))).collect()
}

/// A function's path: `orders::order::Line::net_amount`, however the compiler writes it.
fn plain(name: &str) -> String {
    let path = format!("{:#}", rustc_demangle::demangle(name));
    match path.strip_prefix('<').and_then(|rest| rest.split_once(">::")) {
        Some((of, function)) if !of.contains(['<', ' ']) => format!("{of}::{function}"),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_method_has_the_same_name_in_both_manglings() {
        let name = "orders::order::Line::net_amount";
        assert_eq!(plain("_ZN6orders5order4Line10net_amount17h0123456789abcdefE"), name);
        assert_eq!(plain("_RNvMNtCs1234_6orders5orderNtB2_4Line10net_amount"), name);
    }

    #[test]
    fn other_names_stay_as_they_are() {
        assert_eq!(plain("cabi_realloc"), "cabi_realloc");
        assert_eq!(plain("<a::B as c::D>::e"), "<a::B as c::D>::e");
        assert_eq!(plain("<a::B<c::D>>::e"), "<a::B<c::D>>::e");
    }
}
