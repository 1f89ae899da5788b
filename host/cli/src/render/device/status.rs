//! How a device stands with its server.

use lockstep_device::{Identity, SyncStatus};

use super::Facts;
use crate::render::{
    server::moment,
    style::{Tone, thousands},
};

/// Whose device it is.
pub(crate) fn title(device: &str, identity: Option<&Identity>) -> String {
    match identity {
        Some(identity) => format!("{}, used by {}\n", Tone::Strong.paint(device), identity.user),
        None => format!("{}, which nobody has signed in on yet\n", Tone::Strong.paint(device)),
    }
}

/// Whether it is in sync, since when, and what is waiting.
pub(crate) fn text(status: &SyncStatus, width: Option<u16>) -> String {
    let mut facts = Facts::new(width);
    let since = status.in_sync_at.map(|at| moment(at.0));
    match (&since, status.is_in_sync()) {
        (None, _) => facts.add("in sync", Tone::Doubtful, "never yet"),
        (Some(at), true) => facts.add("in sync", Tone::Good, format!("yes, since {at}")),
        (Some(at), false) => facts.add("in sync", Tone::Doubtful, format!("no, last at {at}")),
    }
    for (count, name, tone) in [
        (status.waiting, "to be sent", Tone::Plain),
        (status.doubtful, "would be refused now", Tone::Doubtful),
        (status.undecided, "not decided", Tone::Plain),
        (status.parked, "parked", Tone::Doubtful),
        (status.inbox, "in the inbox", Tone::Bad),
    ] {
        if count > 0 {
            facts.add(name, tone, thousands(count));
        }
    }
    if status.is_fetching {
        facts.add("fetching", Tone::Doubtful, "a part is here and waits for the rest");
    }
    facts.finish()
}
