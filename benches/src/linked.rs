//! The workspace's plugins as plain Rust: linked natively, and called through their own entry point.

use lockstep_model::{Answer, Request, ValueError};
use lockstep_sdk::__private::contract;

use crate::contract::{answer, request};

/// A plugin, linked.
#[derive(Clone, Copy, Debug)]
pub struct Linked {
    /// The crate's name, and its folder's.
    pub name: &'static str,
    evaluate: fn(&contract::Request) -> contract::Answer,
}

/// A request as a linked plugin takes it. Its lists and texts are never freed.
#[derive(Clone)]
pub struct Prepared(contract::Request);

/// What a linked plugin answered.
pub struct Answered(contract::Answer);

macro_rules! linked {
    ($($crate_name:ident = $name:literal),* $(,)?) => {
        /// All plugins of the workspace.
        pub const LINKED: &[Linked] =
            &[$(Linked { name: $name, evaluate: $crate_name::__LockstepPlugin::evaluate }),*];
    };
}

linked! {
    cost_controlling = "cost-controlling",
    expense_management = "expense-management",
    inventory_on_hand = "inventory-on-hand",
    project_time_entry = "project-time-entry",
    sales_orders = "sales-orders",
    vendor_collaboration = "vendor-collaboration",
}

impl Prepared {
    /// The same request.
    pub fn new(of: &Request) -> Self {
        Self(request(of))
    }
}

impl Linked {
    /// Evaluates, with no sandbox around it.
    #[expect(clippy::needless_pass_by_value, reason = "a request goes with its evaluation, as a sandbox's does")]
    pub fn evaluate(&self, request: Prepared) -> Answered {
        Answered((self.evaluate)(&request.0))
    }
}

impl Answered {
    /// The answer as hosts have it.
    ///
    /// # Errors
    /// When a value is none.
    pub fn into_model(self) -> Result<Answer, ValueError> {
        let mut answer = answer(&self.0)?;
        answer.normalise();
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::project;

    #[test]
    fn every_plugin_of_the_folder_is_linked() {
        let entries = std::fs::read_dir(project().join("plugins")).expect("there are plugins");
        let folders = entries.map(|entry| entry.expect("the folder can be read").path());
        let folders = folders.filter(|folder| folder.join("Cargo.toml").is_file());
        let name = |folder: std::path::PathBuf| folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let mut names: Vec<String> = folders.filter_map(name).collect();
        names.sort();
        let linked: Vec<String> = LINKED.iter().map(|plugin| plugin.name.to_owned()).collect();
        assert_eq!(linked, names, "name the plugin in `LINKED` and in benches/Cargo.toml: it is measured then");
    }
}
