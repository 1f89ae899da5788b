//! Fields of entities, collections, tables and arguments: what their attributes say.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Attribute, Expr, ExprLit, GenericArgument, Lit, LitInt, LitStr, Path, PathArguments, Type, meta::ParseNestedMeta,
};

use crate::names;

/// Who gives a field its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Entered,
    Defaulted,
    Calculated,
    State,
    Assigned,
}

impl Kind {
    pub(crate) fn is_derived(self) -> bool {
        matches!(self, Self::Defaulted | Self::Calculated)
    }

    fn tokens(self) -> TokenStream {
        match self {
            Self::Entered => quote!(Entered),
            Self::Defaulted => quote!(Defaulted),
            Self::Calculated => quote!(Calculated),
            Self::State => quote!(State),
            Self::Assigned => quote!(Assigned),
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Defaulted => "defaulted",
            Self::Calculated => "calculated",
            Self::State => "state",
            Self::Assigned => "assigned",
        }
    }
}

/// Where the values of a view's field come from.
#[derive(Clone)]
pub(crate) enum Source {
    /// The field of this name.
    Field(Ident),
    RecordKey,
    RowId,
}

/// One field.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent words of its attribute")]
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// In kebab-case.
    pub(crate) name: String,
    label: String,
    pub(crate) kind: Kind,
    /// Without `Option`.
    pub(crate) of: Type,
    pub(crate) is_option: bool,
    pub(crate) is_required: bool,
    is_read_only: bool,
    pub(crate) is_key: bool,
    pub(crate) table: Option<Path>,
    /// In a view, where it does not come from the field of its own name.
    pub(crate) source: Option<Source>,
    scale: u8,
    max_length: u32,
    /// It has been reported; what else is said of it would be noise.
    pub(crate) is_mistaken: bool,
}

/// Longest text where the field does not say.
const TEXT_LENGTH_DEFAULT: u32 = 255;

/// Finest decimal that the contract has.
const SCALE_MAX: u8 = 28;

#[derive(Default)]
struct Attributes {
    kind: Option<Kind>,
    label: Option<String>,
    is_required: bool,
    is_read_only: bool,
    is_key: bool,
    table: Option<Path>,
    source: Option<Source>,
    scale: Option<u8>,
    max_length: Option<u32>,
}

impl Attributes {
    fn parse(attributes: &[Attribute]) -> syn::Result<Option<Self>> {
        let mut found = None;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("field")) {
            let all: &mut Self = found.get_or_insert_default();
            if !matches!(attribute.meta, syn::Meta::Path(_)) {
                attribute.parse_nested_meta(|meta| all.read(&meta))?;
            }
        }
        Ok(found)
    }

    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "entered" => self.set_kind(Kind::Entered, meta)?,
            "defaulted" => self.set_kind(Kind::Defaulted, meta)?,
            "calculated" => self.set_kind(Kind::Calculated, meta)?,
            "state" => self.set_kind(Kind::State, meta)?,
            "assigned" => self.set_kind(Kind::Assigned, meta)?,
            "required" => self.is_required = true,
            "read_only" => self.is_read_only = true,
            "key" => self.is_key = true,
            "record" => self.source = Some(Source::RecordKey),
            "row" => self.source = Some(Source::RowId),
            "from" => self.source = Some(Source::Field(meta.value()?.parse()?)),
            "label" => self.label = Some(meta.value()?.parse::<LitStr>()?.value()),
            "table" => self.table = Some(meta.value()?.parse()?),
            "scale" => {
                let literal = meta.value()?.parse::<LitInt>()?;
                let scale = literal.base10_parse::<u8>().ok().filter(|scale| *scale <= SCALE_MAX);
                let mistake = || syn::Error::new(literal.span(), "a scale is 0 to 28 decimals");
                self.scale = Some(scale.ok_or_else(mistake)?);
            }
            "max_length" => self.max_length = Some(meta.value()?.parse::<LitInt>()?.base10_parse()?),
            _ => {
                return Err(meta.error(
                    "a field is `entered`, `defaulted`, `calculated`, `state` or `assigned`, and may say `required`, \
                     `read_only`, `key`, `table = Type`, `scale = 2`, `max_length = 40`, `label = \"…\"`; a view's \
                     field `record`, `row` or `from = field`",
                ));
            }
        }
        Ok(())
    }

    fn set_kind(&mut self, kind: Kind, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        match self.kind.replace(kind) {
            Some(other) => Err(meta.error(format!("the field is `{}` already", other.word()))),
            None => Ok(()),
        }
    }
}

impl Field {
    /// Reads a struct's field; none: it has no `#[field]`. `kind` is what it is where it does not say.
    pub(crate) fn parse(field: &syn::Field, kind: Option<Kind>) -> syn::Result<Option<Self>> {
        let ident = field.ident.clone().ok_or_else(|| syn::Error::new_spanned(field, "a field has a name"))?;
        let Some(attributes) = Attributes::parse(&field.attrs)? else { return Ok(None) };
        let (of, is_option) = match argument_of(&field.ty, "Option") {
            Some(inner) => (inner.clone(), true),
            None => (field.ty.clone(), false),
        };
        let kind = attributes.kind.or(kind).ok_or_else(|| {
            let what = "say who gives the field its value: `entered`, `defaulted`, `calculated`, `state` or `assigned`";
            syn::Error::new_spanned(&ident, what)
        })?;
        check_type(&of)?;
        let is_decimal = last_segment(&of).is_some_and(|segment| segment == "Decimal");
        if is_decimal && attributes.scale.is_none() {
            return Err(syn::Error::new_spanned(&ident, "say how many decimals it has: `scale = 2`"));
        }
        let name = names::kebab(&ident.to_string());
        Ok(Some(Self {
            label: attributes.label.unwrap_or_else(|| names::words(&name)),
            ident,
            name,
            kind,
            of,
            is_option,
            is_required: attributes.is_required,
            is_read_only: attributes.is_read_only,
            is_key: attributes.is_key,
            table: attributes.table,
            source: attributes.source,
            scale: attributes.scale.unwrap_or(0),
            max_length: attributes.max_length.unwrap_or(TEXT_LENGTH_DEFAULT),
            is_mistaken: false,
        }))
    }

    /// A field that could not be read, so that rules which name it are not reported as well.
    pub(crate) fn mistaken(ident: &Ident, declared: &Type) -> Self {
        let inner = argument_of(declared, "Option");
        Self {
            ident: ident.clone(),
            name: names::kebab(&ident.to_string()),
            label: String::new(),
            kind: Kind::Entered,
            of: inner.unwrap_or(declared).clone(),
            is_option: inner.is_some(),
            is_required: false,
            is_read_only: false,
            is_key: false,
            table: None,
            source: None,
            scale: 0,
            max_length: 0,
            is_mistaken: true,
        }
    }

    /// Refuses what only a view's field may say.
    pub(crate) fn check_no_source(&self) -> syn::Result<()> {
        match self.source {
            None => Ok(()),
            Some(_) => Err(syn::Error::new_spanned(
                &self.ident,
                "`record`, `row` and `from` say where a view's field comes from, and this is no view: \
                 `#[reference(view = Entity)]` makes one",
            )),
        }
    }

    /// Its `FieldSpec`, as an expression.
    pub(crate) fn describe(&self) -> TokenStream {
        let Self { name, label, of, is_required, is_read_only, scale, max_length, .. } = self;
        let kind = self.kind.tokens();
        let table = match &self.table {
            None => quote!(None),
            Some(table) => quote!(Some(<#table as ::lockstep_sdk::__private::Listed>::INDEX)),
        };
        quote! {
            ::lockstep_sdk::__private::FieldSpec {
                name: ::lockstep_sdk::__private::Str::of(#name),
                label: ::lockstep_sdk::__private::Str::of(#label),
                kind: ::lockstep_sdk::__private::schema::FieldKind::#kind,
                of: <#of as ::lockstep_sdk::__private::FieldValue>::TYPE.with(#scale, #max_length),
                required: #is_required,
                read_only: #is_read_only,
                table: ::lockstep_sdk::__private::Maybe::#table,
            }
        }
    }

    /// Where a struct holds it, as an expression.
    pub(crate) fn cell(&self, record: &Ident) -> TokenStream {
        let Self { ident, of, .. } = self;
        let table = match &self.table {
            None => quote!(None),
            Some(table) => quote!(Some(<#table as ::lockstep_sdk::__private::Reference>::TABLE)),
        };
        quote! {
            ::lockstep_sdk::__private::Cell::new(
                ::core::mem::offset_of!(#record, #ident),
                <#of as ::lockstep_sdk::__private::FieldValue>::HELD,
                ::core::option::Option::#table,
            )
        }
    }
}

/// Whether a type is one of those that authors try and no field holds.
pub(crate) fn check_type(of: &Type) -> syn::Result<()> {
    let name = last_segment(of).map(ToString::to_string).unwrap_or_default();
    let instead = match name.as_str() {
        "f32" | "f64" => "`Decimal`, which is exact",
        "i8" | "i16" | "i32" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "`i64`",
        "String" | "str" | "char" => "`Text`",
        _ => return Ok(()),
    };
    Err(syn::Error::new_spanned(of, format!("`{name}` is no field type: take {instead}")))
}

/// `T` of `Wrapper<T>`.
pub(crate) fn argument_of<'a>(of: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = of else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// The last name of a type's path.
pub(crate) fn last_segment(of: &Type) -> Option<&Ident> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The value of `name = "text"` in an attribute.
pub(crate) fn text_of(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    match meta.value()?.parse::<Expr>()? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.value()),
        other => Err(syn::Error::new_spanned(other, "a text in quotes is wanted here")),
    }
}
