//! The server: registry of packages, their validation and publication, over HTTP.

#![forbid(unsafe_code)]
