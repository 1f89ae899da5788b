//! Who publishes a package, signed; and whether the file is what was signed.
//!
//! The *content* of a package is its file without the section [`SECTION`]; the content's digest is the package's
//! identity. The section is the last of the file, and every byte of the file is covered: those of the content by their
//! digest, the section's by there being one encoding for what it says. [`format`](mod@crate::format) specifies it.

use std::borrow::Cow;

use lockstep_model::{Digest, Timestamp};
use wasm_encoder::{CustomSection, Section as _};

use crate::{
    Manifest,
    keys::{KeyId, SigningKey, VerifyingKey},
    manifest::{ManifestError, is_publisher_name},
    sections::{Encoding, SectionError, Sections},
    sign1::{Claims, Malformed, Signed, Unverified},
};

/// The section's name.
pub const SECTION: &str = "lockstep:signature";

/// What the signature is for (`external_aad` of RFC 9052, section 4.3): it holds for nothing else.
pub const PURPOSE: &str = "lockstep package 1";

/// More than the longest publisher's name needs.
const SECTION_BYTES_MAX: usize = 512;

/// 9999-12-31T23:59:59Z.
const SECONDS_MAX: i64 = Timestamp::MAX.0 / 1000;

/// Why a package's signature is not accepted, or none is made.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// The file's sections could not be read.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// It is a module.
    #[error("this is a WebAssembly module, and a package is a component: build it with `lockstep build`")]
    Module,
    /// Its manifest cannot be read, so that nobody knows whom it names.
    #[error(transparent)]
    Manifest(ManifestError),
    /// Nobody has signed it.
    #[error("the package is not signed: sign it with `lockstep sign`")]
    Missing,
    /// There is more than one signature.
    #[error("the package has more than one signature: it was altered; get it anew from its publisher")]
    Doubled,
    /// Something follows the signature.
    #[error("something follows the package's signature: it was altered; get it anew from its publisher")]
    NotLast,
    /// The section is not what we write.
    #[error("the package's signature cannot be read: {reason}; get the package anew from its publisher")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// The content is not what was signed.
    #[error(
        "the package was altered: its digest is {found}, and {} was signed; get it anew from its publisher",
        signature.digest
    )]
    Altered {
        /// What the signature says of another content. It is not to be believed.
        signature: Box<Signature>,
        /// The digest of the content that is there.
        found: Digest,
    },
    /// It is signed with another key.
    #[error("the package is signed with the key {found}, not with {wanted}")]
    OtherKey {
        /// The id in the signature.
        found: KeyId,
        /// The key that it was held against.
        wanted: KeyId,
    },
    /// The key that the signature names did not make it.
    #[error("the package's signature does not hold: the key {key} did not make it, or it was altered")]
    Wrong {
        /// The key's id.
        key: KeyId,
    },
    /// The manifest names another publisher than the signature.
    #[error("`{signature}` signs the package, and by its manifest the publisher is `{manifest}`")]
    OtherPublisher {
        /// By the signature.
        signature: String,
        /// By the manifest.
        manifest: String,
    },
    /// A publisher cannot be called so.
    #[error("`{name}` is no publisher's name: use kebab-case such as `lockstep-samples`, 64 characters at most")]
    Publisher {
        /// The name.
        name: String,
    },
    /// The moment is before 1970 or after 9999.
    #[error("a package is signed in the years 1970 to 9999: set this machine's clock right")]
    Time,
}

impl From<Malformed> for SignatureError {
    fn from(error: Malformed) -> Self {
        Self::Malformed { reason: error.to_string() }
    }
}

/// What a signature says. It is to be believed once [`Package::verify`] has held it against a trusted key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who publishes the package.
    pub publisher: String,
    /// The key that signs.
    pub key_id: KeyId,
    /// When, in whole seconds.
    pub signed_at: Timestamp,
    /// The digest of the content that was signed.
    pub digest: Digest,
}

/// A package's file, taken apart into its content and its signature.
///
/// Whatever is wrong with it that can be told without a key was refused: content and signature belong together.
#[derive(Clone, Debug)]
pub struct Package<'a> {
    content: &'a [u8],
    digest: Digest,
    file_digest: Digest,
    signed: Option<(Signature, Signed)>,
}

impl<'a> Package<'a> {
    /// Takes a file apart. A file without a signature is taken as well.
    ///
    /// # Errors
    /// When it is no WebAssembly component, its signature is doubled, not the last section or cannot be read, or the content
    /// or its publisher is not what was signed.
    pub fn open(file: &'a [u8]) -> Result<Self, SignatureError> {
        let sections = Sections::parse(file)?;
        if sections.encoding() == Encoding::Module {
            return Err(SignatureError::Module);
        }
        let signatures = sections.custom().filter(|(name, _)| *name == SECTION).count();
        let (content, section) = match (signatures, sections.last()) {
            (0, _) => (file, None),
            (1, Some((start, SECTION, data))) => (&file[..start], Some(data)),
            (1, _) => return Err(SignatureError::NotLast),
            _ => return Err(SignatureError::Doubled),
        };
        let (digest, file_digest) = digests(content, &file[content.len()..]);
        let mut package = Self { content, digest, file_digest, signed: None };
        if let Some(section) = section {
            package.signed = Some(read(section, &file[content.len()..])?);
            package.check_agreement(&sections)?;
        }
        Ok(package)
    }

    /// The file without its signature: what the engine is given.
    pub fn content(&self) -> &'a [u8] {
        self.content
    }

    /// The content's digest: the package's identity, whoever signs it.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The digest of the whole file.
    pub fn file_digest(&self) -> Digest {
        self.file_digest
    }

    /// What the signature says, if there is one. It is not to be believed yet.
    pub fn signature(&self) -> Option<&Signature> {
        self.signed.as_ref().map(|(signature, _)| signature)
    }

    /// What the signature says, if this key made it.
    ///
    /// # Errors
    /// When there is none, it is another key's, or it does not hold.
    pub fn verify(&self, key: &VerifyingKey) -> Result<&Signature, SignatureError> {
        let (signature, signed) = self.signed.as_ref().ok_or(SignatureError::Missing)?;
        match signed.verify(PURPOSE.as_bytes(), key) {
            Ok(()) => Ok(signature),
            Err(Unverified::OtherKey) => Err(SignatureError::OtherKey { found: signature.key_id, wanted: key.id() }),
            Err(Unverified::Wrong) => Err(SignatureError::Wrong { key: signature.key_id }),
        }
    }

    /// Content and signature are of each other.
    fn check_agreement(&self, sections: &Sections<'_>) -> Result<(), SignatureError> {
        let Some(signature) = self.signature() else { return Ok(()) };
        if signature.digest != self.digest {
            return Err(SignatureError::Altered { signature: Box::new(signature.clone()), found: self.digest });
        }
        check_publisher(sections, &signature.publisher)
    }
}

/// The file, signed by a publisher at a moment, which is cut to whole seconds. A signature that is there is replaced;
/// the package stays the same, by its digest. The same arguments give the same bytes.
///
/// # Errors
/// When the file is no package that [`Package::open`] takes, its manifest names another publisher, or name or moment are
/// none that a signature can have.
pub fn sign(file: &[u8], key: &SigningKey, publisher: &str, signed_at: Timestamp) -> Result<Vec<u8>, SignatureError> {
    let issued_at = signed_at.0.div_euclid(1000);
    check_claims(publisher, issued_at)?;
    let package = Package::open(file)?;
    check_publisher(&Sections::parse(package.content)?, publisher)?;
    let claims = Claims { issuer: publisher.to_owned(), issued_at };
    let signed = Signed::new(package.digest.0.to_vec(), Some(claims), PURPOSE.as_bytes(), key)?;
    Ok([package.content, &section(&signed.encode()?)].concat())
}

/// The digests of the content, and of the content with what follows it.
fn digests(content: &[u8], rest: &[u8]) -> (Digest, Digest) {
    let mut hasher = blake3::Hasher::new();
    hasher.update(content);
    let digest = Digest(*hasher.finalize().as_bytes());
    hasher.update(rest);
    (digest, Digest(*hasher.finalize().as_bytes()))
}

/// Reads the section's contents; `whole` is the section with its head, which has to be as we write it.
fn read(section_data: &[u8], whole: &[u8]) -> Result<(Signature, Signed), SignatureError> {
    let malformed = |reason: &str| SignatureError::Malformed { reason: reason.to_owned() };
    if section_data.len() > SECTION_BYTES_MAX {
        return Err(malformed("it is too long"));
    }
    if section(section_data) != whole {
        return Err(malformed("its section does not begin as it has to"));
    }
    let signed = Signed::decode(section_data)?;
    let claims = signed.claims.clone().ok_or_else(|| malformed("it does not say who signed it and when"))?;
    let digest = <[u8; 32]>::try_from(&*signed.payload).map_err(|_| malformed("it is not of a digest"))?;
    check_claims(&claims.issuer, claims.issued_at)?;
    let signed_at = Timestamp(claims.issued_at * 1000);
    let signature = Signature { publisher: claims.issuer, key_id: signed.key_id, signed_at, digest: Digest(digest) };
    Ok((signature, signed))
}

fn section(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    CustomSection { name: Cow::Borrowed(SECTION), data: Cow::Borrowed(data) }.append_to(&mut bytes);
    bytes
}

fn check_claims(publisher: &str, seconds: i64) -> Result<(), SignatureError> {
    if !is_publisher_name(publisher) {
        return Err(SignatureError::Publisher { name: publisher.to_owned() });
    }
    if (0..=SECONDS_MAX).contains(&seconds) { Ok(()) } else { Err(SignatureError::Time) }
}

/// Whom the manifest names, if there is one; whoever needs a manifest says that there is none.
fn check_publisher(sections: &Sections<'_>, publisher: &str) -> Result<(), SignatureError> {
    let named = match Manifest::read(sections) {
        Ok(manifest) => manifest.publisher,
        Err(ManifestError::Missing) => None,
        Err(error) => return Err(SignatureError::Manifest(error)),
    };
    match named {
        Some(manifest) if manifest != publisher => {
            Err(SignatureError::OtherPublisher { signature: publisher.to_owned(), manifest })
        }
        _ => Ok(()),
    }
}
