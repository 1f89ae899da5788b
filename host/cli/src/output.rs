//! Where results go: standard output, as styled text or as JSON.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects};
use anyhow::Context;
use serde::Serialize;

use crate::{
    args::{Colour, Format, OutputOptions},
    failure::{Failure, Result},
};

/// Standard output, as the options have it.
pub(crate) struct Output {
    format: Format,
    results: ColorChoice,
    errors: ColorChoice,
}

impl Output {
    pub(crate) fn new(options: OutputOptions) -> Self {
        let (results, errors) = match options.color {
            Colour::Auto => (AutoStream::choice(&io::stdout()), AutoStream::choice(&io::stderr())),
            Colour::Always => (ColorChoice::Always, ColorChoice::Always),
            Colour::Never => (ColorChoice::Never, ColorChoice::Never),
        };
        Self { format: options.format, results, errors }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// The width to wrap tables to; none where no terminal shows them.
    pub(crate) fn width() -> Option<u16> {
        let stdout = io::stdout();
        stdout.is_terminal().then(|| comfy_table::Table::new().width()).flatten()
    }

    /// Writes text; its styles reach terminals alone, or whatever the options say.
    pub(crate) fn text(&self, text: &str) -> Result<()> {
        finish(AutoStream::new(io::stdout(), self.results).write_all(text.as_bytes()))
    }

    /// Says on standard error why there is no result.
    pub(crate) fn failure(&self, failure: &Failure) {
        let red = AnsiColor::Red.on_default().effects(Effects::BOLD);
        let mut stderr = AutoStream::new(io::stderr(), self.errors);
        // Where standard error cannot be written to, there is nobody to tell.
        let _ = writeln!(stderr, "{red}error:{red:#} {failure}");
    }

    /// Writes one JSON value and a line's end.
    pub(crate) fn json(value: &impl Serialize) -> Result<()> {
        let text =
            serde_json::to_string_pretty(value).context("cannot write the result as JSON").map_err(Failure::Host)?;
        finish(writeln!(io::stdout(), "{text}"))
    }
}

/// A reader that has gone away, as `head` does, is no failure.
fn finish(written: io::Result<()>) -> Result<()> {
    match written.and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output").map_err(Failure::Host)
        }
        _ => Ok(()),
    }
}

/// Says something beside the result, on standard error.
pub(crate) fn note(text: &str) {
    let yellow = AnsiColor::Yellow.on_default();
    let mut stderr = AutoStream::new(io::stderr(), AutoStream::choice(&io::stderr()));
    // Where standard error cannot be written to, there is nobody to tell.
    let _ = writeln!(stderr, "{yellow}note:{yellow:#} {text}");
}
