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

        const _: () = {
            use $crate::__private::{Entity, Guest, Issues, Reference, logic, schema};

            impl Guest for __LockstepPlugin {
                fn describe() -> schema::Descriptor {
                    $crate::__private::descriptor(
                        &[$(<$entity as Entity>::SPEC),*],
                        &[$($(<$table as Reference>::SPEC),*)?],
                        &[$($(<$issues as Issues>::KINDS),*)?],
                    )
                }

                fn evaluate(request: logic::Request) -> logic::Answer {
                    $crate::__private::prepare();
                    const ENTITIES: &[$crate::__private::Kind] = &[$($crate::__private::Kind::of::<$entity>()),*];
                    $crate::__private::answer(&ENTITIES[usize::from(request.entity)], request)
                }
            }
        };

        #[cfg(target_family = "wasm")]
        $crate::bindings::export_logic!(__LockstepPlugin with_types_in $crate::bindings);
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
