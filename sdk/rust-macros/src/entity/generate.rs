//! The code of an entity: its implementation of `Record` and `Entity`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{
    binding::{Binding, Mode, field_expression},
    declaration::{Declaration, Record, status_type},
    describe,
    rule::{At, Kind, Mark, Rule, Rules},
};
use crate::{
    field::{Field, Kind as FieldKind},
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
    let header = &declaration.header;
    let collection_idents = declaration.collections.iter().map(|collection| &collection.ident);
    let key = header.has_id.then(|| quote!(key: ::core::default::Default::default(),));
    let rest = quote!(#key #(#collection_idents: ::std::vec::Vec::new(),)*);
    let header = record::implement(&header.ident, &header.fields, Ids::None, &rest);
    let rows = declaration.collections.iter().map(|collection| {
        let Record { ident, fields, has_id } = &collection.record;
        let id = has_id.then(|| quote!(id: ::lockstep_sdk::Text::fixed(given.id(row)),)).unwrap_or_default();
        let ids = if collection.is_derived { Ids::Derived } else { Ids::Given { has_field: *has_id } };
        record::implement(ident, fields, ids, &id)
    });
    quote!(#header #(#rows)*)
}

fn implement_arguments(arguments: &super::declaration::Arguments) -> TokenStream {
    let ident = &arguments.ident;
    let columns = record::columns(&quote!(COLUMNS), &arguments.fields, 0, |_| true);
    let described = arguments.fields.iter().map(crate::field::Field::describe);
    let idents = arguments.fields.iter().map(|field| &field.ident);
    let positions = 0..arguments.fields.len();
    quote! {
        const _: () = {
            use ::lockstep_sdk::__private::{ActionArguments, Cells, FieldSpec};
            #columns

            impl ActionArguments for #ident {
                const FIELDS: &'static [FieldSpec] = &[#(#described),*];

                fn read(cells: &Cells) -> Self {
                    Self { #(#idents: cells.get(COLUMNS[#positions], 0)),* }
                }
            }
        };
    }
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
    let collection_count = declaration.collections.len();
    let described = describe::entity(declaration, rules);
    let idents: Vec<_> = declaration.collections.iter().map(|collection| &collection.ident).collect();
    let positions: Vec<_> = (0..collection_count).collect();
    let row_types: Vec<_> = declaration.collections.iter().map(|collection| &collection.record.ident).collect();
    let key = declaration.header.has_id.then(|| quote!(read.key = document.key.as_str().into();));
    let calculated = |record: &Record, of: &TokenStream| {
        let fields = record.fields.iter().filter(|field| field.kind == FieldKind::Calculated);
        fields
            .map(|field| {
                let ident = &field.ident;
                quote!(#of.#ident = ::core::option::Option::None;)
            })
            .collect::<TokenStream>()
    };
    let clear_header = calculated(&declaration.header, &quote!(self));
    let clear_rows = declaration.collections.iter().map(|collection| {
        let ident = &collection.ident;
        if collection.is_derived {
            return quote!(self.#ident.clear(););
        }
        let clear = calculated(&collection.record, &quote!(row));
        quote!(for row in &mut self.#ident { #clear })
    });
    let read_rows = declaration
        .collections
        .iter()
        .map(|collection| if collection.is_derived { quote!(read_derived_rows) } else { quote!(read_rows) });
    let is_frozen = is_frozen(declaration);
    let run = run(declaration, rules);
    quote! {
        const _: () = {
            use ::core::option::Option::{self, None, Some};
            use ::lockstep_sdk::__private::{
                ActionSpec, Arguments, At, CollectionSpec, Effects, Entity, EntitySpec, Enumeration, FieldValue, Given, IntoEffects, IntoRows, IntoValue, Issue, Listed, Mark, Place, Record, RecordSet, RuleSpec, Run, Slot,
                Turn, logic, schema,
            };

            #[allow(
                clippy::all,
                clippy::pedantic,
                unused_variables,
                unused_mut,
                unused_imports,
                reason = "generated for every shape of entity"
            )]
            impl Entity for #header {
                type Field = #field_enum;
                type Collection = #collection_enum;

                const SPEC: EntitySpec = #described;

                fn read_document(document: &Given) -> Self {
                    let mut read = <Self as Record>::read(&document.header, document.stored_header(), 0);
                    #(read.#idents = document.#read_rows::<#row_types>(#positions);)*
                    #key
                    read
                }

                fn derived_columns(&self, document: &Given) -> logic::Derived {
                    logic::Derived {
                        header: <Self as Record>::derived(::core::slice::from_ref(self), &document.header),
                        collections: ::std::vec![
                            #(<#row_types as Record>::derived(&self.#idents, &document.collections[#positions])),*
                        ],
                    }
                }

                fn patch_columns(&self) -> (RecordSet, ::std::vec::Vec<RecordSet>) {
                    let header = <Self as Record>::given(::core::slice::from_ref(self));
                    (header, ::std::vec![#(<#row_types as Record>::given(&self.#idents)),*])
                }

                fn clear_calculated(&mut self) {
                    #clear_header
                    #(#clear_rows)*
                }

                fn is_frozen(&self) -> bool {
                    #is_frozen
                }

                fn run(&mut self, arguments: &Arguments<'_>, run: &mut Run<'_>) {
                    #run
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

/// The status, or its type's default where it is absent.
fn status(declaration: &Declaration, of: &TokenStream) -> Option<TokenStream> {
    let ident = &declaration.header.fields[declaration.status?].ident;
    Some(quote!(#of.#ident.unwrap_or_default()))
}

fn is_frozen(declaration: &Declaration) -> TokenStream {
    let (Some(of), Some(status)) = (status_type(declaration), declaration.status) else { return quote!(false) };
    let (status, frozen) = (&declaration.header.fields[status].ident, &declaration.frozen);
    quote!(self.#status.is_some_and(|status| ([#(<#of>::#frozen),*] as [#of; _]).contains(&status)))
}

fn run(declaration: &Declaration, rules: &Rules) -> TokenStream {
    let slots = slots(declaration);
    let slot_lets = slots.iter().map(|slot| slot.declare(declaration));
    let numbered: Vec<_> = (0u16..).zip(&rules.rules).collect();
    let values: Vec<_> = numbered.iter().copied().filter(|(_, rule)| rule.is_value()).collect();
    let values = values.chunk_by(|(_, one), (_, other)| one.scope == other.scope).map(|chunk| {
        let turns = chunk.iter().map(|(number, rule)| value_turn(*number, rule, declaration, &slots)).collect();
        in_scope(chunk[0].1.scope, declaration, turns)
    });
    let turns = |wanted: fn(&Kind) -> bool| {
        numbered.iter().filter(move |(_, rule)| wanted(&rule.kind)).map(|(number, rule)| {
            let turn = turn(*number, rule, declaration, rules);
            guarded(rule, rules, in_scope(rule.scope, declaration, turn))
        })
    };
    let conditions = turns(|kind| matches!(kind, Kind::Condition { .. }));
    let validations = turns(|kind| matches!(kind, Kind::Validation { server_only: false, .. }));
    let server_only = turns(|kind| matches!(kind, Kind::Validation { server_only: true, .. }));
    let actions = turns(|kind| matches!(kind, Kind::Action));
    let allow = allow(declaration);
    let checks = checks(declaration, rules, &slots);
    quote! {
        let cx = run.context();
        let document = self;
        #(#slot_lets)*
        if !document.is_frozen() {
            #(#values)*
        }
        if run.is_mirrored() {
            let is_allowed = #allow;
            #(#conditions)*
            if is_allowed {
                #checks
                #(#validations)*
                #(#actions)*
            }
        } else {
            #(#server_only)*
        }
    }
}

/// Once, or once for each row.
fn in_scope(scope: usize, declaration: &Declaration, turns: TokenStream) -> TokenStream {
    if scope == 0 {
        return turns;
    }
    let rows = &declaration.collections[scope - 1].ident;
    quote!(for row in 0..document.#rows.len() { #turns })
}

/// A validation's turns, where the action is one that it guards; all others as they are.
fn guarded(rule: &Rule, rules: &Rules, turns: TokenStream) -> TokenStream {
    if !matches!(rule.kind, Kind::Validation { .. }) {
        return turns;
    }
    let guards = describe::guards(rule, rules);
    quote!(if run.is_action(&[#(#guards),*]) { #turns })
}

/// The expression of the header, or of the row at hand.
fn record(scope: usize, declaration: &Declaration) -> TokenStream {
    if scope == 0 {
        return quote!(document);
    }
    let rows = &declaration.collections[scope - 1].ident;
    quote!(document.#rows[row])
}

fn turn_of(number: u16, rule: &Rule) -> TokenStream {
    let (scope, row) = (rule.scope, if rule.scope == 0 { quote!(None) } else { quote!(Some(row as u32)) });
    quote!(Turn { rule: #number, scope: #scope, row: #row })
}

/// The fields that a rule reads, as a constant.
fn reads(rule: &Rule) -> TokenStream {
    let reads = &rule.reads;
    quote!(const { &[#(#reads),*] })
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
        Binding::RecordKey => quote!(&document.key),
        Binding::Field { scope, field, mode } => {
            field_expression(&record(*scope, declaration), &declaration.scope(*scope).fields[*field], *mode)
        }
        Binding::Reference { scope, field, is_optional } => {
            let slot = Slot { scope: *scope, field: *field }.get(declaration);
            if *is_optional { slot } else { quote!(#slot?) }
        }
        Binding::Column { collection, field } => {
            let collection = &declaration.collections[*collection];
            let (rows, field) = (&collection.ident, &collection.record.fields[*field].ident);
            quote!(document.#rows.iter().map(|row| row.#field.as_ref()).collect())
        }
        Binding::Ids { collection } => {
            let rows = &declaration.collections[*collection].ident;
            quote!(document.#rows.iter().map(|row| Some(&row.id)).collect())
        }
        Binding::Rows { collection } => {
            let rows = &declaration.collections[*collection].ident;
            quote!(&document.#rows)
        }
        Binding::Arguments { ident } => quote!(&arguments.get::<#ident>()),
    }
}

fn value_turn(number: u16, rule: &Rule, declaration: &Declaration, slots: &[Slot]) -> TokenStream {
    let (field, is_default) = match rule.kind {
        Kind::Value { scope, .. } if scope != rule.scope => return column_turn(number, rule, declaration),
        Kind::Value { field, is_default, .. } => (field, is_default),
        Kind::Rows { collection } => return rows_turn(number, rule, collection, declaration, slots),
        _ => return quote!(),
    };
    let (turn, reads, position) = (turn_of(number, rule), reads(rule), field as u16);
    let record = record(rule.scope, declaration);
    let field = &declaration.scope(rule.scope).fields[field];
    let (ident, of) = (&field.ident, &field.of);
    let rule = call(rule, declaration, |call| quote!(IntoValue::<#of>::into_value(#call)));
    let turn = quote! {
        let value = run.value(#turn, #position, #reads, #rule);
        #record.#ident = value;
    };
    if is_default { quote!(if #record.#ident.is_none() { #turn }) } else { quote!({ #turn }) }
}

/// The turn of a header's rule that gives a field of all rows.
fn column_turn(number: u16, rule: &Rule, declaration: &Declaration) -> TokenStream {
    let Kind::Value { scope, field: position, is_default } = rule.kind else { return quote!() };
    let (turn, reads) = (turn_of(number, rule), reads(rule));
    let rows = &declaration.collections[scope - 1].ident;
    let ident = &declaration.scope(scope).fields[position].ident;
    let returns = rule.returns.resolved_at(Span::call_site());
    let call = call(rule, declaration, |call| quote_spanned!(returns=> Some(#call)));
    let position = position as u16;
    let gives = if is_default { quote!(if row.#ident.is_none()) } else { quote!() };
    let is_wanted = if is_default { quote!(row.#ident.is_none()) } else { quote!(true) };
    quote! {
        let is_wanted: ::std::vec::Vec<bool> = document.#rows.iter().map(|row| #is_wanted).collect();
        let values = run.column(#turn, #scope, #position, #reads, &is_wanted, #call);
        for (row, value) in document.#rows.iter_mut().zip(values) {
            #gives { row.#ident = value; }
        }
    }
}

/// The rows of a derived collection; with them come the rows that their keys name.
fn rows_turn(number: u16, rule: &Rule, collection: usize, declaration: &Declaration, slots: &[Slot]) -> TokenStream {
    let (turn, reads, scope) = (turn_of(number, rule), reads(rule), collection + 1);
    let collection = &declaration.collections[collection];
    let (rows, of) = (&collection.ident, &collection.record.ident);
    let rule = call(rule, declaration, |call| quote!(IntoRows::<#of>::into_rows(#call)));
    let slots = slots.iter().filter(|slot| slot.scope == scope).map(|slot| {
        let (ident, looked_up) = (slot.ident(), slot.empty(declaration));
        quote!(#ident = #looked_up;)
    });
    quote! {
        let rows = run.rows(#turn, #scope, #reads, #rule, |row: &#of| row.id.as_str());
        document.#rows = rows;
        #(#slots)*
    }
}

fn turn(number: u16, rule: &Rule, declaration: &Declaration, rules: &Rules) -> TokenStream {
    let (turn, reads) = (turn_of(number, rule), reads(rule));
    let knows = quote!(run.knows(#turn, #reads));
    let returns = rule.returns.resolved_at(Span::call_site());
    let call = call(rule, declaration, |call| quote_spanned!(returns=> Some(#call)));
    match &rule.kind {
        Kind::Value { .. } | Kind::Rows { .. } => quote!(),
        Kind::Validation { at, .. } => {
            let at = place_of_issues(rule.scope, at.as_ref());
            let issues = quote_spanned!(returns=> run.issues(#turn, #at, #call););
            quote!(if #knows { #issues })
        }
        Kind::Condition { marks, .. } => {
            let guards = describe::guards(rule, rules);
            let marks = marks.iter().map(|(field, mark)| {
                let place = place(rule.scope, *field);
                let mark = match mark {
                    Mark::Hidden => quote!(Hidden),
                    Mark::ReadOnly => quote!(ReadOnly),
                    Mark::Required => quote!(Required),
                };
                quote!((#place, Mark::#mark))
            });
            quote!(if #knows { run.condition(#turn, &[#(#marks),*], &[#(#guards),*], #call); })
        }
        Kind::Action => {
            let name = names::kebab(&rule.ident.to_string());
            let position = rules.actions.iter().position(|action| action.name == name).unwrap_or_default() as u16;
            let effects = quote_spanned!(returns=> run.effects(#turn, #call););
            let requires = required_by_action(rule, declaration);
            quote!(if run.is_action(&[#position]) { #requires if #knows { #effects } else { run.refuse(#turn); } })
        }
    }
}

/// An action requires the fields, and the rows that keys name, which it takes as if they were there: else it would
/// change nothing, and nobody would be told.
fn required_by_action(rule: &Rule, declaration: &Declaration) -> TokenStream {
    let require = |field: usize, slot: Option<Slot>| {
        let Field { ident, name, .. } = &declaration.header.fields[field];
        let place = place(0, field);
        let key = slot.map(|slot| {
            let slot = slot.expression();
            quote!(run.check_key(#place, #name, &#slot, document.#ident.as_ref());)
        });
        quote!(run.require(0, #place, #name, true, document.#ident.as_ref().is_some_and(FieldValue::is_said)); #key)
    };
    let requires = rule.parameters.iter().filter_map(|parameter| match parameter {
        Binding::Field { field, mode: Mode::Value | Mode::Borrowed | Mode::Text, .. } => Some(require(*field, None)),
        Binding::Reference { scope, field, is_optional: false } => {
            Some(require(*field, Some(Slot { scope: *scope, field: *field })))
        }
        _ => None,
    });
    requires.collect()
}

fn place(scope: usize, field: usize) -> TokenStream {
    let field = field as u16;
    if scope == 0 {
        return quote!(Place::Field(#field));
    }
    let collection = (scope - 1) as u16;
    quote!(Place::Cell(#collection, row as u32, #field))
}

fn place_of_issues(scope: usize, at: Option<&At>) -> TokenStream {
    match at {
        Some(At::Field(field)) => {
            let place = place(scope, *field);
            quote!(At::Fixed(#place))
        }
        Some(At::Collection(collection, field)) => {
            let collection = *collection as u16;
            let field = field.map_or_else(
                || quote!(None),
                |field| {
                    let field = field as u16;
                    quote!(Some(#field))
                },
            );
            quote!(At::Collection(#collection, #field))
        }
        Some(At::Argument(argument)) => {
            let argument = *argument as u16;
            quote!(At::Fixed(Place::Argument(#argument)))
        }
        None if scope == 0 => quote!(At::Fixed(Place::Document)),
        None => {
            let collection = (scope - 1) as u16;
            quote!(At::Fixed(Place::Row(#collection, row as u32)))
        }
    }
}

fn allow(declaration: &Declaration) -> TokenStream {
    let status =
        status(declaration, &quote!(document)).map_or_else(|| quote!(""), |status| quote!(Enumeration::name(#status)));
    quote!(run.allow(#status))
}

/// What every entity checks by itself: required fields and arguments, and keys.
fn checks(declaration: &Declaration, rules: &Rules, slots: &[Slot]) -> TokenStream {
    let stored =
        (0u16..).zip(&rules.actions).filter(|(_, action)| ["create", "update"].contains(&action.name.as_str()));
    let stored: Vec<_> = stored.map(|(position, _)| position).collect();
    let scopes = (0..=declaration.collections.len()).filter(|scope| !declaration.is_derived(*scope)).map(|scope| {
        let record_expression = record(scope, declaration);
        let fields = declaration.scope(scope).fields.iter().enumerate().filter(|(_, field)| field.kind.is_given());
        let checks = fields.map(|(position, field)| {
            let (ident, name, is_required) = (&field.ident, &field.name, field.is_required);
            let place = place(scope, position);
            let key = slots.iter().find(|slot| slot.scope == scope && slot.field == position).map(|slot| {
                let slot = slot.expression();
                quote! {
                    if is_stored {
                        run.check_key(#place, #name, &#slot, #record_expression.#ident.as_ref());
                    }
                }
            });
            let is_required_sometimes = is_required || rules.require(scope, position);
            let require = is_required_sometimes.then(|| {
                let is_said = quote!(#record_expression.#ident.as_ref().is_some_and(FieldValue::is_said));
                quote!(run.require(#scope, #place, #name, is_stored && #is_required, #is_said);)
            });
            quote!(#require #key)
        });
        in_scope(scope, declaration, checks.collect())
    });
    let arguments = declaration.arguments.iter().filter_map(|arguments| {
        let position = rules.actions.iter().position(|action| action.name == arguments.action)? as u16;
        let of = &arguments.ident;
        let checks = (0u16..).zip(&arguments.fields).map(|(position, field)| {
            let (ident, name, is_required) = (&field.ident, &field.name, field.is_required);
            let key = field.table.as_ref().map(|table| {
                let slot = quote!(&Slot::<#table>::default());
                quote!(run.check_key(Place::Argument(#position), #name, #slot, given.#ident.as_ref());)
            });
            let require = is_required.then(|| {
                let is_said = quote!(given.#ident.as_ref().is_some_and(FieldValue::is_said));
                quote!(run.require(0, Place::Argument(#position), #name, true, #is_said);)
            });
            quote!(#require #key)
        });
        Some(quote!(if run.is_action(&[#position]) { let given = arguments.get::<#of>(); #(#checks)* }))
    });
    quote! {
        let is_stored = run.is_action(&[#(#stored),*]);
        if run.has_required() || is_stored {
            #(#scopes)*
        }
        #(#arguments)*
    }
}

/// A field with a table: the row that its key names is looked up once.
struct Slot {
    scope: usize,
    field: usize,
}

fn slots(declaration: &Declaration) -> Vec<Slot> {
    let of_scope = |scope: usize| {
        let fields = declaration.scope(scope).fields.iter().enumerate();
        fields.filter(|(_, field)| field.table.is_some()).map(move |(field, _)| Slot { scope, field })
    };
    (0..=declaration.collections.len()).flat_map(of_scope).collect()
}

impl Slot {
    fn ident(&self) -> Ident {
        format_ident!("slot_{}_{}", self.scope, self.field)
    }

    fn declare(&self, declaration: &Declaration) -> TokenStream {
        let (ident, empty) = (self.ident(), self.empty(declaration));
        // A derived collection has its rows later.
        let mutable = declaration.is_derived(self.scope).then(|| quote!(mut));
        quote!(let #mutable #ident = #empty;)
    }

    fn empty(&self, declaration: &Declaration) -> TokenStream {
        let table = &declaration.scope(self.scope).fields[self.field].table;
        if self.scope == 0 {
            return quote!(Slot::<#table>::default());
        }
        let rows = &declaration.collections[self.scope - 1].ident;
        quote!(Slot::<#table>::many(document.#rows.len()))
    }

    fn expression(&self) -> TokenStream {
        let ident = self.ident();
        if self.scope == 0 { quote!(#ident) } else { quote!(#ident[row]) }
    }

    fn get(&self, declaration: &Declaration) -> TokenStream {
        let slot = self.expression();
        let record = record(self.scope, declaration);
        let field = &declaration.scope(self.scope).fields[self.field].ident;
        quote!(#slot.get(cx, #record.#field.as_ref()))
    }
}
