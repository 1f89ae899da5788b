//! Compiled code kept in a folder, so that a component is compiled once on a host.
//!
//! A file is named by the component's digest and the engine's settings, and holds a proof before the code: a keyed
//! hash whose key lies beside it, readable by its owner alone. A file that was cut short, altered or made by someone
//! else is not loaded but made anew. Files appear whole under their names or not at all, so that processes can share a
//! folder. Nothing that goes wrong with the folder keeps a plugin from loading.

mod key;

use std::io::{self, Read, Write};

use cap_std::fs::Dir;
use cap_tempfile::TempFile;
use lockstep_model::{Digest, Limits};

use crate::{
    engine::Engine,
    error::LoadError,
    plugin::Plugin,
    precompiled::{CodeKey, component_digest},
    trusted::Vouched,
};

/// Largest file that is read.
const FILE_BYTES_MAX: u64 = 512 << 20;

const PROOF_BYTES: usize = 32;

/// A folder with compiled code.
pub struct CodeCache {
    folder: Dir,
    key: CodeKey,
}

/// A plugin, and what the cache had to do with it.
pub struct Cached {
    /// The plugin.
    pub plugin: Plugin,
    /// Where its code came from.
    pub origin: Origin,
}

/// Where a plugin's code came from.
#[derive(Debug)]
pub enum Origin {
    /// From the cache.
    Cache,
    /// It was compiled, and is in the cache now.
    Compiled,
    /// It was compiled, and could not be kept.
    NotKept(CacheError),
}

/// The folder cannot be used as a cache.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The key can be neither read nor made.
    #[error("the code cache's file `key` can be neither read nor made: {0}; make its folder writable or name another")]
    Key(#[source] io::Error),
    /// The key is somebody else's, or others can read it.
    #[error("the code cache's file `key` belongs to somebody else or is open to others: remove the folder")]
    KeyNotOurs,
    /// The code could not be written.
    #[error(
        "compiled code cannot be kept as `{name}` in the code cache: {source}; free some space or name another folder"
    )]
    Write {
        /// The file.
        name: String,
        /// Why.
        source: io::Error,
    },
}

impl CodeCache {
    /// Uses this folder; its key is made at the first time.
    ///
    /// # Errors
    /// When the key can be neither read nor made, or is not to be trusted.
    pub fn open(folder: Dir) -> Result<Self, CacheError> {
        let key = key::read_or_make(&folder)?;
        Ok(Self { folder, key })
    }

    /// The file's bytes, proof and all, if there is such a file.
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let file = self.folder.open(name).ok()?;
        let length = file.metadata().ok()?.len();
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(FILE_BYTES_MAX)).ok()?);
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn write(&self, name: &str, proof: &[u8], precompiled: &[u8]) -> Result<(), CacheError> {
        let write = || {
            let mut file = TempFile::new(&self.folder)?;
            file.write_all(proof)?;
            file.write_all(precompiled)?;
            file.replace(name)
        };
        write().map_err(|source| CacheError::Write { name: name.to_owned(), source })
    }
}

impl Engine {
    /// Loads a component by way of a cache: compiled at the first time, from the folder afterwards.
    ///
    /// # Errors
    /// As [`Engine::load`]. What goes wrong with the cache is no error but in [`Cached::origin`].
    pub fn load_cached(&self, component: &[u8], cache: &CodeCache, limits: &Limits) -> Result<Cached, LoadError> {
        let digest = self.check(component)?;
        let name = self.file_name(digest);
        if let Some(plugin) = self.load_from(cache, &name, digest, limits) {
            return plugin.map(|plugin| Cached { plugin, origin: Origin::Cache });
        }
        let precompiled = self.precompile(component)?;
        let bytes = precompiled.as_bytes();
        let proof = cache.key.proof(bytes);
        let origin = match cache.write(&name, &proof, bytes) {
            Ok(()) => Origin::Compiled,
            Err(error) => Origin::NotKept(error),
        };
        let plugin = self.load_precompiled(bytes, &proof, &cache.key, limits)?;
        Ok(Cached { plugin, origin })
    }

    /// The plugin of a file in the cache; none if there is no such file, or it is not to be trusted.
    fn load_from(
        &self,
        cache: &CodeCache,
        name: &str,
        digest: Digest,
        limits: &Limits,
    ) -> Option<Result<Plugin, LoadError>> {
        let file = cache.read(name)?;
        let (proof, precompiled) = file.split_at_checked(PROOF_BYTES)?;
        let vouched = Vouched::check(precompiled, proof, &cache.key)?;
        if component_digest(precompiled) != Some(digest) {
            return None;
        }
        match self.load_vouched(vouched, limits) {
            Err(LoadError::OtherEngine { .. }) => None,
            loaded => Some(loaded),
        }
    }

    fn file_name(&self, digest: Digest) -> String {
        let component = blake3::Hash::from_bytes(digest.0).to_hex();
        format!("{component}-{}.code", self.settings_hash())
    }

    /// What all engines share whose code is interchangeable.
    fn settings_hash(&self) -> impl std::fmt::Display {
        let mut hasher = Hasher(blake3::Hasher::new());
        std::hash::Hash::hash(&self.inner.wasmtime.precompile_compatibility_hash(), &mut hasher);
        hasher.0.update(self.name().as_bytes());
        hasher.0.finalize().to_hex()
    }
}

/// BLAKE3 for what can only be hashed, not encoded.
struct Hasher(blake3::Hasher);

impl std::hash::Hasher for Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let hash = self.0.finalize();
        hash.as_bytes().first_chunk().copied().map_or(0, u64::from_le_bytes)
    }
}
