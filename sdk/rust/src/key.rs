//! Keys of reference tables: values as text, in the order of the values.

use std::borrow::Cow;

use crate::{Date, Text, Timestamp, field::FieldValue};

/// What stands between two parts of a key, before every character that a key's text may have.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// A key, or the first parts of one: a value, or a tuple of values.
pub trait IntoKey {
    /// The key's text, as the contract's `schema.table` has it.
    fn key(&self) -> Cow<'_, str>;

    /// Whether a row can have it: no key's text has a character below U+0020.
    fn is_possible(&self) -> bool;
}

/// One part of a key.
pub trait KeyPart {
    /// Appends the part.
    fn write_part(&self, key: &mut String);

    /// Whether a row can have it.
    fn is_possible(&self) -> bool {
        true
    }
}

/// Whether a row's key can have the text.
pub(crate) fn is_possible(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ')
}

impl KeyPart for str {
    fn write_part(&self, key: &mut String) {
        key.push_str(self);
    }

    fn is_possible(&self) -> bool {
        is_possible(self)
    }
}

impl<T: KeyPart + ?Sized> KeyPart for &T {
    fn write_part(&self, key: &mut String) {
        (**self).write_part(key);
    }

    fn is_possible(&self) -> bool {
        (**self).is_possible()
    }
}

impl IntoKey for str {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn is_possible(&self) -> bool {
        is_possible(self)
    }
}

impl IntoKey for Text {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn is_possible(&self) -> bool {
        is_possible(self)
    }
}

impl<T: IntoKey + ?Sized> IntoKey for &T {
    fn key(&self) -> Cow<'_, str> {
        (**self).key()
    }

    fn is_possible(&self) -> bool {
        (**self).is_possible()
    }
}

/// All of a table.
impl IntoKey for () {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn is_possible(&self) -> bool {
        true
    }
}

macro_rules! single_keys {
    ($($type:ty),*) => {
        $(
            impl KeyPart for $type {
                fn write_part(&self, key: &mut String) {
                    FieldValue::write_key(self, key);
                }
            }

            impl IntoKey for $type {
                fn key(&self) -> Cow<'_, str> {
                    let mut key = String::new();
                    self.write_part(&mut key);
                    Cow::Owned(key)
                }

                fn is_possible(&self) -> bool {
                    true
                }
            }
        )*
    };
}

single_keys!(i64, bool, Date, Timestamp);

impl KeyPart for Text {
    fn write_part(&self, key: &mut String) {
        key.push_str(self);
    }

    fn is_possible(&self) -> bool {
        is_possible(self)
    }
}

macro_rules! tuple_keys {
    ($($first:ident $($part:ident)*;)*) => {
        $(
            impl<$first: KeyPart, $($part: KeyPart),*> IntoKey for ($first, $($part,)*) {
                #[expect(non_snake_case, reason = "the type parameters name the parts")]
                fn key(&self) -> Cow<'_, str> {
                    let ($first, $($part,)*) = self;
                    let mut key = String::with_capacity(32);
                    $first.write_part(&mut key);
                    $(
                        key.push(SEPARATOR);
                        $part.write_part(&mut key);
                    )*
                    Cow::Owned(key)
                }

                #[expect(non_snake_case, reason = "the type parameters name the parts")]
                fn is_possible(&self) -> bool {
                    let ($first, $($part,)*) = self;
                    $first.is_possible() $(&& $part.is_possible())*
                }
            }
        )*
    };
}

tuple_keys! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date;

    #[test]
    fn a_key_joins_its_parts_in_order() {
        assert_eq!(("retail", date!("2026-03-02")).key(), "retail\u{1f}2026-03-02");
        assert_eq!((Text::from("a"), true, 1_i64).key(), "a\u{1f}1\u{1f}8000000000000001");
        assert_eq!(().key(), "");
    }

    #[test]
    fn keys_are_in_the_order_of_their_values() {
        let numbers = [i64::MIN, -1000, -1, 0, 1, 255, 256, i64::MAX];
        assert!(numbers.map(|number| number.key().into_owned()).is_sorted());
        let dates = [date!("0999-12-31"), date!("1999-02-01"), date!("2026-10-09"), date!("2026-10-10")];
        assert!(dates.map(|date| date.key().into_owned()).is_sorted());
        assert!(("a", "z").key() < ("ab", "a").key());
    }
}
