//! Custom sections at the top level of a component or a module: listed, read, appended, dropped.
//!
//! Sections within a component's nested modules are not seen and not touched.

use std::{borrow::Cow, ops::Range};

use wasm_encoder::{CustomSection, Section as _};
use wasmparser::{BinaryReader, BinaryReaderError};

const MAGIC: &[u8] = b"\0asm";
const HEADER_BYTES: usize = 8;
const MODULE_VERSION: &[u8] = &[1, 0, 0, 0];
const COMPONENT_VERSION: &[u8] = &[13, 0, 1, 0];
const CUSTOM_ID: u8 = 0;

/// Why a file's sections could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// It does not begin as WebAssembly does.
    #[error("this is not a WebAssembly file: it does not begin with \\0asm and a known version")]
    NotWasm,
    /// It ends within a section, or a length is not well-formed.
    #[error("the file is damaged or cut short at byte {offset}: {reason}")]
    Damaged {
        /// Where in the file.
        offset: usize,
        /// What was expected there.
        reason: String,
    },
    /// A section that may be there once is there more often.
    #[error("the file has the section `{name}` more than once")]
    Doubled {
        /// The section's name.
        name: String,
    },
}

/// What a WebAssembly file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A core module.
    Module,
    /// A component.
    Component,
}

/// One section at the top level.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section<'a> {
    /// Its name if it is a custom one.
    custom: Option<&'a str>,
    /// Its contents, for a custom section after the name.
    data: &'a [u8],
    /// All of it, with id and length.
    range: Range<usize>,
}

/// A file's sections at the top level, in file order.
#[derive(Clone, Debug)]
pub struct Sections<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    all: Vec<Section<'a>>,
}

impl<'a> Sections<'a> {
    /// Reads where the sections are; what is in them is not looked at.
    ///
    /// # Errors
    /// When the bytes are not WebAssembly, are cut short, or a length is not well-formed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SectionError> {
        let encoding = encoding(bytes)?;
        let mut reader = BinaryReader::new(&bytes[HEADER_BYTES..], HEADER_BYTES);
        let mut all = Vec::new();
        while !reader.eof() {
            all.push(section(&mut reader).map_err(|error| damaged(&error))?);
        }
        Ok(Self { bytes, encoding, all })
    }

    /// Whether it is a module or a component.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The custom sections' names and contents, in file order.
    pub fn custom(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.all.iter().filter_map(|section| section.custom.map(|name| (name, section.data)))
    }

    /// Where the file's last section begins, its name and its contents, if it is a custom one.
    pub(crate) fn last(&self) -> Option<(usize, &'a str, &'a [u8])> {
        let last = self.all.last()?;
        Some((last.range.start, last.custom?, last.data))
    }

    /// The contents of the custom section with this name.
    ///
    /// # Errors
    /// When there is more than one.
    pub fn read(&self, name: &str) -> Result<Option<&'a [u8]>, SectionError> {
        let mut found = self.custom().filter(|(one, _)| *one == name).map(|(_, data)| data);
        let first = found.next();
        match found.next() {
            Some(_) => Err(SectionError::Doubled { name: name.to_owned() }),
            None => Ok(first),
        }
    }

    /// The file without the custom sections that `keep` does not want.
    pub fn retain(&self, mut keep: impl FnMut(&str) -> bool) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.bytes.len());
        kept.extend_from_slice(&self.bytes[..HEADER_BYTES]);
        for section in self.all.iter().filter(|section| section.custom.is_none_or(&mut keep)) {
            kept.extend_from_slice(&self.bytes[section.range.clone()]);
        }
        kept
    }
}

/// Appends a custom section to a file.
///
/// # Errors
/// When the bytes are not a whole WebAssembly file, or have a section of this name already.
pub fn append(bytes: &mut Vec<u8>, name: &str, data: &[u8]) -> Result<(), SectionError> {
    if Sections::parse(bytes)?.read(name)?.is_some() {
        return Err(SectionError::Doubled { name: name.to_owned() });
    }
    CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data) }.append_to(bytes);
    Ok(())
}

fn encoding(bytes: &[u8]) -> Result<Encoding, SectionError> {
    match bytes.strip_prefix(MAGIC) {
        Some(rest) if rest.starts_with(MODULE_VERSION) => Ok(Encoding::Module),
        Some(rest) if rest.starts_with(COMPONENT_VERSION) => Ok(Encoding::Component),
        _ => Err(SectionError::NotWasm),
    }
}

fn section<'a>(reader: &mut BinaryReader<'a>) -> Result<Section<'a>, BinaryReaderError> {
    let start = reader.original_position();
    let id = reader.read_u8()?;
    let mut contents = reader.read_reader()?;
    let range = start..reader.original_position();
    let custom = if id == CUSTOM_ID { Some(contents.read_string()?) } else { None };
    let data = contents.read_bytes(contents.bytes_remaining())?;
    Ok(Section { custom, data, range })
}

fn damaged(error: &BinaryReaderError) -> SectionError {
    SectionError::Damaged { offset: error.offset(), reason: error.message().to_owned() }
}
