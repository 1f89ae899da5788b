//! What operations do: defaults that stand, patches, other records, refusals.

use lockstep_model::{Change, Context, Operation, Record, Refusal, Value, operation::RowChange, verdict::NotWritable};
use lockstep_sync::{Authority, Base, Ended, Executed, Executor, Needs, Previewed, Snapshot, Source};

use crate::{
    plugin::{LIMITS, Plugin, descriptor},
    world::{World, context, create, edit, entered, number, operation, order, stock, text, update, update_line},
};

#[test]
fn a_new_record_has_what_was_entered_and_what_was_derived() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let record = world.record(&order("o1"));
    assert_eq!(record.company, "c1");
    assert_eq!(record.value("terms"), Some(&text("terms of C-1")));
    assert_eq!(record.value("total"), Some(&number("30")));
    let line = record.row("lines", "a").expect("the line");
    assert_eq!(line.value("price"), Some(&number("10")));
    assert!(!line.cells["price"].entered);
}

#[test]
fn a_stored_default_stands_when_the_table_moves() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    world.prices.insert("I-1".into(), "99".into());
    world.submit(&mut update_line("o1", [("quantity", Some(number("3")), Some(number("4")))]));
    assert_eq!(world.record(&order("o1")).value("total"), Some(&number("40")));
}

#[test]
fn a_stored_default_follows_a_field_that_its_rule_reads() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    world.submit(&mut update_line("o1", [("item", Some(text("I-1")), Some(text("I-2")))]));
    assert_eq!(world.record(&order("o1")).value("total"), Some(&number("75")));
    world.submit(&mut update("o1", [("customer", Some(text("C-1")), Some(text("C-2")))]));
    assert_eq!(world.record(&order("o1")).value("terms"), Some(&text("terms of C-2")));
}

#[test]
fn a_users_own_value_stands_and_the_default_comes_back_when_he_clears_it() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    world.submit(&mut update_line("o1", [("price", Some(number("10")), Some(number("8")))]));
    world.submit(&mut update_line("o1", [("item", Some(text("I-1")), Some(text("I-2")))]));
    assert_eq!(world.record(&order("o1")).value("total"), Some(&number("24")));
    world.submit(&mut update_line("o1", [("price", Some(number("8")), None)]));
    assert_eq!(world.record(&order("o1")).value("total"), Some(&number("75")));
    assert!(!world.record(&order("o1")).row("lines", "a").expect("the line").cells["price"].entered);
}

#[test]
fn what_an_older_package_does_not_know_is_kept() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let Some(Base::There(record)) = world.records.get_mut(&order("o1")) else { panic!("a record") };
    let newer = lockstep_model::Cell { value: text("later"), entered: false };
    record.cells.insert("newer".into(), newer.clone());
    record.collections.get_mut("lines").expect("lines")[0].cells.insert("newer".into(), newer);
    world.submit(&mut update("o1", [("note", None, Some(text("hello")))]));
    let record = world.record(&order("o1"));
    assert_eq!(record.value("newer"), Some(&text("later")));
    assert_eq!(record.row("lines", "a").expect("the line").value("newer"), Some(&text("later")));
}

#[test]
fn in_a_frozen_status_all_that_is_stored_stands() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let done = world.submit(&mut operation(&order("o1"), "confirm", Change::default()));
    assert_eq!(done.writes.len(), 1);
    let before: Record = world.record(&order("o1")).clone();
    assert_eq!(before.value("status"), Some(&Value::Enumeration("confirmed".into())));
    assert_eq!(before.value("total"), Some(&number("30")));
    world.prices.insert("I-1".into(), "99".into());
    world.records.insert(stock("s1"), Base::There(Record { company: "c1".into(), ..Record::default() }));
    let mut draw = operation(&order("o1"), "draw", Change::default());
    draw.arguments = [("stock".to_owned(), text("s1")), ("pieces".to_owned(), Value::Integer(7))].into();
    world.submit(&mut draw);
    assert_eq!(world.record(&order("o1")), &before);
    let refused = world.refused(&update("o1", [("note", None, Some(text("late")))]));
    assert!(matches!(&refused.refusal, Refusal::Issues(issues) if issues[0].code == "action-not-allowed"));
}

#[test]
fn a_patched_other_record_is_evaluated_too() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    world.records.insert(stock("s1"), Base::There(Record { company: "c1".into(), ..Record::default() }));
    let mut draw = operation(&order("o1"), "draw", Change::default());
    draw.arguments = [("stock".to_owned(), text("s1")), ("pieces".to_owned(), Value::Integer(3))].into();
    let done = world.submit(&mut draw);
    assert_eq!(done.writes.len(), 2);
    assert_eq!(world.record(&stock("s1")).value("is-low"), Some(&Value::Boolean(true)));
    assert!(draw.reads.records.contains_key(&stock("s1")));

    draw.arguments.insert("pieces".into(), Value::Integer(-1));
    let refused = world.refused(&draw).refusal;
    assert!(matches!(&refused, Refusal::OtherRecord { record, .. } if *record == stock("s1")), "{refused:?}");
    draw.arguments.insert("stock".into(), text("s9"));
    assert_eq!(world.refused(&draw).refusal, Refusal::NotFound { record: stock("s9") });
}

#[test]
fn another_companys_record_is_not_there() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let Some(Base::There(record)) = world.records.get_mut(&order("o1")) else { panic!("a record") };
    record.company = "c2".into();
    let refused = world.refused(&update("o1", [("note", None, Some(text("x")))]));
    assert_eq!(refused.refusal, Refusal::NotFound { record: order("o1") });
}

#[test]
fn what_nobody_may_enter_is_refused_with_its_path() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let refused = |path: &str, why| Refusal::NotWritable { path: path.into(), why };
    let total = update("o1", [("total", Some(number("30")), Some(number("1")))]);
    assert_eq!(world.refused(&total).refusal, refused("total", NotWritable::Derived));
    let amount = update_line("o1", [("amount", Some(number("30")), Some(number("1")))]);
    assert_eq!(world.refused(&amount).refusal, refused("lines[a].amount", NotWritable::Derived));
    let channel = update("o1", [("channel", None, Some(text("web")))]);
    assert_eq!(world.refused(&channel).refusal, refused("channel", NotWritable::SetAtCreation));
    let change = Change { fields: entered([("note", text("x"))]), ..Change::default() };
    let confirm = operation(&order("o1"), "confirm", change);
    assert_eq!(world.refused(&confirm).refusal, refused("note", NotWritable::Action));
}

#[test]
fn what_does_not_fit_the_package_is_said_in_a_sentence() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let sentence = |operation| match world.refused(&operation).refusal {
        Refusal::DoesNotFit { sentence } => sentence,
        other => panic!("{other:?}"),
    };
    assert_eq!(sentence(operation(&order("o1"), "fly", Change::default())), "the entity `order` has no action `fly`");
    assert_eq!(sentence(update("o1", [("colour", None, Some(text("red")))])), "colour: there is no such field");
    let wrong = update("o1", [("note", None, Some(Value::Integer(1)))]);
    assert_eq!(sentence(wrong), "note: expected text, found an integer");
    let mut draw = operation(&order("o1"), "draw", Change::default());
    draw.arguments.insert("speed".into(), Value::Integer(1));
    assert_eq!(sentence(draw), "the action `draw` has no argument `speed`");
}

#[test]
fn a_record_is_created_once_and_not_after_its_deletion() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    assert_eq!(world.refused(&create("o1", "I-1", "3")).refusal, Refusal::Exists);
    world.submit(&mut operation(&order("o1"), "delete", Change::default()));
    assert_eq!(world.refused(&create("o1", "I-1", "3")).refusal, Refusal::Deleted);
    let late = update("o1", [("note", None, Some(text("x")))]);
    assert_eq!(world.refused(&late).refusal, Refusal::Deleted);
}

#[test]
fn an_issue_that_asks_for_a_reason_blocks_until_there_is_one() {
    let world = World::new();
    let mut large = create("o1", "I-1", "60");
    assert!(matches!(&world.refused(&large).refusal, Refusal::Issues(issues) if issues[0].code == "large"));
    large.justifications.insert("large".into(), " . ".into());
    assert!(matches!(&world.refused(&large).refusal, Refusal::Issues(_)));
    large.justifications.insert("large".into(), "agreed by phone".into());
    assert!(matches!(world.execute(&large, Authority::Device).0, Executed::Done(_)));
}

#[test]
fn the_servers_own_rules_run_at_the_server_alone() {
    let world = World::new();
    let mut large = create("o1", "I-1", "200");
    large.justifications.insert("large".into(), "agreed by phone".into());
    assert!(matches!(world.execute(&large, Authority::Device).0, Executed::Done(_)));
    let Executed::Refused(refused) = world.execute(&large, Authority::Server(&context())).0 else { panic!("allowed") };
    assert!(matches!(&refused.refusal, Refusal::ServerOnly(issues) if issues[0].code == "too-much"));
}

#[test]
fn with_the_devices_read_set_one_fetch_is_enough() {
    let mut device = World::new();
    device.submit(&mut create("o1", "I-1", "3"));
    let server = device.clone();
    let mut line = update_line("o1", [("item", Some(text("I-1")), Some(text("I-2")))]);
    let done = device.submit(&mut line);
    assert_eq!(done.evaluations, 2, "the device finds out what it needs");
    let (Executed::Done(done), executions) = server.execute(&line, Authority::Server(&context())) else {
        panic!("not done")
    };
    assert_eq!((executions, done.evaluations), (2, 2), "one fetch, then the mirrored part and the server's, once each");
}

/// Where a test's world is fetched from.
struct Fetched<'a>(&'a World, &'a Operation);

impl Source for Fetched<'_> {
    type Error = std::convert::Infallible;

    fn fetch(&self, _: &Context, needs: &Needs, snapshot: &mut Snapshot) -> Result<(), Self::Error> {
        self.0.fetch(self.1, needs, snapshot);
        Ok(())
    }
}

#[test]
fn what_turns_out_to_be_missing_is_fetched_without_beginning_again() {
    let mut world = World::new();
    let (plugin, descriptor) = (Plugin::default(), descriptor());
    let executor = Executor { evaluator: &plugin, descriptor: &descriptor, limits: &LIMITS };
    let mut made = create("o1", "I-1", "3");
    let (ended, fetches) =
        executor.run(&made, &made.context, &Fetched(&world, &made), Authority::Device).expect("no fault");
    let Ended::Done(done) = ended else { panic!("not done") };
    assert_eq!(done, world.submit(&mut made), "it comes to the same");
    assert_eq!((fetches, plugin.evaluations.get()), (2, 2), "the record, then the row that the first evaluation needs");
}

#[test]
fn rows_are_added_and_taken_away() {
    let mut world = World::new();
    world.submit(&mut create("o1", "I-1", "3"));
    let mut second = update("o1", []);
    let added = RowChange::Added(entered([("item", text("I-2")), ("quantity", number("1"))]));
    second.change.rows.entry("lines".into()).or_default().insert("b".into(), added);
    world.submit(&mut second);
    assert_eq!(world.record(&order("o1")).value("total"), Some(&number("55")));
    let seen = world.record(&order("o1")).row("lines", "a").expect("the line");
    let seen = ["item", "quantity", "price"].map(|name| (name.to_owned(), seen.value(name).expect("a value").clone()));
    let mut third = update("o1", [("note", None, Some(text("one less")))]);
    third.change.fields.insert("terms".into(), edit(Some(text("terms of C-1")), Some(text("cash"))));
    third.change.rows.entry("lines".into()).or_default().insert("a".into(), RowChange::Removed(seen.into()));
    world.submit(&mut third);
    let record = world.record(&order("o1"));
    assert_eq!(record.value("total"), Some(&number("25")));
    assert_eq!(record.rows("lines").len(), 1);
    assert!(record.cells["terms"].entered);
}

fn preview(world: &World, operation: &Operation) -> Previewed {
    let (plugin, descriptor) = (Plugin::default(), descriptor());
    let executor = Executor { evaluator: &plugin, descriptor: &descriptor, limits: &LIMITS };
    let mut snapshot = Snapshot::default();
    loop {
        let previewed = executor.preview(operation, &operation.context, &snapshot).expect("no fault");
        let Previewed::Needs(needs) = &previewed else { return previewed };
        world.fetch(operation, needs, &mut snapshot);
    }
}

#[test]
fn a_preview_shows_what_is_derived_though_the_operation_would_be_refused() {
    let world = World::new();
    let mut large = create("o1", "I-1", "60");
    large.change.fields.clear();
    let Previewed::Seen(seen) = preview(&world, &large) else { panic!("nothing to see") };
    assert_eq!(seen.record.value("total"), Some(&number("600")));
    let codes: Vec<_> = seen.outcome.issues.iter().map(|issue| &*issue.code).collect();
    assert_eq!(codes, ["no-customer", "large"]);
    assert_eq!(seen.refusal, Some(world.refused(&large).refusal));
    let fine = create("o1", "I-1", "3");
    let Previewed::Seen(seen) = preview(&world, &fine) else { panic!("nothing to see") };
    let Executed::Done(done) = world.execute(&fine, Authority::Device).0 else { panic!("refused") };
    assert_eq!((seen.refusal, seen.outcome), (None, done.outcome));
    assert_eq!(done.writes[&order("o1")].as_ref(), Some(&seen.record));
    assert!(matches!(preview(&world, &update("o1", [])), Previewed::Refused(_)));
}
