//! The guide's chapters: each is a technique, with the code of a plugin that uses it.
//!
//! The code is included, not pasted: an item that is renamed or gone does not compile here, neither as documentation nor
//! in this crate's tests.

pub mod aggregation;
pub mod calendars;
pub mod conditional_fields;
pub mod cut_short;
pub mod derived_collections;
pub mod justifications;
pub mod offers;
pub mod other_records;
pub mod server_checks;
pub mod severities;
pub mod tiers;
pub mod transfers;
pub mod transitions;
pub mod validity;

/// The compiler watches what chapters include: tests are made anew when it changes. Documentation is by `make check`.
macro_rules! watch {
    ($($path:literal),+ $(,)?) => {
        const _: &[&str] = &[$(include_str!(concat!("../../../../", $path))),+];
    };
}

watch! {
    "plugins/cost-controlling/src/responsibility.rs",
    "plugins/cost-controlling/src/statement.rs",
    "plugins/expense-management/src/claims.rs",
    "plugins/expense-management/src/mileage.rs",
    "plugins/expense-management/src/policies.rs",
    "plugins/expense-management/src/rates.rs",
    "plugins/expense-management/src/report.rs",
    "plugins/expense-management/src/tables.rs",
    "plugins/expense-management/src/views.rs",
    "plugins/inventory-on-hand/src/availability.rs",
    "plugins/inventory-on-hand/src/counting.rs",
    "plugins/inventory-on-hand/src/dimensions.rs",
    "plugins/inventory-on-hand/src/grouping.rs",
    "plugins/inventory-on-hand/src/issues.rs",
    "plugins/inventory-on-hand/src/stock.rs",
    "plugins/inventory-on-hand/src/transfer.rs",
    "plugins/inventory-on-hand/src/view.rs",
    "plugins/project-time-entry/src/hours.rs",
    "plugins/project-time-entry/src/timesheet.rs",
    "plugins/sales-orders/src/agreements.rs",
    "plugins/sales-orders/src/order.rs",
    "plugins/sales-orders/src/quantities.rs",
    "plugins/vendor-collaboration/src/calendar.rs",
    "plugins/vendor-collaboration/src/ordered.rs",
    "plugins/vendor-collaboration/src/response.rs",
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// The chapters' names and sources.
    fn chapters() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/techniques");
        let files = fs::read_dir(folder).expect("there are chapters").map(|file| file.expect("a file").path());
        let chapter = |path: &Path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("a source is text"))
        };
        let chapters: Vec<_> = files.map(|path| chapter(&path)).filter(|(name, _)| name != "mod").collect();
        assert!(chapters.len() > 10, "the folder is read");
        chapters
    }

    #[test]
    fn every_chapter_includes_code_and_says_what_happens() {
        for (name, text) in chapters() {
            for part in ["#![doc = excerpt!(", "//! # What happens", "//! # What to watch out for"] {
                assert!(text.contains(part), "{name} lacks `{part}`");
            }
        }
    }

    #[test]
    fn every_chapter_is_in_the_table_of_contents() {
        let contents = include_str!("../../guide/guide.md");
        for (name, _) in chapters() {
            assert!(contents.contains(&format!("](crate::guide::{name})")), "guide.md does not name {name}");
        }
    }

    #[test]
    fn what_is_included_is_watched() {
        let own = include_str!("mod.rs");
        for (name, text) in chapters() {
            let paths = text.split('"').filter(|text| text.starts_with("plugins/"));
            for path in paths {
                assert!(own.contains(&format!("    \"{path}\",\n")), "{name}: watch {path}");
            }
        }
    }
}
