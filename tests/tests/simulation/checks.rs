//! What has to hold, whatever happens.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_device::Contents;
use lockstep_model::{
    Message, OperationId, RecordId, Verdict,
    canonical::{decode_record, encode_record, encode_values},
};
use lockstep_server::mirror::store::Transaction;

use crate::{cluster::may_follow, stock, world::World};

/// The entities of which there are records.
const ENTITIES: &[(&str, &str)] = &[("orders", "order"), ("orders", "stock"), ("inventory-on-hand", "on-hand")];

/// The server gives a verdict, perhaps once more.
pub(crate) fn decided(world: &mut World, device: &str, sequence: u64, verdict: &Verdict) {
    let id = OperationId { device: device.to_owned(), sequence };
    if matches!(verdict, Verdict::Parked { .. }) {
        world.parked_once.insert(id.clone());
    }
    let before = world.decided.insert(id.clone(), verdict.clone());
    let stands = before.as_ref().is_none_or(|before| may_follow(before, verdict));
    assert!(stands, "the server had decided {before:?} on {id}, and says {verdict:?} now");
}

fn all_records(store: &dyn Transaction, company: Option<&str>) -> BTreeMap<RecordId, Vec<u8>> {
    let companies = company.map(|company| ["", company]);
    let mut all = BTreeMap::new();
    for (plugin, entity) in ENTITIES {
        let records = store.records_of(plugin, entity, companies.as_ref().map(|companies| &companies[..]));
        for (key, record) in records.expect("records") {
            let id = RecordId { plugin: (*plugin).into(), entity: (*entity).into(), key };
            all.insert(id, encode_record(&record));
        }
    }
    all
}

fn check_sums(records: &BTreeMap<RecordId, Vec<u8>>, world: &World, company: Option<&str>, whose: &str) {
    let records = records.iter().map(|(id, bytes)| (&*id.plugin, &*id.entity, decode_record(bytes).expect("a record")));
    let (found, expected) = (stock::sums(records), stock::expected(world.stock, company));
    assert_eq!(found, expected, "{whose} has not as much as there was");
}

/// Nothing comes from nowhere, and nothing goes there.
pub(crate) fn sums_at_server(world: &World) {
    let records = world.cluster.look(|store| all_records(store, None));
    check_sums(&records, world, None, "the server");
}

/// A device has a whole state of the server, and what its operations make of that.
pub(crate) fn sums_on(world: &World, number: usize) {
    let terminal = &world.terminals[number];
    let Some(device) = &terminal.device else { return };
    let contents = device.contents().expect("the file can be read");
    for (records, what) in [(&contents.base, "as sent"), (&contents.shown, "as shown")] {
        check_sums(records, world, Some(terminal.company), &format!("d{number}, {what},"));
    }
}

/// What the server has accepted is shown, from the verdict on, unless somebody has deleted it. Until the base comes in
/// which it was accepted, the device may have one in which it is refused; then it says so.
pub(crate) fn accepted_is_shown(world: &mut World, number: usize) {
    let terminal = &world.terminals[number];
    let Some(device) = &terminal.device else { return };
    let shown = device.contents().expect("the file can be read").shown;
    let mut refused = 0;
    for view in terminal.views() {
        let (is_good, operation) = (view.verdict.as_ref().is_some_and(is_good), &view.operation);
        if !is_good || operation.action != "create" || world.deleted.contains(&operation.record.key) {
            continue;
        }
        let is_shown = shown.contains_key(&operation.record);
        let is_refused_here = matches!(view.standing, Some(Verdict::Rejected { .. }));
        assert!(is_shown || is_refused_here, "d{number} does not show what {} has made: {view:?}", operation.id);
        refused += u64::from(!is_shown);
    }
    *world.tally.entry("accepted, and refused at the device yet").or_default() += refused;
}

fn is_good(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Accepted { .. } | Verdict::Rebased { .. })
}

/// What holds when all faults are over and all has drained; `is_settled`: nothing is parked any more.
pub(crate) fn all(world: &mut World, is_settled: bool) {
    sums_at_server(world);
    for number in 0..world.terminals.len() {
        operations(world, number, is_settled);
        contents(world, number);
        sums_on(world, number);
        let device = world.terminals[number].device.as_ref().expect("it is up");
        let trace = format!("{:?}", device.contents().expect("the file can be read"));
        world.note_bytes(trace.as_bytes());
    }
    applied_once(world);
}

/// All that was made is at the server as it was made, each with a verdict, and the device knows it.
fn operations(world: &mut World, number: usize, is_settled: bool) {
    let terminal = &mut world.terminals[number];
    terminal.check_verdicts();
    let status = terminal.device.as_ref().expect("it is up").status().expect("the file can be read");
    assert!(status.is_in_sync(), "d{number} has not drained: {status:?}");
    let views = terminal.views();
    let made: BTreeSet<_> = views.iter().map(|view| view.operation.context.seed).collect();
    assert_eq!(made, terminal.made, "d{number} has other operations than were made");
    let sequences = views.iter().map(|view| view.operation.id.sequence).collect();
    let stored = world.cluster.look(|store| store.operations(&format!("d{number}"), &sequences).expect("operations"));
    assert_eq!(stored.len(), views.len(), "the server has not all operations of d{number}");
    for (view, stored) in views.iter().zip(&stored) {
        let id = &view.operation.id;
        assert_eq!(stored.message, Message::Operation(view.operation.clone()), "{id} is another at the server");
        assert_eq!(view.verdict.as_ref(), Some(&stored.verdict), "d{number} knows another verdict on {id}");
        let is_parked = matches!(stored.verdict, Verdict::Parked { .. });
        assert!(!(is_settled && is_parked), "{id} is parked still");
        assert!(!view.is_overlaid || is_parked, "{id} is overlaid, though it is decided: {:?}", stored.verdict);
    }
}

/// What the device has of the server is what the server has, to the byte.
fn contents(world: &World, number: usize) {
    let terminal = &world.terminals[number];
    let Contents { base, shown, rows, .. } =
        terminal.device.as_ref().expect("it is up").contents().expect("the file can be read");
    let (records, fed) = world.cluster.look(|store| {
        let fed = ["orders", "inventory-on-hand"].map(|plugin| {
            let tables = store.tables_here(plugin).expect("tables");
            tables.into_iter().flat_map(|table| store.fed_rows(plugin, &table).expect("rows")).collect::<Vec<_>>()
        });
        (all_records(store, Some(terminal.company)), fed.concat())
    });
    assert_eq!(base, records, "d{number} has other records than the server");
    let is_its = |company: &str| company.is_empty() || company == terminal.company;
    let fed = fed.into_iter().filter(|(id, _)| is_its(&id.company));
    let fed: BTreeMap<_, _> = fed.map(|(id, values)| (id, encode_values(&values))).collect();
    assert_eq!(rows, fed, "d{number} has other rows than the server");
    if terminal.views().iter().all(|view| !view.is_overlaid) {
        assert_eq!(shown, base, "d{number} shows what is no longer pending");
    }
}

/// Each good operation has written, once, and no other has; those of a device in their order, but for those that were
/// parked.
fn applied_once(world: &World) {
    world.cluster.look(|store| {
        let mut wrote: BTreeMap<OperationId, BTreeSet<RecordId>> = BTreeMap::new();
        for company in ["c1", "c2", ""] {
            let mut last: BTreeMap<String, u64> = BTreeMap::new();
            for version in store.versions(company, 0, usize::MAX >> 1).expect("versions") {
                let Some(by) = version.by else { continue };
                let is_new = wrote.entry(by.clone()).or_default().insert(version.id.clone());
                assert!(is_new, "{by} has written {} twice", version.id);
                if !world.parked_once.contains(&by) {
                    let before = last.insert(by.device.clone(), by.sequence).unwrap_or_default();
                    assert!(before <= by.sequence, "{by} was done after {before}");
                }
            }
        }
        for terminal in &world.terminals {
            let device = store.device(&terminal.id).expect("the device");
            let stored = store.operations(&terminal.id, &(1..=device.last).collect()).expect("operations");
            assert_eq!(stored.len() as u64, device.last, "{} has a gap", terminal.id);
            for stored in stored.iter().filter(|stored| matches!(stored.message, Message::Operation(_))) {
                let id = stored.message.id();
                assert_eq!(wrote.remove(id).is_some(), is_good(&stored.verdict), "{id} is {:?}", stored.verdict);
            }
        }
        assert!(wrote.is_empty(), "operations have written that nobody made: {wrote:?}");
    });
}
