//! Answers from the device's thread: awaited, or waited for.

use lockstep_device::{Closed, Reply};

use crate::error::Error;

/// What the device has answered; that it is closed is an error as well.
pub(crate) fn answered<T, E: Into<Error>>(answer: Result<Result<T, E>, Closed>) -> Result<T, Error> {
    answer.map_err(Error::from)?.map_err(Into::into)
}

/// Each function twice: awaited, on nobody's thread, and blocking until the answer is there, with `_blocking` behind its
/// name. `$body` is a `Result` of a [`Reply`].
macro_rules! both {
    ($on:ident: $($(#[$doc:meta])* fn $name:ident | $blocking:ident ($($argument:ident: $ty:ty),*) -> $out:ty = |$this:ident| $body:expr;)*) => {
        #[uniffi::export]
        impl $on {
            $(
                $(#[$doc])*
                pub async fn $name(&self, $($argument: $ty),*) -> Result<$out, $crate::error::Error> {
                    let $this = self;
                    let reply = $body?;
                    $crate::answers::answered(reply.await).map(Into::into)
                }

                $(#[$doc])*
                ///
                /// Blocks until it is done.
                pub fn $blocking(&self, $($argument: $ty),*) -> Result<$out, $crate::error::Error> {
                    let $this = self;
                    $crate::answers::answered($body?.wait()).map(Into::into)
                }
            )*
        }
    };
}

pub(crate) use both;

/// A reply that is certain to come.
pub(crate) type Asked<T> = Result<Reply<Result<T, Error>>, Error>;
