//! Workspaces in packages: there and back, the same bytes, and what other authors may have written.

use lockstep_package::{
    Sections, Workspace,
    sections::append,
    workspace::{Content, SECTION},
};

use crate::sample::{GOOD, checked, descriptor, messages};

const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

fn component(json: &str) -> Vec<u8> {
    let mut bytes = EMPTY_COMPONENT.to_vec();
    append(&mut bytes, SECTION, json.as_bytes()).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Option<Workspace>, String> {
    Workspace::read(&Sections::parse(bytes).unwrap()).map_err(|error| error.to_string())
}

#[test]
fn a_workspace_is_read_as_it_stands() {
    let workspace = checked(GOOD).unwrap();
    assert_eq!(&*workspace.title, "workspace-title");
    assert_eq!(workspace.pages.len(), 3);
    let Content::List(orders) = &workspace.page("orders").unwrap().content else { panic!("it is no list") };
    assert_eq!(&*orders.filter[1].values[0], "2026-03-02");
    assert!(orders.sort[0].descending);
    let Content::Detail(order) = &workspace.page("order").unwrap().content else { panic!("it is no detail") };
    assert_eq!(order.sections[1].collection.as_deref(), Some("lines"));
    assert_eq!(order.sections[1].form().len(), 2);
    assert_eq!(workspace.page("notes").unwrap().roles_in(&workspace), workspace.roles);
    let cancel = workspace.action("order", "cancel").unwrap();
    assert_eq!(cancel.roles_in(&workspace), &workspace.roles[1..]);
    assert_eq!(cancel.confirm.as_deref(), Some("confirm-cancel"));
    assert_eq!(&*workspace.value_help("order", "lines.item").unwrap().filter[0].equals, "quantity");
    assert!(workspace.value_help("order", "company").is_none());
}

#[test]
fn without_a_form_an_action_asks_for_all_its_arguments() {
    let workspace = checked(&GOOD.replace("form = [\"reason\", \"successor\"]\n", "")).unwrap();
    let descriptor = descriptor();
    let (_, cancel) = descriptor.entities[0].action("cancel").unwrap();
    assert_eq!(workspace.action("order", "cancel").unwrap().asks_for(cancel), ["reason", "successor"]);
}

#[test]
fn a_workspace_comes_back_from_its_package() {
    let workspace = checked(GOOD).unwrap();
    let mut bytes = EMPTY_COMPONENT.to_vec();
    workspace.append_to(&mut bytes).unwrap();
    assert_eq!(read(&bytes).unwrap(), Some(workspace));
    assert_eq!(read(EMPTY_COMPONENT).unwrap(), None);
}

#[test]
fn bytes_do_not_tell_how_the_file_was_laid_out() {
    let encoded = |text: &str| {
        let mut bytes = EMPTY_COMPONENT.to_vec();
        checked(text).unwrap().append_to(&mut bytes).unwrap();
        bytes
    };
    let other = format!(
        "# Orders.\n\n{}",
        GOOD.replace("icon = \"cart\"\ncolor = \"#0f6cbd\"", "color = '#0f6cbd'\nicon='cart'")
    );
    assert_eq!(encoded(GOOD), encoded(&other));
    let bytes = encoded(GOOD);
    let json = Sections::parse(&bytes).unwrap().read(SECTION).unwrap().unwrap();
    assert!(json.starts_with(
        br##"{"title":"workspace-title","icon":"cart","color":"#0f6cbd","roles":["clerk","manager"],"pages":[{"name":"orders","title":"page-orders","entity":"order","roles":["manager"],"actions":["create"],"kind":"list","columns":["customer","total"],"filter":[{"field":"status","values":["draft"]},"##
    ));
}

#[test]
fn what_a_package_says_is_checked_like_a_file() {
    let json = r#"{"title":"page-orders","icon":"","color":"red","roles":["a"],"newer":1,"pages":[{"name":"p","title":"page-order","entity":"order","kind":"list","columns":["custmer"],"actions":["create","update","cancel"]}]}"#;
    let workspace = read(&component(json)).unwrap().unwrap();
    let mistakes = workspace.mistakes(&descriptor(), &messages());
    let says: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        says,
        [
            "`` is no name of an icon: write it in kebab-case, for instance `receipt`",
            "`red` is no colour: write it like #0f6cbd",
            "the page shows `create` of `order`: add an [[action]] for it",
            "the page shows `update` of `order`: add an [[action]] for it",
            "the page shows `cancel` of `order`: add an [[action]] for it",
            "the header of `order` has no field `custmer`; did you mean `customer`?",
        ]
    );
}

#[test]
fn a_section_that_is_no_workspace_says_so() {
    let error = read(&component("{}")).unwrap_err();
    assert!(error.starts_with("the package's workspace cannot be read: missing field `title`"), "{error}");
}
