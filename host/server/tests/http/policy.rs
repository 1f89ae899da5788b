//! Policy files: what is wrong with them, and what callers have by them.

use std::{collections::BTreeMap, time::Duration};

use axum::http::StatusCode;
use lockstep_model::schema::{Action, Collection, Descriptor, Entity, Field, FieldKind, FieldType};
use lockstep_server::{
    Policy,
    auth::{Authenticator, Caller, Grant},
    policy::{Companies, Known, RowAccess},
};

use crate::world::{World, limits};

const POLICY: &str = r#"
[[role]]
name = "sales"
companies = ["1000", "2000"]
workspaces = ["orders", "stock"]

[[role.entity]]
workspace = "orders"
entity = "order"
actions = ["create", "update"]
read = ["customer", "status", "lines.quantity"]
write = ["customer", "lines.item"]

[[role.entity.rows]]
field = "created-by"
user = true

[[role.entity.rows]]
field = "status"
values = ["draft"]

[[role]]
name = "head-office"
companies = ["*"]
workspaces = ["*"]

[[role.entity]]
workspace = "orders"
entity = "order"
actions = ["*"]
read = ["*"]
"#;

/// All that is wrong with a policy's text.
fn mistakes(text: &str) -> Vec<String> {
    Policy::parse(text).expect_err("something is wrong").iter().map(ToString::to_string).collect()
}

#[test]
fn every_mistake_is_named_at_its_place() {
    let text = r#"
mode = "strict"

[[role]]
name = "sales"
companies = []
workspaces = ["orders"]
workspace = "orders"

[[role]]
name = "sales"
companies = ["*", "1000"]
workspaces = ["orders"]

[[role.entity]]
workspace = "stock"
entity = "item"
read = "*"

[[role.entity.rows]]
field = "status"
user = true
values = ["draft"]

[[role]]
name = "administrator"
workspaces = ["orders"]
"#;
    let found = mistakes(text);
    let expected = [
        "2:1: the policy has no key `mode`: choose `role`",
        "6:13: `companies` is empty: name one at least",
        "8:1: a role has no key `workspace`; did you mean `workspaces`?",
        "11:8: the role `sales` is there already, at line 5: leave one out",
        "12:14: `companies` names all by `*`, and others besides: leave these out",
        "16:13: the role does not have the workspace `stock`: add it to the role's `workspaces`",
        "18:8: `read` wants a list of texts, not a value of type string",
        "23:1: a row filter has no key `values`: choose `field` or `user`",
        "25:1: a role needs the key `companies`: add it",
        "26:8: `administrator` looks after packages and has no records: leave it out of the policy",
    ];
    assert_eq!(found, expected, "{found:#?}");
    assert_eq!(mistakes("[[role]\n")[0].split(':').next(), Some("1"));
    assert_eq!(mistakes(""), ["1:1: the policy has no role: add a [[role]]"]);
}

fn descriptor() -> Descriptor {
    let field = |name: &str, of: FieldType| Field {
        name: name.to_owned(),
        label: name.to_owned(),
        kind: FieldKind::Entered,
        of,
        required: false,
        read_only: false,
        table: None,
    };
    let action = |name: &str| Action {
        name: name.to_owned(),
        label: name.to_owned(),
        arguments: Vec::new(),
        states: Vec::new(),
    };
    let lines = Collection {
        name: "lines".to_owned(),
        fields: vec![field("item", FieldType::Text(10)), field("quantity", FieldType::Integer)],
        ..Collection::default()
    };
    let order = Entity {
        name: "order".to_owned(),
        fields: vec![
            field("customer", FieldType::Text(10)),
            field("created-by", FieldType::Text(10)),
            field("status", FieldType::Enumeration(vec!["draft".to_owned(), "done".to_owned()])),
            field("total", FieldType::Integer),
        ],
        collections: vec![lines],
        actions: ["create", "update"].map(action).to_vec(),
        ..Entity::default()
    };
    Descriptor { entities: vec![order], ..Descriptor::default() }
}

#[test]
fn a_policy_is_held_against_the_workspaces_that_are_known() {
    let known: Known = BTreeMap::from([("orders".to_owned(), vec![descriptor()])]);
    let checked = Policy::parse(POLICY).unwrap().check(&known);
    assert!(checked.mistakes.is_empty(), "{:?}", checked.mistakes);
    assert_eq!(checked.unknown.into_iter().collect::<Vec<_>>(), ["stock"]);

    let wrong = POLICY
        .replace(r#""update"]"#, r#""updat"]"#)
        .replace(r#""lines.item"]"#, r#""lines.itm"]"#)
        .replace(r#"["draft"]"#, r#"["drift"]"#)
        .replace(r#"field = "created-by""#, r#"field = "total""#);
    let checked = Policy::parse(&wrong).unwrap().check(&known);
    let found: Vec<_> = checked.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(found[0], "10:22: `order` has no action `updat`; did you mean `update`?");
    assert_eq!(found[1], "12:22: `order` has no field `lines.itm`; did you mean `lines.item`?");
    assert_eq!(found[2], "15:9: `total` is no text, so that it names no user: take another");
    assert!(found[3].starts_with("20:11: `status` cannot have this value"), "{}", found[3]);

    let no_entity = Policy::parse(&POLICY.replace(r#"entity = "order""#, r#"entity = "ordr""#)).unwrap();
    assert_eq!(no_entity.check(&known).mistakes.len(), 2);
}

/// A caller with these roles, whose token names these companies.
async fn caller(roles: &[&str], companies: Option<&[&str]>) -> Caller {
    let world = World::new();
    let texts = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (roles, companies) = (texts(roles), companies.map(texts));
    let token = world.grant(&Grant { subject: "sam".to_owned(), roles, companies, ..Grant::default() });
    let clock: lockstep_server::Clock = std::sync::Arc::new(|| crate::world::NOW);
    let authenticator = Authenticator::new(vec![world.issuer.issuer()], Duration::ZERO, clock);
    authenticator.of_token(token.as_bytes()).await.unwrap()
}

#[tokio::test]
async fn a_caller_has_what_his_roles_give_and_his_token_leaves() {
    let policy = Policy::parse(POLICY).unwrap();
    let sales = caller(&["sales", "unheard-of"], Some(&["2000", "3000"])).await;
    let access = policy.of(&sales);
    assert!(access.may_see_workspace("orders", &[]) && !access.may_see_workspace("costs", &["sales".to_owned()]));
    assert_eq!(access.companies(), Companies::Only(["2000".to_owned()].into()));

    let grants = access.grants("orders", &[], "order");
    let [grant] = &*grants else { panic!("{grants:?}") };
    assert!(grant.companies.contains("2000") && !grant.companies.contains("1000"));
    assert!(grant.may_act("create") && !grant.may_act("delete"));
    assert!(grant.may_read("status") && grant.may_read("lines.item") && !grant.may_read("total"));
    assert!(grant.may_write("customer") && !grant.may_write("status"));
    let rows: Vec<_> = grant.rows().collect();
    assert!(
        matches!(rows[..], [RowAccess::User("created-by"), RowAccess::Values(values)] if *values.field == *"status")
    );

    assert!(access.grants("orders", &[], "other").is_empty(), "of this workspace it has the entities that are named");
    assert!(access.grants("stock", &[], "any")[0].may_act("delete"), "of this one it has all");
    assert!(access.grants("costs", &[], "any").is_empty());
}

#[tokio::test]
async fn several_roles_add_up_without_mixing() {
    let policy = Policy::parse(POLICY).unwrap();
    let both = caller(&["sales", "head-office"], None).await;
    let access = policy.of(&both);
    assert_eq!(access.companies(), Companies::All);
    let grants = access.grants("orders", &[], "order");
    assert_eq!(grants.len(), 2);
    assert_eq!((grants[0].rows().count(), grants[1].rows().count()), (2, 0));
    assert!(grants[0].may_write("customer") && !grants[1].may_write("customer"));

    let nobody = caller(&["unheard-of"], None).await;
    assert!(!policy.of(&nobody).may_see_workspace("orders", &[]));
    assert_eq!(policy.of(&nobody).companies(), Companies::Only([].into()));
}

#[tokio::test]
async fn without_a_file_workspaces_say_who_has_them() {
    let policy = Policy::default();
    let sales = caller(&["sales"], Some(&["1000"])).await;
    let access = policy.of(&sales);
    let own = ["sales".to_owned()];
    assert!(access.may_see_workspace("orders", &own) && access.may_see_workspace("orders", &[]));
    assert!(!access.may_see_workspace("costs", &["controlling".to_owned()]));
    assert_eq!(access.companies(), Companies::Only(["1000".to_owned()].into()));
    assert!(access.grants("orders", &own, "order")[0].may_write("anything"));
    assert!(access.grants("costs", &["controlling".to_owned()], "statement").is_empty());
}

#[test]
fn the_digest_is_over_what_a_policy_says() {
    let digest = |text: &str| Policy::parse(text).unwrap().digest();
    assert_eq!(digest(POLICY), digest(&format!("# a comment\n{POLICY}")));
    assert_ne!(digest(POLICY), digest(&POLICY.replace("2000", "3000")));
    assert_ne!(digest(POLICY), Policy::default().digest());
}

#[tokio::test]
async fn the_publication_keeps_to_the_policy() {
    let policy = POLICY.replace(r#"workspaces = ["orders", "stock"]"#, r#"workspaces = ["orders"]"#);
    let world = World::with(limits(), Policy::parse(&policy).unwrap(), Vec::new());
    world.intake.roles(&["whoever"]);
    world.published("orders", "1.0.0").await;
    let costs = world.published("costs", "1.0.0").await;
    for (role, names) in [("sales", vec!["orders"]), ("head-office", vec!["costs", "orders"]), ("whoever", vec![])] {
        let answer = world.get("/v1/publication?engine=e", &world.device("d-1", &[role])).await;
        let record = lockstep_package::Publication::verify(&answer.body, &world.environment.key()).unwrap();
        assert_eq!(record.packages.iter().map(|package| &*package.name).collect::<Vec<_>>(), names, "{role}");
    }
    let file = world.get(&format!("/v1/packages/{costs}/file"), &world.device("d-1", &["sales"])).await;
    assert_eq!(file.status, StatusCode::NOT_FOUND);
}
