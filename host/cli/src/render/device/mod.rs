//! What a device shows in a terminal.

pub(crate) mod draft;
pub(crate) mod inbox;
pub(crate) mod lists;
pub(crate) mod operations;
pub(crate) mod status;

use super::style::{Grid, Tone};

/// Lines of a name and a text, of which those without a text are left out.
struct Facts(Grid);

impl Facts {
    fn new(width: Option<u16>) -> Self {
        Self(Grid::new(width, &[]))
    }

    fn add(&mut self, name: &str, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.row([Tone::Faint.cell(name), tone.cell(text)]);
        }
    }

    fn finish(self) -> String {
        self.0.finish(&[])
    }
}
