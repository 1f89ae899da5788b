//! Files that are no workspace: keys, types, and what is no TOML.

use lockstep_package::Draft;

use crate::{
    marks::{changed, check},
    sample::checked,
};

#[test]
fn keys_are_known() {
    check("icon =", "»icn = 1\nicon =", "the workspace has no key `icn`; did you mean `icon`?");
    check(
        "name = \"orders\"",
        "name = \"orders\"\n»colums = []",
        "a list has no key `colums`; did you mean `columns`?",
    );
    check(
        "sort = [{ field = \"placed\", descending = true }]",
        "sort = [{ field = \"placed\", »order = \"down\" }]",
        "an order has no key `order`: choose `field` or `descending`",
    );
    check(
        "title = \"page-order\"",
        "»search = []\ntitle = \"page-order\"",
        "a detail page has no key `search`: choose `name`, `title`, `entity`, `roles`, `actions`, `kind`, `section` \
         or `links`",
    );
    check(
        "fields = [\"customer\", \"company\"]",
        "fields = [\"customer\", \"company\"]\n»columns = []",
        "a section of the header's fields has no key `columns`: choose `title`, `collection` or `fields`",
    );
    check(
        "form = [\"customer\"",
        "»forms = []\nform = [\"customer\"",
        "an action has no key `forms`; did you mean `form`?",
    );
    check("show = []", "show = []\n»shows = []", "a value help has no key `shows`; did you mean `show`?");
}

#[test]
fn keys_that_are_needed_are_there() {
    check("title = \"workspace-title\"\n", "»", "the workspace needs the key `title`: add it");
    let notes = "[[page]]\nname = \"notes\"\nkind = \"list\"\ntitle = \"page-notes\"\nentity = \"note\"\n";
    let without = format!("»{notes}");
    check(&format!("{notes}columns = [\"about\"]\n"), &without, "a list needs the key `columns`: add it");
    check(
        "[[page.section]]\ntitle = \"section-lines\"",
        "»[[page.section]]",
        "a section needs the key `title`: add it",
    );
    check(
        "[[value-help]]\nentity = \"order\"\nfield = \"lines.item\"\ntable = \"item\"\nshow = []",
        "»[[value-help]]\nentity = \"order\"\nfield = \"lines.item\"\ntable = \"item\"",
        "a value help needs the key `show`: add it",
    );
    check("roles = [\"clerk\", \"manager\"]", "roles = »[]", "`roles` is empty: name one at least");
    check("icon = \"cart\"", "icon = »\"\"", "`icon` is empty: fill it in");
    check("values = [\"draft\"]", "values = »[]", "`values` is empty: name one at least");
}

#[test]
fn keys_have_values_of_their_types() {
    check("icon = \"cart\"", "icon = »7", "`icon` wants a text in quotes, not a value of type integer");
    check(
        "search = [\"customer\"]",
        "search = »\"customer\"",
        "`search` wants a list of texts, not a value of type string",
    );
    check(
        "search = [\"customer\"]",
        "search = [»true]",
        "`search` wants a text in quotes, not a value of type boolean",
    );
    check("descending = true", "descending = »1", "`descending` wants true or false, not a value of type integer");
    check("values = [\"draft\"]", "values = [»[]]", "`values` wants plain values, not a value of type array");
    check(
        "sort = [{ field = \"placed\", descending = true }]",
        "sort = [»\"placed\"]",
        "`sort` wants tables, not a value of type string",
    );
}

#[test]
fn all_mistakes_are_said_at_once_in_the_order_of_the_file() {
    let text = changed(&[
        ("title = \"workspace-title\"", "titel = \"workspace-title\""),
        ("color = \"#0f6cbd\"", "color = \"blue\""),
        ("opens = \"order\"", "opens = \"orde\""),
        ("form = [\"reason\"", "form = [\"raeson\", \"reason\""),
    ]);
    assert_eq!(
        checked(&text).unwrap_err(),
        [
            "1:1: the workspace has no key `titel`; did you mean `title`?",
            "1:1: the workspace needs the key `title`: add it",
            "3:9: `blue` is no colour: write it like #0f6cbd",
            "16:9: there is no page `orde`; did you mean `order`?",
            "58:9: the action `cancel` of `order` has no argument `raeson`; did you mean `reason`?",
        ]
    );
}

#[test]
fn what_is_no_toml_is_said_with_its_place_and_nothing_else() {
    let text = changed(&[("roles = [\"clerk\"", "roles = [\"clerk"), ("opens = \"order\"", "opens = \"ordr\"")]);
    let found = checked(&text).unwrap_err();
    assert!(found.len() == 1 && found[0].contains(": this is no TOML: "), "{found:?}");
    assert!(found[0].starts_with("4:"), "{found:?}");
}

#[test]
fn without_its_plugin_a_file_is_checked_as_far_as_can_be() {
    let unknown = changed(&[("opens = \"order\"", "opens = \"ordr\"")]);
    assert!(Draft::parse(&unknown).unchecked().is_ok());
    let mistakes = Draft::parse(&changed(&[("icon = \"cart\"\n", "")])).unchecked().unwrap_err();
    assert_eq!(mistakes.len(), 1);
}
