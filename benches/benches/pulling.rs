//! How fast does a new device fetch 100,000 records?

#![expect(clippy::cast_precision_loss, reason = "figures have three digits")]

use std::time::Instant;

use lockstep_benches::{
    crew::{Kit, Member},
    figures::{Figure, Quantity, keep},
    site::{COMPANIES, STOCK, Site, import_stock},
    turns::take_long,
};
use lockstep_device::Synced;
use lockstep_engine::Profile;

const RECORDS: usize = 100_000;
const S: f64 = 1e9;

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let mirror = site.fed()?;
    let member = Member::new(0);
    import_stock(&mirror, COMPANIES[0], STOCK..RECORDS)?;
    let kit = Kit::new(&site.packages, Profile::Portable)?;
    let mut bytes = 0;
    let taken = take_long(3, || {
        let folder = tempfile::tempdir_in(site.folder())?;
        let mut device = member.open(folder.path(), &kit)?;
        let exchange = member.direct(&mirror)?;
        let start = Instant::now();
        let synced = device.sync(&exchange)?;
        let taken = start.elapsed();
        anyhow::ensure!(synced == Synced::Done, "the device is not in sync: {synced:?}");
        bytes = std::fs::metadata(folder.path().join("device.sqlite"))?.len();
        Ok(taken)
    })?;
    let (taken, file) = (Quantity::Nanoseconds(taken), Quantity::Bytes(bytes as f64));
    let Quantity::Nanoseconds(ns) = taken else { unreachable!("a time") };
    keep(
        "pulling",
        &[Figure::at_least(
            "pull of 100,000 records by a new device",
            Quantity::PerSecond(RECORDS as f64 / ns * S),
            Quantity::PerSecond(20_000.0),
            format!("{taken}: pages made, encoded, stored with their views in a file of {file}"),
        )],
    )
}
