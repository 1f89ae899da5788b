//! The component's entry points.

/// Lists what a plugin holds, and makes the crate a component.
///
/// ```text
/// lockstep_sdk::plugin! {
///     entities: [order::SalesOrder],
///     tables: [tables::Customer, tables::Item],
///     issues: [issues::OrderIssue],
/// }
/// ```
#[macro_export]
macro_rules! plugin {
    (
        entities: [$($entity:path),* $(,)?]
        $(, tables: [$($table:path),* $(,)?])?
        $(, issues: [$($issues:path),* $(,)?])?
        $(,)?
    ) => {
        $crate::__listed! { 0; $($entity),* }
        $($crate::__listed! { 0; $($table),* })?

        /// The component; natively, whoever links the crate can call it as a host would.
        #[doc(hidden)]
        pub struct __LockstepPlugin;

        // Names in full: what is imported here would stand before what the plugin's own lists name.
        const _: () = {
            const KINDS: &[&[$crate::__private::IssueSpec]] = &[$($(<$issues as $crate::Issues>::KINDS),*)?];
            const ISSUES: [$crate::__private::IssueSpec; $crate::__private::IssueSpec::count(KINDS)] =
                $crate::__private::IssueSpec::joined(KINDS);

            impl __LockstepPlugin {
                /// What the plugin holds.
                pub const DESCRIPTOR: &'static $crate::__private::Descriptor = &$crate::__private::Descriptor {
                    entities: $crate::__private::List::of(&[$(<$entity as $crate::Entity>::SPEC),*]),
                    tables: $crate::__private::List::of(&[$($(<$table as $crate::Reference>::SPEC),*)?]),
                    issues: $crate::__private::List::of(&ISSUES),
                };

                /// Evaluates one document.
                pub fn evaluate(request: &$crate::__private::contract::Request) -> $crate::__private::contract::Answer {
                    $crate::__private::prepare();
                    const ENTITIES: &[$crate::__private::Kind] = &[$($crate::__private::Kind::of::<$entity>()),*];
                    $crate::__private::answer(&ENTITIES[usize::from(request.entity)], request)
                }
            }
        };

        #[cfg(target_family = "wasm")]
        $crate::bindings::export_logic!(__LockstepPlugin with_types_in $crate::exports);
    };
}

/// The component's exports, where `wit-bindgen` looks for them: it would write code that builds what lies in memory as
/// a host reads and writes it already.
#[doc(hidden)]
#[macro_export]
macro_rules! __exports {
    ($plugin:ident with_types_in $($path:tt)*) => {
        const _: () = {
            use $crate::__private::{Descriptor, contract};

            #[unsafe(export_name = "lockstep:logic/logic@1.0.0#describe")]
            extern "C" fn describe() -> &'static Descriptor {
                $plugin::DESCRIPTOR
            }

            #[unsafe(export_name = "lockstep:logic/logic@1.0.0#evaluate")]
            extern "C" fn evaluate(request: &contract::Request) -> &'static contract::Answer {
                ::std::boxed::Box::leak(::std::boxed::Box::new($plugin::evaluate(request)))
            }
        };
    };
}

/// Numbers a list of entities or tables.
#[doc(hidden)]
#[macro_export]
macro_rules! __listed {
    ($index:expr;) => {};
    ($index:expr; $first:path $(, $rest:path)*) => {
        impl $crate::Listed for $first {
            const INDEX: u16 = $index;
        }
        $crate::__listed! { $index + 1; $($rest),* }
    };
}

/// Before each evaluation: a development build says why it panics.
pub fn prepare() {
    #[cfg(all(feature = "development", target_family = "wasm"))]
    std::panic::set_hook(Box::new(|info| crate::bindings::log(&info.to_string())));
}
