//! How long does a device take to run 1,000 pending operations again, when what the server has is another thing now?

use std::time::Instant;

use anyhow::Context as _;
use lockstep_benches::{
    crew::{Kit, Member, Work, scratch},
    figures::{Figure, Quantity, keep},
    packages,
    site::Site,
    turns::take_long,
};
use lockstep_engine::Profile;
use lockstep_model::canonical::{decode_page, encode_page};
use lockstep_server::{Mirror, mirror::ImportKind};

const MS: f64 = 1e6;
const PENDING: usize = 1000;
const TURNS: usize = 3;

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let mirror = site.fed()?;
    let (member, folder) = (Member::new(0), scratch()?);
    let native = Kit::new(&site.packages, Profile::Native)?;
    let mut device = member.open_in_sync(folder.path(), &native, &mirror)?;
    Work::new()?.go_on(&mut device, PENDING)?;
    drop(device);
    let mut figures = Vec::new();
    for (profile, most) in [(Profile::Native, 1000.0 * MS), (Profile::Portable, 3000.0 * MS)] {
        let (kit, here) = (Kit::new(&site.packages, profile)?, tempfile::tempdir_in(site.folder())?);
        std::fs::copy(folder.path().join("device.sqlite"), here.path().join("device.sqlite"))?;
        let mut device = member.open(here.path(), &kit)?;
        let mut turn = 0;
        let mut cookie = None;
        let taken = take_long(TURNS, || {
            turn += 1;
            let page = moved(&mirror, &member, turn, &mut cookie)?;
            device.begin_sync()?;
            let start = Instant::now();
            device.pulled(Ok(page))?;
            Ok(start.elapsed())
        })?;
        let standing = device.operations()?.iter().filter(|view| view.is_overlaid).count();
        anyhow::ensure!(standing == PENDING, "{standing} of {PENDING} operations are still as they were");
        figures.push(Figure::limited(
            &format!("replay of {PENDING} pending operations over a new base, {profile}"),
            Quantity::Nanoseconds(taken),
            Quantity::Nanoseconds(most),
            "a price has changed: page applied, all operations run again, stored in one transaction".to_owned(),
        ));
    }
    keep("replaying", &figures)
}

/// What a pull brings after a price has changed.
fn moved(mirror: &Mirror, member: &Member, turn: usize, cookie: &mut Option<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    let columns = std::fs::read_to_string(packages::folder("sales-orders").join("reference/item.csv"))?;
    let columns = columns.lines().next().context("a line that names the columns")?;
    let item = format!("{columns}\nI-9000,Bottle cage,pcs,{turn}.5,1,,standard,,,false,2,0.1\n");
    mirror.import_rows("sales-orders", "item", ImportKind::Csv, item.as_bytes(), true)?;
    let page = mirror.pull(&member.caller()?, &member.device, cookie.as_deref())?;
    *cookie = Some(page.cookie.clone());
    // The device has what came before, so that this page is one of changes to it.
    let page = lockstep_model::exchange::Page { is_restart: false, ..page };
    anyhow::ensure!(!page.has_more, "all fits into a page");
    let bytes = encode_page(&page);
    decode_page(&bytes)?;
    Ok(bytes)
}
