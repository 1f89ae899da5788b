//! Differences side by side.

use lockstep_cases::Difference;
use lockstep_model::json::Json;

use super::style::{Grid, Tone};

/// One row for each difference; nothing where there is none.
pub(crate) fn table(differences: &[Difference], sides: [&str; 2], width: Option<u16>) -> String {
    if differences.is_empty() {
        return String::new();
    }
    let mut grid = Grid::new(width, &["differs in", sides[0], sides[1]]);
    for difference in differences {
        grid.row([
            Tone::Plain.cell(&difference.path),
            Tone::Good.cell(shown(difference.left.as_ref())),
            Tone::Bad.cell(shown(difference.right.as_ref())),
        ]);
    }
    grid.finish(&[])
}

fn shown(side: Option<&Json>) -> String {
    match side {
        None => "absent".to_owned(),
        Some(Json::Text(text)) => text.clone(),
        Some(json) => json.to_string(),
    }
}
