//! How long does it take until a device is open in whose file 10,000 operations wait to be sent?

#![expect(clippy::cast_precision_loss, reason = "figures have three digits")]

use std::{hint::black_box, time::Instant};

use lockstep_benches::{
    crew::{Kit, Member, Work, scratch},
    figures::{Figure, Quantity, keep},
    site::Site,
    turns::take_long,
};
use lockstep_engine::Profile;

const MS: f64 = 1e6;
const PENDING: usize = 10_000;

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let mirror = site.fed()?;
    let (member, prepared) = (Member::new(0), scratch()?);
    let mut device = member.open_in_sync(prepared.path(), &Kit::new(&site.packages, Profile::Native)?, &mirror)?;
    Work::new()?.go_on(&mut device, PENDING)?;
    drop(device);
    let folder = tempfile::tempdir_in(site.folder())?;
    let file = folder.path().join("device.sqlite");
    std::fs::copy(prepared.path().join("device.sqlite"), &file)?;
    let kit = Kit::new(&site.packages, Profile::Portable)?;
    let opened = take_long(20, || {
        let start = Instant::now();
        let device = member.open(folder.path(), &kit)?;
        let waiting = device.status()?.waiting;
        let taken = start.elapsed();
        anyhow::ensure!(waiting == PENDING as u64, "{waiting} operations wait");
        Ok(taken)
    })?;
    let device = member.open(folder.path(), &kit)?;
    let seen = take_long(5, || {
        let start = Instant::now();
        drop(black_box((device.dashboard()?, device.workspace("sales-orders")?)));
        Ok(start.elapsed())
    })?;
    let length = Quantity::Bytes(std::fs::metadata(&file)?.len() as f64);
    keep(
        "opening",
        &[
            Figure::limited(
                "open a device file with 10,000 pending operations",
                Quantity::Nanoseconds(opened),
                Quantity::Nanoseconds(1000.0 * MS),
                format!("file of {length}, until it says what is waiting"),
            ),
            Figure::plain(
                "· and its dashboard and a workspace",
                Quantity::Nanoseconds(seen),
                "2,500 orders that are not sent yet".to_owned(),
            ),
        ],
    )
}
