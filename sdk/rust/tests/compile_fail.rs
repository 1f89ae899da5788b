//! What authors read when a plugin does not compile: each kind of mistake, as it is reported.
//!
//! A file in `compile_fail` is a crate with mistakes; beside it stands what the compiler says of them.
//! `TRYBUILD=overwrite cargo test -p lockstep-sdk --test compile_fail` writes that anew.

use std::{fs, io, path::PathBuf};

/// The mistaken crates' message files: trybuild makes one package of all crates, and this is its folder.
fn write_messages() -> io::Result<()> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("tests");
    let folder = target.join("trybuild").join(env!("CARGO_PKG_NAME")).join("messages");
    fs::create_dir_all(&folder)?;
    for (name, text) in
        [("de.ftl", include_str!("compile_fail/de.ftl")), ("en.ftl", include_str!("compile_fail/en.ftl"))]
    {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

#[test]
fn mistakes_are_reported_where_they_stand() {
    write_messages().expect("the target folder can be written");
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
