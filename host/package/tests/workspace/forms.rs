//! Actions, forms and value helps that do not fit the plugin.

use lockstep_model::schema::{Collection, Descriptor, Entity};
use lockstep_package::Draft;

use crate::{
    marks::{changed, check, check_more, says},
    sample::{GOOD, checked, descriptor, messages},
};

#[test]
fn actions_are_the_entitys() {
    let sentence = "`order` has no action `cancle`; did you mean `cancel`?";
    check("actions = [\"update\", \"cancel\"]", "actions = [\"update\", »\"cancle\"]", sentence);
    check("name = \"cancel\"", "name = »\"cancle\"", sentence);
}

#[test]
fn actions_and_pages_go_together() {
    let update = "[[action]]\nentity = \"order\"\nname = \"update\"\n";
    let shown = ("[\"update\", \"cancel\"]", "[»\"update\", \"cancel\"]");
    says(&changed(&[(update, ""), shown]), "the page shows `update` of `order`: add an [[action]] for it");
    check_more(
        "[[action]]\nentity = \"order\"\nname = »\"delete\"",
        "no page of `order` shows `delete`: add it to a page's actions",
    );
    check_more(
        "[[action]]\nentity = \"order\"\nname = »\"update\"",
        "the action `update` of `order` is there already, at line 52: leave one out",
    );
}

const CREATE: &str = "[[action]]\nentity = \"order\"\nname = \"create\"\nform = [\"customer\", \"company\"]\n";
const CANCEL: &str = "[[action]]\nentity = \"order\"\nname = \"cancel\"\nroles = [\"manager\"]\nform = [\"reason\", \
                      \"successor\"]\nconfirm = \"confirm-cancel\"\n";

#[test]
fn actions_are_reached_from_a_page() {
    let sentence = |name: &str| {
        format!("no page shows the action `{name}` of `order`: add it to the actions of a page of this entity")
    };
    let first = ("name = \"orders\"", "name = »\"orders\"");
    says(&changed(&[(CANCEL, ""), ("[\"update\", \"cancel\"]", "[\"update\"]"), first]), &sentence("cancel"));
    says(&changed(&[(CREATE, ""), ("actions = [\"create\"]\n", ""), first]), &sentence("create"));
    // With a detail page records can be changed on it; without, by an action of the list.
    let update = "[[action]]\nentity = \"order\"\nname = \"update\"\n";
    assert!(checked(&changed(&[(update, ""), ("[\"update\", \"cancel\"]", "[\"cancel\"]")])).is_ok());
    let list = "title = \"page-orders\"\nicon = \"cart\"\ncolor = \"#0f6cbd\"\nroles = [\"clerk\"]\n[[page]]\n\
                name = »\"orders\"\nkind = \"list\"\ntitle = \"page-orders\"\nentity = \"order\"\n\
                columns = [\"total\"]\nactions = [\"create\", \"cancel\"]\n[[action]]\nentity = \"order\"\n\
                name = \"create\"\n[[action]]\nentity = \"order\"\nname = \"cancel\"\nform = [\"reason\"]\n";
    says(list, &sentence("update"));
}

#[test]
fn an_entity_without_pages_has_its_own_actions_named_at_the_title() {
    let notes = "title = »\"page-notes\"\nicon = \"note\"\ncolor = \"#0f6cbd\"\nroles = [\"clerk\"]\n[[page]]\n\
                 name = \"notes\"\nkind = \"list\"\ntitle = \"page-notes\"\nentity = \"note\"\ncolumns = [\"about\"]\n";
    says(notes, "no page shows the action `cancel` of `order`: add it to the actions of a page of this entity");
}

#[test]
fn arguments_are_the_actions() {
    let sentence = "the action `cancel` of `order` has no argument `raeson`; did you mean `reason`?";
    check("form = [\"reason\"", "form = [\"reason\", »\"raeson\"", sentence);
    let sentence = "the form does not ask for `reason`, which is required: add it";
    check(
        "name = \"cancel\"\nroles = [\"manager\"]\nform = [\"reason\", ",
        "name = »\"cancel\"\nroles = [\"manager\"]\nform = [",
        sentence,
    );
}

#[test]
fn forms_ask_for_what_users_enter() {
    for name in ["total", "status"] {
        let sentence = format!("`{name}` is not for users to enter: leave it out of the form");
        check("form = [\"customer\", \"company\"]", &format!("form = [\"customer\", »\"{name}\"]"), &sentence);
    }
    check(
        "form = [\"customer\", \"company\"]",
        "form = [\"customer\", »\"lines\"]",
        "the header of `order` has no field `lines`: choose `customer`, `company`, `placed`, `urgent`, `copies`, \
         `weight`, `status` or `total`",
    );
    check(
        "name = \"update\"\n",
        "name = \"update\"\nform = [»\"company\"]\n",
        "`company` can be entered at creation alone: leave it out of the form",
    );
}

#[test]
fn value_helps_are_for_keys_of_their_table() {
    let none = "takes no key of `item`: give it `table = …` in its entity, or filter by all columns of a longer key but \
                the one that it takes";
    check(
        "table = \"customer\"\nshow = [\"name\"]\nfilter = [{ column = \"company\"",
        "table = »\"item\"\nshow = []\nfilter = [{ column = \"company\"",
        "`customer` takes a key of `customer`, not of `item`",
    );
    check(
        "show = [\"name\"]",
        "show = [\"name\", »\"nme\"]",
        "the table `customer` has no column `nme`; did you mean `name`?",
    );
    check("table = \"item\"", "table = »\"itm\"", "the plugin has no table `itm`; did you mean `item`?");
    check(
        "[[value-help]]\nentity = \"order\"\nfield = \"lines.item\"",
        "[[value-help]]\nentity = \"order\"\nfield = »\"company\"\ntable = \"item\"\nshow = []\n\n[[value-help]]\nentity = \"order\"\nfield = \"lines.item\"",
        &format!("`company` {none}"),
    );
    check(
        "field = \"lines.item\"",
        "field = »\"line.item\"",
        "`order` has no collection or action `line`; did you mean `lines`?",
    );
    check(
        "field = \"lines.item\"",
        "field = »\"lines.itme\"",
        "`order.lines` has no field `itme`; did you mean `item`?",
    );
    check(
        "field = \"cancel.successor\"",
        "field = »\"cancel.sucessor\"",
        "`order.cancel` has no field `sucessor`; did you mean `successor`?",
    );
    check_more(
        "[[value-help]]\nentity = \"order\"\nfield = »\"customer\"\ntable = \"customer\"\nshow = []",
        "the value help for `customer` of `order` is there already, at line 63: leave one out",
    );
}

#[test]
fn a_value_help_may_be_for_the_open_part_of_a_longer_key() {
    let help = |field: &str, filter: &str| {
        format!(
            "{GOOD}[[value-help]]\nentity = \"order\"\nfield = »\"{field}\"\ntable = \"site\"\nshow = []\n\
             filter = [{filter}]\n"
        )
    };
    let company = "{ column = \"company\", equals = \"customer\" }";
    assert!(checked(&help("company", company).replace('»', "")).is_ok());
    let city = "{ column = \"city\", equals = \"customer\" }";
    let code = "{ column = \"code\", equals = \"customer\" }";
    let both = format!("{company}, {code}");
    for (field, filter) in [("company", ""), ("company", city), ("company", &both), ("copies", company)] {
        let sentence = format!(
            "`{field}` takes no key of `site`: give it `table = …` in its entity, or filter by all columns of a longer \
             key but the one that it takes"
        );
        says(&help(field, filter), &sentence);
    }
}

#[test]
fn value_helps_are_filtered_by_fields_of_the_same_type() {
    check(
        "column = \"company\", equals = \"company\" }]\n\n[[value-help]]\nentity = \"order\"\nfield = \"lines",
        "column = »\"compny\", equals = \"company\" }]\n\n[[value-help]]\nentity = \"order\"\nfield = \"lines",
        "the table `customer` has no column `compny`; did you mean `company`?",
    );
    check(
        "equals = \"quantity\"",
        "equals = »\"quantty\"",
        "neither the row nor the header has a field `quantty`; did you mean `quantity`?",
    );
    check(
        "equals = \"quantity\"",
        "equals = »\"company\"",
        "`pack` holds a decimal and `company` text: they are never equal",
    );
    check(
        "equals = \"reason\"",
        "equals = »\"status\"",
        "`name` holds text and `status` a value of an enumeration: they are never equal",
    );
    check(
        "equals = \"customer\" }] }]",
        "equals = »\"total\" }] }]",
        "`about` holds text and `total` a decimal: they are never equal",
    );
}

#[test]
fn keys_that_users_enter_have_a_value_help() {
    let help = |field: &str| {
        let begin =
            GOOD.find(&format!("[[value-help]]\nentity = \"order\"\nfield = \"{field}\"")).expect("it is there");
        let end = GOOD[begin + 1..].find("[[value-help]]").map_or(GOOD.len(), |at| begin + 1 + at);
        &GOOD[begin..end]
    };
    for (path, table, from, to) in [
        ("customer", "customer", "fields = [\"customer\"", "fields = [»\"customer\""),
        ("lines.item", "item", "fields = [\"item\"", "fields = [»\"item\""),
        ("cancel.successor", "customer", "form = [\"reason\", \"s", "form = [\"reason\", »\"s"),
    ] {
        let sentence = format!(
            "`{path}` of `order` takes a key of `{table}`, and nobody could pick one: add a [[value-help]] for it"
        );
        says(&changed(&[(help(path), ""), (from, to)]), &sentence);
    }
    // Where no page asks for it, none is needed.
    let columns = ("columns = [\"item\"]\nfields = [\"item\", \"quantity\"]", "columns = [\"quantity\"]");
    assert!(checked(&changed(&[(help("lines.item"), ""), columns])).is_ok());
}

#[test]
fn a_collection_of_the_same_name_goes_before_an_action() {
    let mut descriptor: Descriptor = descriptor();
    let order: &mut Entity = &mut descriptor.entities[0];
    let arguments = order.actions[3].arguments.clone();
    let mut lines: Collection = order.collections[0].clone();
    lines.name = "cancel".into();
    order.collections.push(lines);
    assert_eq!(arguments[1].name, "successor");
    let mistakes = Draft::parse(GOOD).check(&descriptor, &messages()).unwrap_err();
    assert_eq!(mistakes[0].says, "`order.cancel` has no field `successor`: choose `item` or `quantity`");
}
