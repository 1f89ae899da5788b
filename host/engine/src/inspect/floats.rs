//! Finds float instructions in a function's body.

use wasmparser::{BinaryReaderError, FunctionBody, VisitOperator, VisitSimdOperator};

/// What was found in one function.
pub(crate) struct Found {
    pub(crate) first: String,
    pub(crate) count: usize,
}

/// The float instructions of a function, if it has any.
pub(crate) fn scan(body: &FunctionBody<'_>) -> Result<Option<Found>, BinaryReaderError> {
    let mut reader = body.get_operators_reader()?;
    let mut floats = Floats { first: "", count: 0 };
    while !reader.eof() {
        reader.visit_operator(&mut floats)?;
    }
    Ok((floats.count > 0).then(|| Found { first: instruction(floats.first), count: floats.count }))
}

struct Floats {
    /// The name of the visitor's method: `visit_f64_add`.
    first: &'static str,
    count: usize,
}

impl Floats {
    fn see(&mut self, method: &'static str) {
        if self.count == 0 {
            self.first = method;
        }
        self.count += 1;
    }
}

/// `f64.add` of `visit_f64_add`.
fn instruction(method: &str) -> String {
    method.trim_start_matches("visit_").replacen('_', ".", 1)
}

/// Whether the instruction's name says that it reads or yields a float.
const fn is_float(method: &str) -> bool {
    let bytes = method.as_bytes();
    let mut at = 0;
    while at + 2 < bytes.len() {
        if bytes[at] == b'f'
            && (bytes[at + 1] == b'3' && bytes[at + 2] == b'2' || bytes[at + 1] == b'6' && bytes[at + 2] == b'4')
        {
            return true;
        }
        at += 1;
    }
    false
}

macro_rules! visit {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(fn $visit(&mut self $($(, $arg: $argty)*)?) {
            $($(let _ = $arg;)*)?
            if const { is_float(stringify!($visit)) } {
                self.see(stringify!($visit));
            }
        })*
    };
}

impl<'a> VisitOperator<'a> for Floats {
    type Output = ();

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = ()>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(visit);
}

impl VisitSimdOperator<'_> for Floats {
    wasmparser::for_each_visit_simd_operator!(visit);
}
