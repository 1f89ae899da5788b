//! Reading TOML files that people write: every mistake is noted at its line and column, and reading goes on.
//!
//! [`read`] parses the text; a table's keys are then asked for one by one with [`Keys`], and what was not asked for at
//! the end is a mistake too, with the key that was probably meant. `workspace.toml` is read so, and so is a server's
//! policy.

mod keys;
mod mistake;
mod name;

use toml::de::DeTable;

use keys::File;
pub use keys::Keys;
pub use mistake::{Mistake, hint, listed};
pub use name::{Name, Position};

/// Reads a TOML text whose root table is `what` (with its article); none where it is no TOML, and nothing in it can be
/// relied on. Second, what is wrong, in the order of the file, each once.
pub fn read<T>(text: &str, what: &'static str, then: impl FnOnce(Keys<'_>) -> T) -> (Option<T>, Vec<Mistake>) {
    let file = File::new(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    // What follows the first is mostly its consequence.
    for error in errors.iter().take(1) {
        let at = file.position(error.span().map_or(0, |span| span.start));
        file.mistake(at, format!("this is no TOML: {}", error.message()));
    }
    let start = Position { line: 1, column: 1 };
    let read = errors.is_empty().then(|| then(Keys::new(&file, what, root.get_ref(), start)));
    let mut mistakes = file.into_mistakes();
    mistakes.sort();
    mistakes.dedup();
    (read, mistakes)
}
