//! Code made beforehand: here for later, or on a server for devices. It runs as it is, so it loads only where somebody
//! vouches for it, and only into the very engine that it was made for.

use lockstep_model::{Digest, Limits};

use crate::{
    engine::Engine,
    error::LoadError,
    plugin::Plugin,
    trusted::{self, Vouched},
};

const MAGIC: &[u8; 16] = b"lockstep code 1\n";

/// A component's code for one engine, as bytes that can be stored and sent.
///
/// They are: a mark of 16 bytes, the component's digest, the length (one byte) and the name of the engine, the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precompiled {
    bytes: Vec<u8>,
}

/// Knows whether precompiled code comes from where it may come from: this host itself, or a server that it trusts.
///
/// Code that is loaded is not checked any further: who vouches for altered code gives the process away.
pub trait Authority {
    /// Whether `proof` shows that these bytes (a [`Precompiled`]'s) were made by someone trusted, and are unaltered.
    fn vouches_for(&self, precompiled: &[u8], proof: &[u8]) -> bool;
}

/// A secret with which a host vouches for code that it made itself.
#[derive(Clone)]
pub struct CodeKey([u8; 32]);

impl CodeKey {
    /// A key of these secret bytes.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The proof that [`Authority::vouches_for`] of the same key accepts: a keyed BLAKE3 hash.
    pub fn proof(&self, precompiled: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, precompiled).as_bytes()
    }
}

impl Authority for CodeKey {
    fn vouches_for(&self, precompiled: &[u8], proof: &[u8]) -> bool {
        // The hash's own comparison takes the same time whatever differs.
        <[u8; 32]>::try_from(proof).is_ok_and(|proof| blake3::keyed_hash(&self.0, precompiled) == proof)
    }
}

impl Precompiled {
    #[cfg(feature = "compiler")]
    fn new(digest: Digest, engine: &str, code: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(MAGIC.len() + 33 + engine.len() + code.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&digest.0);
        bytes.push(engine.len() as u8);
        bytes.extend_from_slice(engine.as_bytes());
        bytes.extend_from_slice(code);
        Self { bytes }
    }

    /// The bytes to store or send.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The parts of a [`Precompiled`]'s bytes.
struct Parts<'a> {
    digest: Digest,
    engine: &'a str,
    code_start: usize,
}

fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (digest, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first()?;
    let engine = str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
    Some(Parts { digest: Digest(*digest), engine, code_start: bytes.len() - rest.len() + engine.len() })
}

impl Engine {
    /// Compiles a component for this engine, and for every other with the same profile on such a host.
    ///
    /// # Errors
    /// When it does not compile.
    #[cfg(feature = "compiler")]
    pub fn precompile(&self, component: &[u8]) -> Result<Precompiled, LoadError> {
        let digest = self.check(component)?;
        Ok(Precompiled::new(digest, self.name(), &self.compile(component)?))
    }

    /// Loads code that was made beforehand.
    ///
    /// # Errors
    /// When nobody vouches for it, when it was made for another engine, and for all that `load` refuses.
    pub fn load_precompiled(
        &self,
        precompiled: &[u8],
        proof: &[u8],
        authority: &dyn Authority,
        limits: &Limits,
    ) -> Result<Plugin, LoadError> {
        let vouched = Vouched::check(precompiled, proof, authority).ok_or(LoadError::NotVouchedFor)?;
        self.load_vouched(vouched, limits)
    }

    pub(crate) fn load_vouched(&self, vouched: Vouched<'_>, limits: &Limits) -> Result<Plugin, LoadError> {
        let other = |found: &str| LoadError::OtherEngine { found: found.to_owned(), known: self.name().to_owned() };
        let Parts { digest, engine, code_start } = parts(vouched.bytes()).ok_or_else(|| other("something else"))?;
        if engine != self.name() {
            return Err(other(engine));
        }
        // What wasmtime finds to differ now are settings, or the processor.
        let compiled = trusted::deserialize(&self.inner.wasmtime, vouched.skip(code_start));
        let compiled = compiled.map_err(|error| other(&format!("{engine} with other settings ({error:#})")))?;
        self.plugin(&compiled, digest, limits)
    }
}

/// The digest of the component that vouched code was made of.
#[cfg(feature = "compiler")]
pub(crate) fn component_digest(bytes: &[u8]) -> Option<Digest> {
    parts(bytes).map(|parts| parts.digest)
}
