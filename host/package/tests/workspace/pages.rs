//! A tile, pages, filters, links and texts that do not fit the plugin.

use lockstep_package::{Draft, Messages};

use crate::{
    marks::{check, check_more},
    sample::{GOOD, checked, descriptor},
};

#[test]
fn pages_are_of_a_kind() {
    check("kind = \"list\"", "kind = »\"lst\"", "there is no kind of page `lst`; did you mean `list`?");
}

#[test]
fn the_tile_is_well_written() {
    let icon = "is no name of an icon: write it in kebab-case, for instance `receipt`";
    check("icon = \"cart\"", "icon = »\"ShoppingCart\"", &format!("`ShoppingCart` {icon}"));
    check("icon = \"cart\"", "icon = »\"shopping cart\"", &format!("`shopping cart` {icon}"));
    for wrong in ["0f6cbd", "#0f6cb", "#0f6cbg", "blue", "#0f6cbd00"] {
        let sentence = format!("`{wrong}` is no colour: write it like #0f6cbd");
        check("color = \"#0f6cbd\"", &format!("color = »\"{wrong}\""), &sentence);
    }
}

#[test]
fn roles_are_the_workspaces() {
    let sentence = "the workspace has no role `manger`; did you mean `manager`?";
    check("roles = [\"manager\"]\n\n[[page]]", "roles = [»\"manger\"]\n\n[[page]]", sentence);
    check("roles = [\"manager\"]\nform", "roles = [»\"manger\"]\nform", sentence);
    check(
        "roles = [\"manager\"]\nform",
        "roles = [»\"buyer\"]\nform",
        "the workspace has no role `buyer`: choose `clerk` or `manager`",
    );
    check(
        "[\"clerk\", \"manager\"]",
        "[\"clerk\", \"manager\", »\"clerk\"]",
        "`roles` names `clerk` twice: leave one out",
    );
}

#[test]
fn entities_are_the_plugins() {
    let sentence = "the plugin has no entity `orders`; did you mean `order`?";
    check("entity = \"order\"\ncolumns", "entity = »\"orders\"\ncolumns", sentence);
    check("entity = \"order\"\nname = \"create\"", "entity = »\"orders\"\nname = \"update\"", sentence);
    check("entity = \"order\"\nfield = \"cancel", "entity = »\"orders\"\nfield = \"cancel", sentence);
}

#[test]
fn fields_are_the_headers() {
    let sentence = "the header of `order` has no field `totl`; did you mean `total`?";
    check("columns = [\"customer\", \"total\"]", "columns = [\"customer\", »\"totl\"]", sentence);
    check("filters = [\"status\"]", "filters = [»\"totl\"]", sentence);
    check("search = [\"customer\"]", "search = [»\"totl\"]", sentence);
    check("{ field = \"placed\", descending", "{ field = »\"totl\", descending", sentence);
    check("{ field = \"status\", values", "{ field = »\"totl\", values", sentence);
    check("fields = [\"customer\", \"company\"]", "fields = [»\"totl\", \"company\"]", sentence);
    check("equals = \"customer\" }] }]", "equals = »\"totl\" }] }]", sentence);
    check(
        "{ field = \"about\"",
        "{ field = »\"customer\"",
        "the header of `note` has no field `customer`: choose `about`",
    );
    check(
        "columns = [\"customer\", \"total\"]",
        "columns = [»\"lines\", \"total\"]",
        "the header of `order` has no field `lines`: choose `customer`, `company`, `placed`, `urgent`, `copies`, \
         `weight`, `status` or `total`",
    );
}

#[test]
fn collections_and_their_fields_are_the_entitys() {
    check(
        "collection = \"lines\"",
        "collection = »\"line\"",
        "`order` has no collection `line`; did you mean `lines`?",
    );
    let sentence = "the rows of `order.lines` have no field `quantty`; did you mean `quantity`?";
    check("columns = [\"item\"]", "columns = [\"item\", »\"quantty\"]", sentence);
    check("fields = [\"item\", \"quantity\"]", "fields = [\"item\", »\"quantty\"]", sentence);
}

#[test]
fn pages_are_there_once_and_known() {
    check_more(
        "[[page]]\nname = »\"notes\"\nkind = \"list\"\ntitle = \"page-notes\"\nentity = \"note\"\ncolumns = [\"about\"]",
        "the page `notes` is there already, at line 39: leave one out",
    );
    check("name = \"orders\"", "name = »\"All orders\"", "`All orders` is no name of a page: write it in kebab-case");
    check("opens = \"order\"", "opens = »\"ordr\"", "there is no page `ordr`; did you mean `order`?");
    check("page = \"notes\"", "page = »\"note\"", "there is no page `note`; did you mean `notes`?");
    check("opens = \"order\"", "opens = »\"orders\"", "`orders` is a list: a row opens a detail page");
    check(
        "columns = [\"about\"]",
        "columns = [\"about\"]\nopens = »\"order\"",
        "`order` shows `order`, and a row here is of `note`: name a detail page of the same entity",
    );
}

#[test]
fn filters_have_values_that_the_field_can_have() {
    for (field, value, sentence) in [
        ("status", "\"drafft\"", "`drafft` is not one of `draft`, `done`"),
        ("urgent", "\"yes\"", "`yes` is not a boolean: write true or false"),
        ("placed", "\"soon\"", "`soon` is not a date: write it like 2026-03-02"),
        ("copies", "1.5", "`1.5` is not a whole number from -9223372036854775808 to 9223372036854775807"),
        ("weight", "1.125", "3 decimals are too many: the field takes 2"),
        ("weight", "\"much\"", "`much` is not a decimal number: write it like -12.5"),
        ("company", "\"a name of more than twenty\"", "26 characters are too many: the field takes 20"),
    ] {
        check(
            "{ field = \"status\", values = [\"draft\"] }",
            &format!("{{ field = \"{field}\", values = [»{value}] }}"),
            &format!("`{field}` cannot have this value: {sentence}"),
        );
    }
    for (field, value) in [("urgent", "true"), ("copies", "3"), ("weight", "1.50"), ("placed", "\"2026-03-02\"")] {
        let filter = format!("{{ field = \"{field}\", values = [{value}] }}");
        assert!(checked(&GOOD.replace("{ field = \"status\", values = [\"draft\"] }", &filter)).is_ok(), "{filter}");
    }
}

#[test]
fn a_filter_by_the_user_is_of_a_text_and_has_no_values() {
    let draft = "{ field = \"status\", values = [\"draft\"] }";
    assert!(checked(&GOOD.replace(draft, "{ field = \"customer\", user = true }")).is_ok());
    check(draft, "{ field = »\"status\", user = true }", "`status` is no text, so that it names no user: take another");
    let both = checked(&GOOD.replace(draft, "{ field = \"customer\", user = true, values = [\"x\"] }"));
    assert!(both.is_err_and(|found| found.len() == 1 && found[0].contains("`values`")), "the user is a value");
}

#[test]
fn texts_are_messages_of_every_language() {
    for (from, to) in [
        ("title = \"workspace-title\"", "title = »\"no-such\""),
        ("title = \"page-notes\"", "title = »\"no-such\""),
        ("title = \"section-lines\"", "title = »\"no-such\""),
        ("title = \"link-notes\"", "title = »\"no-such\""),
        ("confirm = \"confirm-cancel\"", "confirm = »\"no-such\""),
    ] {
        let files = "`messages/de.ftl` and `messages/en.ftl`";
        check(from, to, &format!("`de` and `en` have no message `no-such`: add it to {files}"));
    }
    let english = "workspace-title = Orders\npage-orders = Orders\npage-order = Order\npage-notes = Notes\n\
                   section-general = General\nsection-lines = Lines\nlink-notes = Notes\nconfirm-cancel = Really?\n";
    let german = english.replace("link-notes = Notes\n", "");
    let said = |files: &[(&str, &str)]| {
        let messages = Messages::parse(files.iter().map(|(locale, text)| (*locale, text.as_bytes()))).unwrap();
        let mistakes = Draft::parse(GOOD).check(&descriptor(), &messages).unwrap_err();
        mistakes.into_iter().map(|mistake| mistake.says).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&[("de", &german), ("en", english)]),
        ["`de` has no message `link-notes`: add it to `messages/de.ftl`"]
    );
    assert_eq!(said(&[])[0], "there are no messages, and `workspace-title` is one: add it to messages/en.ftl");
}
