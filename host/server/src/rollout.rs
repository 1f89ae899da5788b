//! Which devices a staged version is for: those of named rings, and a share of all.
//!
//! A device's share of a package is a number below 100 that depends on the package's name and the device's id alone: it
//! is the same at every refresh and for every version, and a wider share holds every device of a narrower one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Hashed before the names, so that the number is no other hash of the same two.
const DOMAIN: &[u8] = b"lockstep rollout 1\0";

/// Longest name of a ring, in bytes.
pub const RING_BYTES_MAX: usize = 64;

/// Most rings that a rollout or a device has.
pub const RINGS_MAX: usize = 32;

/// The devices that get a version: those in one of the rings, and those whose [`share`] is below the percentage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rollout {
    /// From 0 to 100.
    #[serde(default)]
    pub percent: u8,
    /// Names of rings, in kebab-case.
    #[serde(default)]
    pub rings: BTreeSet<String>,
}

/// A rollout that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolloutError {
    /// More than all.
    #[error("{0} % is more than all devices: give a percentage from 1 to 100")]
    Percent(u8),
    /// For no device.
    #[error("a rollout to 0 % and no ring reaches no device: give a percentage or rings")]
    Nobody,
    /// A ring's name is none.
    #[error("`{0}` is no name of a ring: it has small letters, digits and hyphens, at most {RING_BYTES_MAX} of them")]
    Ring(String),
    /// Too many rings.
    #[error("{0} rings are too many: name at most {RINGS_MAX}")]
    Rings(usize),
    /// Widening that does not.
    #[error("the rollout reaches {0} already: widen it to a higher percentage or to more rings")]
    NotWider(String),
}

impl Rollout {
    /// To every device.
    pub fn all() -> Self {
        Self { percent: 100, rings: BTreeSet::new() }
    }

    /// To this share of the devices.
    pub fn percent(percent: u8) -> Self {
        Self { percent, rings: BTreeSet::new() }
    }

    /// To the devices of these rings.
    pub fn rings<'a>(rings: impl IntoIterator<Item = &'a str>) -> Self {
        Self { percent: 0, rings: rings.into_iter().map(str::to_owned).collect() }
    }

    /// Whether it reaches every device.
    pub fn is_all(&self) -> bool {
        self.percent >= 100
    }

    /// Whether the device with this id, which is in these rings, gets the package's staged version.
    pub fn reaches(&self, package: &str, device: &str, rings: &BTreeSet<String>) -> bool {
        share(package, device) < self.percent || !self.rings.is_disjoint(rings)
    }

    /// Checks percentage and names.
    ///
    /// # Errors
    /// When it is for more than all devices or for none, or a ring's name is none.
    pub fn check(&self) -> Result<(), RolloutError> {
        if self.percent > 100 {
            return Err(RolloutError::Percent(self.percent));
        }
        if self.percent == 0 && self.rings.is_empty() {
            return Err(RolloutError::Nobody);
        }
        check_rings(&self.rings)
    }

    /// This rollout and another one together: no device drops out.
    ///
    /// # Errors
    /// When that is no more than this one, or the other is none.
    pub fn widened(&self, by: &Self) -> Result<Self, RolloutError> {
        by.check()?;
        let rings: BTreeSet<_> = self.rings.union(&by.rings).cloned().collect();
        let wider = Self { percent: self.percent.max(by.percent), rings };
        check_rings(&wider.rings)?;
        // A lower percentage is a mistake, whatever rings stand beside it.
        let is_lower = by.percent != 0 && by.percent < self.percent;
        if wider == *self || is_lower { Err(RolloutError::NotWider(self.to_string())) } else { Ok(wider) }
    }
}

/// `25 %`, `ring pilot` or `25 % and rings pilot, store`.
impl std::fmt::Display for Rollout {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rings: Vec<_> = self.rings.iter().map(String::as_str).collect();
        let word = if rings.len() == 1 { "ring" } else { "rings" };
        match (self.percent, rings.is_empty()) {
            (percent, true) => write!(formatter, "{percent} %"),
            (0, false) => write!(formatter, "{word} {}", rings.join(", ")),
            (percent, false) => write!(formatter, "{percent} % and {word} {}", rings.join(", ")),
        }
    }
}

/// Checks the names of rings, a rollout's or a device's.
///
/// # Errors
/// When there are too many, or a name is none.
pub fn check_rings(rings: &BTreeSet<String>) -> Result<(), RolloutError> {
    if rings.len() > RINGS_MAX {
        return Err(RolloutError::Rings(rings.len()));
    }
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = |ring: &str| (1..=RING_BYTES_MAX).contains(&ring.len()) && ring.bytes().all(is_letter);
    rings.iter().find(|ring| !is_name(ring)).map_or(Ok(()), |ring| Err(RolloutError::Ring(ring.clone())))
}

/// A device's share of a package, from 0 to 99: the first 64 bits (little-endian) of the BLAKE3 hash of
/// `lockstep rollout 1`, a zero byte, the package's name, a zero byte and the device's id, modulo 100.
pub fn share(package: &str, device: &str) -> u8 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(DOMAIN).update(package.as_bytes()).update(b"\0").update(device.as_bytes());
    let mut start = [0; 8];
    hasher.finalize_xof().fill(&mut start);
    (u64::from_le_bytes(start) % 100) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(rings: &[&str]) -> BTreeSet<String> {
        rings.iter().map(|ring| (*ring).to_owned()).collect()
    }

    #[test]
    fn a_share_is_what_it_always_was() {
        // Devices would move between versions if this changed.
        assert_eq!([share("orders", "device-1"), share("orders", "device-2"), share("stock", "device-1")], SHARES);
    }

    const SHARES: [u8; 3] = [51, 90, 82];

    #[test]
    fn shares_are_spread_evenly() {
        let mut counts = [0_u32; 100];
        for device in 0..20_000 {
            counts[usize::from(share("orders", &format!("device-{device}")))] += 1;
        }
        // 200 are expected of each, with a standard deviation of 14.
        assert!(counts.iter().all(|count| (130..270).contains(count)), "{counts:?}");
    }

    #[test]
    fn rings_reach_their_devices_alone() {
        let rollout = Rollout::rings(["pilot", "store"]);
        assert!(rollout.reaches("orders", "device-1", &named(&["office", "store"])));
        assert!(!rollout.reaches("orders", "device-1", &named(&["office"])));
        assert!(!rollout.reaches("orders", "device-1", &named(&[])));
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_sentence() {
        for (rollout, part) in [
            (Rollout::percent(101), "more than all"),
            (Rollout::default(), "no device"),
            (Rollout::rings(["Pilot"]), "`Pilot` is no name"),
            (Rollout::rings([""]), "`` is no name"),
        ] {
            let said = rollout.check().unwrap_err().to_string();
            assert!(said.contains(part), "{said}");
        }
        assert!(Rollout::percent(10).widened(&Rollout::percent(10)).is_err());
        assert!(Rollout::percent(10).widened(&Rollout::percent(5)).is_err());
        assert!(Rollout::rings(["pilot"]).widened(&Rollout::rings(["pilot"])).is_err());
        assert_eq!(Rollout::rings(["pilot"]).widened(&Rollout::percent(5)).unwrap().to_string(), "5 % and ring pilot");
    }

    proptest! {
        #[test]
        fn widening_takes_no_device_out(
            from in 0_u8..=100, by in 1_u8..=100, rings in proptest::collection::btree_set("[a-c]", 0..3),
            more in proptest::collection::btree_set("[a-c]", 0..3), own in proptest::collection::btree_set("[a-c]", 0..3),
            device in "[a-z0-9-]{1,12}",
        ) {
            let old = Rollout { percent: from, rings };
            if let Ok(wider) = old.widened(&Rollout { percent: by, rings: more }) {
                prop_assert!(!old.reaches("orders", &device, &own) || wider.reaches("orders", &device, &own));
            }
        }

        #[test]
        fn all_is_all(device in "\\PC{0,40}", package in "[a-z-]{1,20}") {
            prop_assert!(Rollout::all().reaches(&package, &device, &BTreeSet::new()));
            prop_assert!(share(&package, &device) < 100);
        }
    }
}
