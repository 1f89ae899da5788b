//! The code of an entity: its implementation of `Record` and `Entity`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{
    binding::{Binding, field_expression},
    declaration::{Declaration, Record, status_type},
    describe,
    rule::{Kind, Rule, Rules},
};
use crate::{
    field::Field,
    names,
    record::{self, Ids},
};

pub(crate) fn entity(declaration: &Declaration, rules: &Rules) -> TokenStream {
    let records = records(declaration);
    let arguments = declaration.arguments.iter().map(implement_arguments);
    let names = field_names(declaration);
    let implementation = implementation(declaration, rules);
    quote!(#records #(#arguments)* #names #implementation)
}

fn records(declaration: &Declaration) -> TokenStream {
    let header = record::implement(&declaration.header.ident, &declaration.header.fields, Ids::None, false);
    let rows = declaration.collections.iter().map(|collection| {
        let Record { ident, fields, has_id } = &collection.record;
        let ids = if collection.is_derived { Ids::Derived } else { Ids::Given };
        record::implement(ident, fields, ids, *has_id)
    });
    quote!(#header #(#rows)*)
}

fn implement_arguments(arguments: &super::declaration::Arguments) -> TokenStream {
    let ident = &arguments.ident;
    let record = record::implement(ident, &arguments.fields, Ids::None, false);
    quote!(#record impl ::lockstep_sdk::__private::ActionArguments for #ident {})
}

/// The enums by which patches name fields and collections.
pub(super) fn field_names(declaration: &Declaration) -> TokenStream {
    let header = &declaration.header.ident;
    let enumerate = |of: &str, doc: &str, idents: Vec<(isize, &Ident)>| {
        let ident = format_ident!("{header}{of}");
        let variants: Vec<_> = idents
            .iter()
            .map(|(position, ident)| {
                let variant = format_ident!("{}", names::camel(&names::kebab(&ident.to_string())));
                let position = Literal::isize_unsuffixed(*position);
                quote!(#variant = #position)
            })
            .collect();
        let docs = idents.iter().map(|(_, ident)| format!("`{ident}`"));
        let position = if variants.is_empty() { quote!(match name {}) } else { quote!(name as u16) };
        quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum #ident {
                #(#[doc = #docs] #variants,)*
            }

            impl ::core::convert::From<#ident> for u16 {
                fn from(name: #ident) -> u16 {
                    #position
                }
            }
        }
    };
    let fields = (0..).zip(declaration.header.fields.iter().map(|field| &field.ident)).collect();
    let collections = (0..).zip(&declaration.collections).filter(|(_, collection)| !collection.is_derived);
    let collections = collections.map(|(position, collection)| (position, &collection.ident)).collect();
    let fields = enumerate("Field", &format!("The fields of [`{header}`], in order."), fields);
    let doc = format!("The collections of [`{header}`] whose rows a patch can take away.");
    let collections = enumerate("Collection", &doc, collections);
    quote!(#fields #collections)
}

fn implementation(declaration: &Declaration, rules: &Rules) -> TokenStream {
    let header = &declaration.header.ident;
    let (field_enum, collection_enum) = (format_ident!("{header}Field"), format_ident!("{header}Collection"));
    let described = describe::entity(declaration, rules);
    let does = rules.rules.iter().map(describe::does);
    let when = describe::turns(rules);
    let acts = (0u16..).zip(&rules.actions).map(|(position, action)| describe::acts(position, action, rules));
    let idents: Vec<_> = declaration.collections.iter().map(|collection| &collection.ident).collect();
    let scopes: Vec<_> = (1..=idents.len()).collect();
    let key = declaration.header.has_id.then(|| quote!(self.key = key;));
    let (is_frozen, status) = (is_frozen(declaration), status(declaration));
    let turns = turns(declaration, rules);
    let arguments = declaration.arguments.iter().filter_map(|arguments| {
        let action = rules.actions.iter().position(|action| action.name == arguments.action)? as u16;
        let of = &arguments.ident;
        Some(quote!(#action => run.check_arguments(Rows::one(&run.arguments::<#of>())),))
    });
    quote! {
        const _: () = {
            use ::core::option::Option::{self, None, Some};
            use ::lockstep_sdk::__private::{
                ActionSpec, CollectionSpec, Document, Effects, Entity, EntitySpec, Enumeration, IntoEffects, IntoRows, IntoValue, Issue, Listed, Record, RowsMut, Rows, RuleSpec, Run,
                schema,
            };

            impl Entity for #header {
                type Field = #field_enum;
                type Collection = #collection_enum;

                const SPEC: EntitySpec = #described;
                const DOES: &'static [::lockstep_sdk::__private::Does] = &[#(#does),*];
                const TURNS: ::lockstep_sdk::__private::Turns = #when;
                const ACTS: &'static [::lockstep_sdk::__private::Acts] = &[#(#acts),*];
            }

            #[allow(
                clippy::all,
                clippy::pedantic,
                unused_variables,
                reason = "generated for every shape of entity"
            )]
            impl Document for #header {
                fn rows(&self, scope: usize) -> Rows<'_> {
                    match scope {
                        #(#scopes => Rows::of(&self.#idents),)*
                        _ => Rows::one(self),
                    }
                }

                fn rows_mut(&mut self, scope: usize) -> RowsMut<'_> {
                    match scope {
                        #(#scopes => RowsMut::of(&mut self.#idents),)*
                        _ => RowsMut::one(self),
                    }
                }

                fn resize(&mut self, scope: usize, rows: usize) {
                    match scope {
                        #(#scopes => self.#idents.resize_with(rows, ::core::default::Default::default),)*
                        _ => {}
                    }
                }

                fn set_key(&mut self, key: ::lockstep_sdk::Text) {
                    #key
                }

                fn is_frozen(&self) -> bool {
                    #is_frozen
                }

                fn status(&self) -> &'static str {
                    #status
                }

                fn turn(&mut self, rule: usize, row: usize, run: &mut Run<'_>) -> bool {
                    let cx = run.context();
                    match rule {
                        #(#turns)*
                        _ => false,
                    }
                }

                fn check_arguments(&self, run: &mut Run<'_>) {
                    match run.action() {
                        #(#arguments)*
                        _ => {}
                    }
                }
            }

            impl IntoEffects for #header {
                fn into_effects(self) -> ::core::result::Result<Effects, Issue> {
                    ::core::result::Result::Ok(::lockstep_sdk::Patch::own(self).into())
                }
            }
        };
    }
}

/// The status's name, or its type's default where it is absent.
fn status(declaration: &Declaration) -> TokenStream {
    let Some(status) = declaration.status else { return quote!("") };
    let ident = &declaration.header.fields[status].ident;
    quote!(Enumeration::name(self.#ident.unwrap_or_default()))
}

fn is_frozen(declaration: &Declaration) -> TokenStream {
    let (Some(of), Some(status)) = (status_type(declaration), declaration.status) else { return quote!(false) };
    let (status, frozen) = (&declaration.header.fields[status].ident, &declaration.frozen);
    quote!(self.#status.is_some_and(|status| ([#(<#of>::#frozen),*] as [#of; _]).contains(&status)))
}

/// What each rule's turn does: `run` knows when.
fn turns(declaration: &Declaration, rules: &Rules) -> Vec<TokenStream> {
    let arm = |(number, rule): (usize, &Rule)| {
        let turn = turn(rule, declaration);
        quote!(#number => #turn,)
    };
    rules.rules.iter().enumerate().map(arm).collect()
}

fn turn(rule: &Rule, declaration: &Declaration) -> TokenStream {
    let returns = rule.returns.resolved_at(Span::call_site());
    let found = |then: TokenStream| {
        let call = call(rule, declaration, |call| quote_spanned!(returns=> Some(#call)));
        quote!({ let found = (#call)(); #then })
    };
    match rule.kind {
        Kind::Value { scope, field, is_default } if scope != rule.scope => {
            let rows = &declaration.collections[scope - 1].ident;
            let field = &declaration.scope(scope).fields[field].ident;
            let absent = if is_default { quote!(row.#field.is_none()) } else { quote!(true) };
            found(quote! {
                let Some(values) = found else { return false };
                assert!(values.len() == self.#rows.len(), "a rule gives each row a value");
                let yields = values.iter().any(Option::is_some);
                for (row, value) in self.#rows.iter_mut().zip(values) {
                    if #absent {
                        row.#field = value;
                    }
                }
                yields
            })
        }
        Kind::Value { field, .. } => {
            let record = record(rule.scope, declaration);
            let field = &declaration.scope(rule.scope).fields[field];
            let (ident, of) = (&field.ident, &field.of);
            let call = call(rule, declaration, |call| quote!(IntoValue::<#of>::into_value(#call)));
            quote!({ let value = (#call)(); #record.#ident = value; #record.#ident.is_some() })
        }
        Kind::Rows { collection } => {
            let collection = &declaration.collections[collection];
            let (rows, of) = (&collection.ident, &collection.record.ident);
            let call = call(rule, declaration, |call| quote!(IntoRows::<#of>::into_rows(#call)));
            quote!({ self.#rows = (#call)().unwrap_or_default(); !self.#rows.is_empty() })
        }
        Kind::Validation { .. } => {
            let issues = quote_spanned!(returns=> run.issues(found));
            found(quote!(if let Some(found) = found { #issues } false))
        }
        Kind::Condition { .. } => found(quote!(found == Some(true))),
        Kind::Action => {
            let effects = quote_spanned!(returns=> run.effects(found));
            found(quote!(if let Some(found) = found { #effects } false))
        }
    }
}

/// The expression of the header, or of the row at hand.
fn record(scope: usize, declaration: &Declaration) -> TokenStream {
    if scope == 0 {
        return quote!(self);
    }
    let rows = &declaration.collections[scope - 1].ident;
    quote!(self.#rows[row])
}

/// The rule's call, in a closure that ends where a wanted parameter is absent.
fn call(rule: &Rule, declaration: &Declaration, then: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
    let arguments = rule.parameters.iter().map(|parameter| argument(parameter, declaration));
    let (of, ident) = (&declaration.scope(rule.scope).ident, &rule.ident);
    // What the compiler says of the result, it says at the return type.
    let returns = rule.returns.resolved_at(Span::call_site());
    let result = then(quote_spanned!(returns=> #of::#ident(#(#arguments),*)));
    quote_spanned!(returns=> || { #result })
}

fn argument(parameter: &Binding, declaration: &Declaration) -> TokenStream {
    match parameter {
        Binding::Context => quote!(cx),
        Binding::Row => quote!(::lockstep_sdk::RowIndex(row)),
        Binding::RecordKey => quote!(&self.key),
        Binding::Field { scope, field, mode } => {
            field_expression(&record(*scope, declaration), &declaration.scope(*scope).fields[*field], *mode)
        }
        Binding::Reference { scope, field, is_optional } => {
            let (slot, record) = (slot(declaration, *scope, *field), record(*scope, declaration));
            let Field { ident, table, .. } = &declaration.scope(*scope).fields[*field];
            let found = quote!(run.row::<#table>(#scope, #slot, #record.#ident.as_ref()));
            if *is_optional { found } else { quote!(#found?) }
        }
        Binding::Column { collection, field } => {
            let collection = &declaration.collections[*collection];
            let (rows, field) = (&collection.ident, &collection.record.fields[*field].ident);
            quote!(::lockstep_sdk::Column::over(&self.#rows, |row| &row.#field))
        }
        Binding::Ids { collection } => {
            let rows = &declaration.collections[*collection].ident;
            quote!(self.#rows.iter().map(|row| Some(&row.id)).collect())
        }
        Binding::Rows { collection } => {
            let rows = &declaration.collections[*collection].ident;
            quote!(&self.#rows)
        }
        Binding::Arguments { ident } => quote!(&run.arguments::<#ident>()),
    }
}

/// The position of the row at hand's field among all of its scope that hold keys: the row that its key names is looked
/// up once.
fn slot(declaration: &Declaration, scope: usize, field: usize) -> TokenStream {
    let fields = &declaration.scope(scope).fields;
    let keys = |fields: &[Field]| fields.iter().filter(|field| field.table.is_some()).count();
    let (slot, slots) = (keys(&fields[..field]), keys(fields));
    if scope == 0 { quote!(#slot) } else { quote!(row * #slots + #slot) }
}
