//! How long does a device take from the entry of a field to the outcome that it shows?

use std::hint::black_box;

use criterion::Criterion;
use lockstep_benches::{
    crew::{Kit, Member, Work},
    figures::{Figure, Quantity, keep},
    site::Site,
    turns::{criterion, take_time},
};
use lockstep_device::At;
use lockstep_engine::Profile;

const MS: f64 = 1e6;

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let mirror = site.fed()?;
    let mut criterion = criterion();
    let mut figures = Vec::new();
    for (profile, most) in [(Profile::Native, MS), (Profile::Portable, 5.0 * MS)] {
        let (kit, folder) = (Kit::new(&site.packages, profile)?, tempfile::tempdir_in(site.folder())?);
        let device = Member::new(0).open_in_sync(folder.path(), &kit, &mirror)?;
        let taken = entry(&mut criterion, &device, profile)?;
        figures.push(Figure::limited(
            &format!("draft: a field is set → outcome, {profile}"),
            Quantity::Nanoseconds(taken),
            Quantity::Nanoseconds(most),
            "an order of 5 lines: values, issues in words, states of fields and actions".to_owned(),
        ));
    }
    criterion.final_summary();
    keep("drafts", &figures)
}

fn entry(criterion: &mut Criterion, device: &lockstep_device::Device, profile: Profile) -> anyhow::Result<f64> {
    let mut draft = Work::new()?.draft(device)?;
    let discount = At::Field("discount-percent".to_owned());
    let mut entered = 0_u32;
    Ok(take_time(criterion, &format!("drafts/{profile}"), || {
        entered += 1;
        draft.set_text(&discount, &format!("{}.5", entered % 7)).expect("a percentage");
        let shown = device.show(&draft).expect("an outcome");
        assert!(shown.refusal.is_none(), "it would be refused: {:?}", shown.refusal);
        drop(black_box(shown));
    }))
}
