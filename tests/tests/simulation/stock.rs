//! What is moved from place to place: stock of the plugin in plain Rust, and in some stories of the one in its sandbox.

use std::{collections::BTreeMap, fs};

use lockstep_device::{Device, DeviceError, Submitted};
use lockstep_model::{Decimal, Digest, Record, Value};
use lockstep_server::mirror::ImportKind::{Csv, JsonLines};
use lockstep_tests::{
    plugins::{self, Workspace},
    random::Random,
};

use crate::{
    parts::{Code, Release, Shelves, lock},
    world::World,
};

/// Versions of the plugin in plain Rust.
pub(crate) const VERSIONS: i64 = 4;

/// Places by company, with as much in each.
const PLACES: &[(&str, &[&str])] = &[("c1", &["a1", "a2", "a3", "a4"]), ("c2", &["b1", "b2", "b3"])];
pub(crate) const PIECES: i64 = 12;

/// Which plugins there are.
#[derive(Clone, Copy)]
pub(crate) enum Stock {
    Plain,
    /// The sandboxed one too.
    Both(&'static Workspace),
}

/// What never changes in sum: plugin, entity, field.
const SUMS: &[(&str, &str, &str)] = &[("orders", "stock", "pieces"), ("inventory-on-hand", "on-hand", "physical")];

pub(crate) fn version(number: i64) -> Digest {
    Digest::of(format!("orders {number}").as_bytes())
}

fn inventory() -> &'static Workspace {
    let found = plugins::all().iter().find(|workspace| workspace.name == "inventory-on-hand");
    found.expect("the plugin")
}

impl Stock {
    pub(crate) fn both() -> Self {
        Self::Both(inventory())
    }

    /// Puts all versions on the shelf; the first is in force. The last one is not the same on both sides.
    pub(crate) fn publish(self, shelf: &Shelves) {
        let mut shelf = lock(shelf);
        for number in 1..=VERSIONS {
            let plain = |more: i64| Code::Plain { drift: number / 2 + more, is_newer: number > 1 };
            let at_server = plain(i64::from(number == VERSIONS));
            let release = Release { name: "orders", digest: version(number), at_server, at_device: plain(0) };
            shelf.releases.insert(release.digest, release);
        }
        shelf.current.insert("orders".into(), version(1));
        if let Self::Both(workspace) = self {
            let digest = workspace.native.digest();
            let at_server = Code::Sandboxed(workspace.native.clone());
            let at_device = Code::Sandboxed(workspace.portable.clone());
            shelf.releases.insert(digest, Release { name: "inventory-on-hand", digest, at_server, at_device });
            shelf.current.insert("inventory-on-hand".into(), digest);
        }
    }

    /// Moves some from one place to another.
    pub(crate) fn submit(
        self,
        device: &mut Device,
        company: &str,
        random: &mut Random,
    ) -> Result<Submitted, DeviceError> {
        if matches!(self, Self::Both(_)) && company == "c1" && random.chance(60) {
            let from = format!("R-{}", random.between(1, 3));
            let to = random.pick(&["A-01", "A-02", "B-01"]).map_or("", |to| to);
            let draft = device.draft("inventory-on-hand", "on-hand", Some(&from))?;
            let quantity = Value::Decimal(random.between(1, 4).into());
            let arguments = [("quantity".into(), quantity), ("location".into(), Value::Text(to.into()))].into();
            return device.submit(&draft, "transfer", &arguments, &BTreeMap::new());
        }
        let places = PLACES.iter().find(|(of, _)| *of == company).map_or(&[][..], |(_, places)| places);
        let (from, to) = (random.pick(places).map_or("", |from| from), random.pick(places).map_or("", |to| to));
        let draft = device.draft("orders", "stock", Some(from))?;
        let pieces = Value::Integer(random.between(1, 5));
        let arguments = [("to".into(), Value::Text(to.into())), ("pieces".into(), pieces)].into();
        device.submit(&draft, "move", &arguments, &BTreeMap::new())
    }
}

impl World {
    /// What there is at the beginning.
    pub(crate) fn furnish(&mut self) {
        for (company, places) in PLACES {
            let lines: Vec<_> = places.iter().map(|place| format!("{place},{PIECES}\n")).collect();
            let lines = lines.concat();
            let csv = format!("key,pieces\n{lines}");
            let import = |mirror: &lockstep_server::Mirror| {
                mirror.import_records("orders", "stock", Csv, csv.as_bytes(), company).expect("imported")
            };
            self.cluster.on(0, import).expect("it goes on");
        }
        let prices = b"item,price\nI-1,10\nI-2,25\nI-3,2.5\n";
        let import = |mirror: &lockstep_server::Mirror| {
            mirror.import_rows("orders", "price", Csv, prices, false).expect("imported")
        };
        self.cluster.on(0, import).expect("it goes on");
        let Stock::Both(workspace) = self.stock else { return };
        for table in workspace.native.descriptor().tables.iter().filter(|table| table.view.is_none()) {
            let file = workspace.folder.join(format!("reference/{}.csv", table.name));
            let Ok(csv) = fs::read(file) else { continue };
            let import = |mirror: &lockstep_server::Mirror| {
                mirror.import_rows("inventory-on-hand", &table.name, Csv, &csv, false).expect("imported")
            };
            self.cluster.on(0, import).expect("it goes on");
        }
        let places = ["A-01", "A-02", "B-01"].into_iter().zip(1..);
        let lines: String = places
            .map(|(place, number)| {
                format!(
                    r#"{{"key": "R-{number}", "item": "I-1010", "site": "NORTH", "warehouse": "11", "location": "{place}", "status": "available", "unit": "pcs", "physical": "9"}}"#
                ) + "\n"
            })
            .collect();
        let import = |mirror: &lockstep_server::Mirror| {
            let imported = mirror.import_records("inventory-on-hand", "on-hand", JsonLines, lines.as_bytes(), "c1");
            imported.expect("imported")
        };
        self.cluster.on(0, import).expect("it goes on");
    }
}

/// What all places have together, by company and kind.
pub(crate) fn sums<'r>(
    records: impl IntoIterator<Item = (&'r str, &'r str, Record)>,
) -> BTreeMap<(String, &'static str), Decimal> {
    let mut sums = BTreeMap::new();
    for (plugin, entity, record) in records {
        let kind = SUMS.iter().find(|(of, kind, _)| *of == plugin && *kind == entity);
        let Some((_, kind, field)) = kind else { continue };
        let sum: &mut Decimal = sums.entry((record.company.clone(), *kind)).or_default();
        *sum += match record.value(field) {
            Some(Value::Integer(pieces)) => Decimal::from(*pieces),
            Some(Value::Decimal(pieces)) => *pieces,
            _ => Decimal::ZERO,
        };
    }
    sums
}

/// What they had at the beginning, of the companies that are seen.
pub(crate) fn expected(stock: Stock, company: Option<&str>) -> BTreeMap<(String, &'static str), Decimal> {
    let places = PLACES.iter().filter(|(of, _)| company.is_none_or(|company| company == *of));
    let mut sums: BTreeMap<_, _> = places
        .map(|(company, places)| (((*company).to_owned(), "stock"), Decimal::from(places.len() as i64 * PIECES)))
        .collect();
    if matches!(stock, Stock::Both(_)) && company.is_none_or(|company| company == "c1") {
        sums.insert(("c1".into(), "on-hand"), Decimal::from(27));
    }
    sums
}
