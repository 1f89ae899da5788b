//! What rules may return.

use crate::{
    Date, Decimal, Text, Timestamp,
    effect::{Effects, Patch},
    entity::Entity,
    field::FieldValue,
    issue::Issue,
};

/// What a default or a calculation may return for a field of type `T`: the value, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "a rule for a field of type `{T}` cannot return `{Self}`",
    note = "return `{T}`, or `Option<{T}>` where there may be none"
)]
pub trait IntoValue<T> {
    /// The value, if there is one.
    fn into_value(self) -> Option<T>;
}

impl<T: FieldValue> IntoValue<T> for Option<T> {
    #[inline]
    fn into_value(self) -> Option<T> {
        self
    }
}

macro_rules! plain_values {
    ($($type:ty),*) => {
        $(
            impl IntoValue<$type> for $type {
                #[inline]
                fn into_value(self) -> Option<$type> {
                    Some(self)
                }
            }
        )*
    };
}

plain_values!(i64, bool, Date, Timestamp, Decimal, Text);

impl IntoValue<Text> for &'static str {
    fn into_value(self) -> Option<Text> {
        Some(Text::fixed(self))
    }
}

impl IntoValue<Text> for String {
    fn into_value(self) -> Option<Text> {
        Some(self.into())
    }
}

/// What the calculation of a derived collection with rows of type `T` may return: the rows, or an `Option` of them.
#[diagnostic::on_unimplemented(
    message = "the rule of a derived collection with rows of type `{T}` cannot return `{Self}`",
    note = "return `Vec<{T}>`, or `Option<Vec<{T}>>` where there may be none"
)]
pub trait IntoRows<T> {
    /// The rows, if there are any.
    fn into_rows(self) -> Option<Vec<T>>;
}

impl<T> IntoRows<T> for Vec<T> {
    fn into_rows(self) -> Option<Vec<T>> {
        Some(self)
    }
}

impl<T> IntoRows<T> for Option<Vec<T>> {
    fn into_rows(self) -> Option<Vec<T>> {
        self
    }
}

/// What a validation may return: `Result<(), I>`, `Option<I>`, `Vec<I>`, with an issue as `I`.
#[diagnostic::on_unimplemented(
    message = "a validation cannot return `{Self}`",
    note = "return `Result<(), I>`, `Option<I>` or `Vec<I>`, where `I` is an enum that derives `Issues`, or `Issue`"
)]
pub trait IntoIssues {
    /// Adds the issues to those that were found.
    fn raise(self, found: &mut Vec<Issue>);
}

impl<I: Into<Issue>> IntoIssues for Option<I> {
    #[inline]
    fn raise(self, found: &mut Vec<Issue>) {
        if let Some(issue) = self {
            push(issue, found);
        }
    }
}

impl<I: Into<Issue>> IntoIssues for Result<(), I> {
    #[inline]
    fn raise(self, found: &mut Vec<Issue>) {
        if let Err(issue) = self {
            push(issue, found);
        }
    }
}

impl<I: Into<Issue>> IntoIssues for Vec<I> {
    fn raise(self, found: &mut Vec<Issue>) {
        for issue in self {
            push(issue, found);
        }
    }
}

#[cold]
#[inline(never)]
fn push<I: Into<Issue>>(issue: I, found: &mut Vec<Issue>) {
    found.push(issue.into());
}

/// What an action may return: the entity with the fields that change, a [`Patch`], [`Effects`], or a `Result` of one
/// of these with an issue.
#[diagnostic::on_unimplemented(
    message = "an action cannot return `{Self}`",
    note = "return the entity with the fields that change, `Patch<Entity>`, `Effects`, or a `Result` of one of these with an issue"
)]
pub trait IntoEffects {
    /// The effects, or why there are none.
    ///
    /// # Errors
    /// The issue for which the action refuses.
    fn into_effects(self) -> Result<Effects, Issue>;
}

impl<E: Entity> IntoEffects for Patch<E> {
    fn into_effects(self) -> Result<Effects, Issue> {
        Ok(self.into())
    }
}

impl IntoEffects for Effects {
    fn into_effects(self) -> Result<Effects, Issue> {
        Ok(self)
    }
}

impl<T: IntoEffects, I: Into<Issue>> IntoEffects for Result<T, I> {
    fn into_effects(self) -> Result<Effects, Issue> {
        self.map_err(Into::into)?.into_effects()
    }
}

impl IntoEffects for () {
    fn into_effects(self) -> Result<Effects, Issue> {
        Ok(Effects::none())
    }
}
