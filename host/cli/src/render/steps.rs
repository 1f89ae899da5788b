//! How an outcome came about: each run of a rule, with what it read.

use lockstep_model::{Step, schema::FieldPath};

use super::{
    evaluation::{View, place},
    look_up,
    schema::{path_name, rule_name},
    style::{Grid, Tone, heading},
};

impl View<'_> {
    /// Every run of a rule, in order, with what it read.
    pub(crate) fn steps(&self) -> String {
        let entity = self.entity();
        let look_ups = self.look_ups();
        let mut grid = Grid::new(self.width, &["rule", "", "yielded", "read"]);
        for step in self.steps {
            let rule = &entity.rules[usize::from(step.rule)];
            let mut read: Vec<_> = rule.reads.iter().map(|path| self.value_read(*path, step.row)).collect();
            let found = step.used.iter().filter_map(|&at| look_ups.get(at as usize));
            read.extend(found.map(|found| look_up::contents(self.descriptor, self.wording, found)));
            grid.row([
                Tone::Plain.cell(self.step_name(step)),
                Tone::Faint.cell(rule.kind.name()),
                if step.yielded { Tone::Good.cell("yes") } else { Tone::Faint.cell("no") },
                Tone::Plain.cell(read.join("\n")),
            ]);
        }
        heading("How it came about") + &grid.finish(&[])
    }

    /// The rule of a step, with its row: `lines[2].net-amount`.
    pub(crate) fn step_name(&self, step: &Step) -> String {
        let rule = &self.entity().rules[usize::from(step.rule)];
        match (rule.collection, step.row) {
            (Some(collection), Some(row)) => format!("{}.{}", self.row_name(collection, row), rule.name),
            (collection, _) => rule_name(self.entity(), collection, &rule.name),
        }
    }

    /// The look-ups of a step.
    pub(crate) fn look_ups_of(&self, step: &Step) -> Vec<String> {
        let look_ups = self.look_ups();
        let found = step.used.iter().filter_map(|&at| look_ups.get(at as usize));
        found.map(|found| look_up::name(self.descriptor, found)).collect()
    }

    /// A field's resolved value, where the rule read one cell of it; a whole column is only named.
    fn value_read(&self, path: FieldPath, row: Option<u32>) -> String {
        let entity = self.entity();
        let name = path_name(entity, path);
        let row = match (path.collection, row) {
            (None, _) => 0,
            (Some(_), Some(row)) => row,
            (Some(_), None) => return format!("{name} of all rows"),
        };
        let value = self.resolved().value(path.collection.map(|collection| (collection, row)), path.field);
        let value = value.map_or_else(|| "absent".to_owned(), |(value, _)| self.shown(place(path, row), &value));
        format!("{name} = {value}")
    }
}
