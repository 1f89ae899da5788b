//! A plugin's descriptor and messages, and a workspace that fits them.

use lockstep_model::schema::{Action, Collection, Descriptor, Entity, Field, FieldKind, FieldType, Table};
use lockstep_package::{Draft, Messages, Workspace};

/// A workspace with all that one can have.
pub(crate) const GOOD: &str = r##"title = "workspace-title"
icon = "cart"
color = "#0f6cbd"
roles = ["clerk", "manager"]

[[page]]
name = "orders"
kind = "list"
title = "page-orders"
entity = "order"
columns = ["customer", "total"]
filter = [{ field = "status", values = ["draft"] }, { field = "placed", values = [2026-03-02] }]
filters = ["status"]
sort = [{ field = "placed", descending = true }]
search = ["customer"]
opens = "order"
actions = ["create"]
roles = ["manager"]

[[page]]
name = "order"
kind = "detail"
title = "page-order"
entity = "order"
actions = ["update", "cancel"]
links = [{ title = "link-notes", page = "notes", filter = [{ field = "about", equals = "customer" }] }]

[[page.section]]
title = "section-general"
fields = ["customer", "company"]

[[page.section]]
title = "section-lines"
collection = "lines"
columns = ["item"]
fields = ["item", "quantity"]

[[page]]
name = "notes"
kind = "list"
title = "page-notes"
entity = "note"
columns = ["about"]

[[action]]
entity = "order"
name = "create"
form = ["customer", "company"]

[[action]]
entity = "order"
name = "update"

[[action]]
entity = "order"
name = "cancel"
roles = ["manager"]
form = ["reason", "successor"]
confirm = "confirm-cancel"

[[value-help]]
entity = "order"
field = "customer"
table = "customer"
show = ["name"]
filter = [{ column = "company", equals = "company" }]

[[value-help]]
entity = "order"
field = "lines.item"
table = "item"
show = []
filter = [{ column = "pack", equals = "quantity" }, { column = "company", equals = "company" }]

[[value-help]]
entity = "order"
field = "cancel.successor"
table = "customer"
show = ["name"]
filter = [{ column = "name", equals = "reason" }]
"##;

const ENGLISH: &str = "\
workspace-title = Orders
page-orders = Orders
page-order = Order
page-notes = Notes
section-general = General
section-lines = Lines
link-notes = Notes on the customer
confirm-cancel = Cancel it?
";

const CUSTOMER: u16 = 0;
const ITEM: u16 = 1;

fn field(name: &str, kind: FieldKind, of: FieldType) -> Field {
    Field { name: name.into(), label: name.into(), kind, of, required: false, read_only: false, table: None }
}

fn text(name: &str) -> Field {
    field(name, FieldKind::Entered, FieldType::Text(20))
}

fn key(name: &str, table: u16) -> Field {
    Field { table: Some(table), ..text(name) }
}

fn action(name: &str, arguments: Vec<Field>) -> Action {
    Action { name: name.into(), label: name.into(), arguments, states: Vec::new() }
}

fn table(name: &str, fields: Vec<Field>) -> Table {
    Table { name: name.into(), label: name.into(), fields, key: vec![0], view: None }
}

pub(crate) fn descriptor() -> Descriptor {
    let status = FieldType::Enumeration(vec!["draft".into(), "done".into()]);
    let order = Entity {
        name: "order".into(),
        fields: vec![
            key("customer", CUSTOMER),
            Field { read_only: true, ..text("company") },
            field("placed", FieldKind::Defaulted, FieldType::Date),
            field("urgent", FieldKind::Entered, FieldType::Boolean),
            field("copies", FieldKind::Entered, FieldType::Integer),
            field("weight", FieldKind::Entered, FieldType::Decimal(2)),
            field("status", FieldKind::State, status),
            field("total", FieldKind::Calculated, FieldType::Decimal(2)),
        ],
        collections: vec![Collection {
            name: "lines".into(),
            label: "lines".into(),
            derived: false,
            fields: vec![key("item", ITEM), field("quantity", FieldKind::Entered, FieldType::Decimal(4))],
        }],
        actions: vec![
            action("create", vec![]),
            action("update", vec![]),
            action("delete", vec![]),
            action("cancel", vec![Field { required: true, ..text("reason") }, key("successor", CUSTOMER)]),
        ],
        ..Entity::default()
    };
    let note = Entity { name: "note".into(), fields: vec![text("about")], ..Entity::default() };
    let pack = field("pack", FieldKind::Entered, FieldType::Decimal(2));
    Descriptor {
        entities: vec![order, note],
        tables: vec![
            table("customer", vec![text("account"), text("name"), text("company")]),
            table("item", vec![text("number"), pack, text("company")]),
            Table { key: vec![0, 1], ..table("site", vec![text("company"), text("code"), text("city")]) },
        ],
        issues: Vec::new(),
    }
}

pub(crate) fn messages() -> Messages {
    let german = ENGLISH.as_bytes();
    Messages::parse([("de", german), ("en", ENGLISH.as_bytes())]).unwrap()
}

/// What a text comes to; mistakes as `LINE:COLUMN: SENTENCE`.
pub(crate) fn checked(text: &str) -> Result<Workspace, Vec<String>> {
    let draft = Draft::parse(text).check(&descriptor(), &messages());
    draft.map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}
