//! The format of packages and publication records, so that others can implement it.
//!
//! MUST is meant as in RFC 2119. Digests are BLAKE3 with 32 bytes; as text they are 64 lower-case hexadecimal digits.
//! CBOR is RFC 8949, in its core deterministic encoding (section 4.2.1); JSON is RFC 8259, in UTF-8.
//!
//! # A package's file
//!
//! A package is one WebAssembly component in the binary format: `00 61 73 6d 0d 00 01 00`, then sections. Each section
//! is an id (one byte), a length (unsigned LEB128) and so many bytes; a custom section has the id 0 and begins with its
//! name (a length as unsigned LEB128, then UTF-8). Only custom sections at the component's top level mean anything
//! here, never those of modules or components within. These are known; each stands at most once, in any order but for
//! the last:
//!
//! | name | contents |
//! | --- | --- |
//! | `lockstep:manifest` | what the package is |
//! | `lockstep:messages/LOCALE` | a file in Fluent's syntax, in UTF-8 ([`messages`](crate::messages)) |
//! | `lockstep:cases` | the plugin's cases and reference tables |
//! | `lockstep:workspace` | pages and actions, JSON ([`workspace`](crate::workspace)) |
//! | `lockstep:signature` | the publisher's signature; the file's last section |
//!
//! The descriptor is no section: the component's export `describe` answers it. Other custom sections are passed over.
//!
//! The *content* is the file without the section `lockstep:signature`. The content's digest is the package's identity,
//! in receipts too: it stays the same when the package is signed anew. The digest of the whole file, signature
//! included, is its *file digest*.
//!
//! # Manifest
//!
//! A JSON object. Readers MUST pass over keys that they do not know.
//!
//! | key | value |
//! | --- | --- |
//! | `name` | the package's name: ASCII letters, digits, `-` and `_`, 1 to 64 |
//! | `version` | its version, by semantic versioning 2.0.0, 64 bytes at most |
//! | `sdk` | the SDK's version; may be absent |
//! | `wit` | the version of `lockstep:logic` that the component exports |
//! | `publisher` | who publishes it; may be absent; kebab-case, 64 bytes at most |
//! | `requires` | object: package names, and which versions of them will do (in Cargo's notation); may be absent |
//! | `host` | which versions of the host will do, in the same notation; may be absent |
//!
//! Kebab-case: words of `a` to `z` and `0` to `9` with one hyphen between them, the first beginning with a letter.
//!
//! # Cases
//!
//! A DEFLATE stream (RFC 1951, without a header of RFC 1950 or 1952) that inflates to at most 16 MiB: a JSON object
//! with exactly the keys `cases` (object: a case's name, the case) and `reference` (object: a table's name, its rows as
//! the text of a CSV file, RFC 4180, with a line of column names).
//!
//! # Signature
//!
//! The section's contents are a tagged `COSE_Sign1` (RFC 9052, section 4.2), of 512 bytes at most:
//!
//! ```text
//! 18([
//!   << {                           / protected /
//!     1: -8,                       / alg: EdDSA, RFC 9053, with ed25519 of RFC 8032 /
//!     4: h'…',                     / kid: the key id, 16 bytes /
//!     15: {                        / CWT claims, RFC 9597 /
//!       1: "lockstep-samples",     / iss: the publisher's name /
//!       6: 1772438400              / iat: the moment in seconds, an integer /
//!     }
//!   } >>,
//!   {},                            / unprotected /
//!   h'…',                          / payload: the content's digest, 32 bytes /
//!   h'…'                           / signature, 64 bytes /
//! ])
//! ```
//!
//! What is signed is the `Sig_structure` of RFC 9052, section 4.4:
//! `["Signature1", protected, external_aad, payload]` with `external_aad` the bytes of `lockstep package 1`. The *key id*
//! is the first 16 bytes of BLAKE3 of the public key's 32 bytes (RFC 8032, section 5.1.5).
//!
//! A verifier MUST refuse a file
//!
//! 1. that is no component, has the section more than once, or any byte after it;
//! 2. whose section, from its id to its last byte, is not what the encoding of the values in it gives: LEB128 in the
//!    fewest bytes, CBOR in its core deterministic encoding, these keys and no others;
//! 3. whose `iss` is no publisher's name, or whose `iat` is not in 0 ..= 253402300799;
//! 4. whose payload is not the content's digest;
//! 5. whose manifest is there twice, cannot be read or says what it may not, or names a publisher other than `iss`;
//! 6. whose key id is that of no key which is trusted *for this publisher*;
//! 7. whose signature does not hold with that key. Points of small order MUST be refused, as public key and as `R`, and
//!    so must an `S` that is not below the group's order.
//!
//! 1 to 5 take no key, and are what [`Package::open`](crate::Package::open) looks at; 7 is
//! [`Package::verify`](crate::Package::verify); 6 is its caller's. Together they cover every bit: 4 those before the
//! section, 2 and 7 those in it.
//!
//! Replacing the signature leaves the content as it is. So a package may change hands or keys without changing its
//! identity, and two files with one identity may differ in their signatures alone.
//!
//! # Publication record
//!
//! What an environment offers one device, complete: a tagged `COSE_Sign1` as above, of 4 MiB at most, with these
//! differences. Its protected header has the keys 1 and 4 alone, `kid` names the environment's key, `external_aad` is the
//! bytes of `lockstep publication 1`, and the payload is a JSON object:
//!
//! | key | value |
//! | --- | --- |
//! | `format` | 1 |
//! | `environment` | the environment's name |
//! | `sequence` | the revision of the environment's state; it rises with each change, and never falls |
//! | `issued` | the moment, in milliseconds since 1970-01-01T00:00:00Z |
//! | `device` | the device's id |
//! | `engine` | the name of the engine that precompiled code is for |
//! | `packages` | list of objects, below |
//! | `withdrawn` | list of content digests that run nowhere any more: withdrawn, or signed with a key that is revoked |
//!
//! and each of `packages`:
//!
//! | key | value |
//! | --- | --- |
//! | `name`, `version`, `publisher` | as in manifest and signature |
//! | `publisher-key` | the public key that signs the package: 64 lower-case hexadecimal digits |
//! | `digest`, `file` | the content's digest and the file's |
//! | `bytes` | the file's length |
//! | `roles` | list of the roles for which it is; empty: for everybody |
//! | `code` | `digest` and `bytes` of the code that the server compiled for `engine`, or null |
//!
//! Readers MUST pass over keys that they do not know, and refuse another `format`. A device MUST refuse a record that
//! another key than the environment's signed, that is not in this very encoding of `COSE_Sign1`, that names another
//! environment or device, or whose `sequence` is lower than that of a record which it took before; an equal one it takes,
//! since the user's roles may have changed. It takes a package's file only if the file's digest, the content's digest,
//! the publisher and the publisher's key are those of the record, and precompiled code only if its digest is.
//!
//! # Keys
//!
//! ed25519 (RFC 8032). A private key's file is PKCS#8 (RFC 5958) with the algorithm of RFC 8410, in PEM (RFC 7468), as
//! `PRIVATE KEY` or as `ENCRYPTED PRIVATE KEY` (RFC 8018, PBES2); encrypted ones are written with scrypt (RFC 7914) and
//! AES-256-CBC, those with PBKDF2 are read too. A public key's file is `SubjectPublicKeyInfo` (RFC 5280) as `PUBLIC KEY`.
