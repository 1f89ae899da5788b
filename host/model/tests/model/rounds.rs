//! Evaluating until nothing is missing.

use std::cell::RefCell;

use lockstep_model::{
    Answer, Conclusion, Evaluate, Evaluated, Limits, LookUp, Request, RowSource, TableRows, Tables, evaluate_in_rounds,
};

use crate::sample::{descriptor, limits, request, silent};

/// Answers the first round with the first needs, the second with the second, and then with an outcome.
struct Scripted {
    needs: Vec<Vec<LookUp>>,
    seen: RefCell<Vec<Vec<TableRows>>>,
}

impl Evaluate for Scripted {
    type Error = String;

    fn evaluate(&self, request: &Request, _: &Limits) -> Result<Evaluated, String> {
        request.check(&descriptor()).map_err(|error| error.to_string())?;
        let mut seen = self.seen.borrow_mut();
        seen.push(request.rows.clone());
        let conclusion = match self.needs.get(seen.len() - 1) {
            Some(needs) => Conclusion::Needs(needs.clone()),
            None => Conclusion::Outcome(silent(request, &descriptor().entities[0])),
        };
        Ok(Evaluated { answer: Answer { conclusion, log: Vec::new(), steps: Vec::new() }, fuel: Some(7) })
    }
}

fn tables() -> Tables {
    let mut tables = Tables::new(&descriptor());
    tables
        .add_csv("customer", "account,name,credit-limit,blocked\nC-1,One,1,no\nC-2,Two,2.5,all\n".as_bytes())
        .unwrap();
    tables.add_csv("item", "number,stopped\nI-1,false\nI-2,\n".as_bytes()).unwrap();
    let price = "item,from,at-least,price\nI-1,2026-01-01,1,9\nI-1,2026-01-01,10,8\nI-2,2026-01-01,1,7\n";
    tables.add_csv("price", price.as_bytes()).unwrap();
    tables
}

fn look_up(table: u16, key: &str, limit: Option<u32>) -> LookUp {
    LookUp { table, key: key.to_owned(), limit }
}

/// The rows that each round saw, and the last round's request.
fn run(needs: Vec<Vec<LookUp>>, limits: &Limits) -> Result<(Vec<Vec<TableRows>>, Request), String> {
    let plugin = Scripted { needs, seen: RefCell::default() };
    let concluded = evaluate_in_rounds(&plugin, &descriptor(), request(), &tables(), limits);
    concluded
        .map(|done| {
            let seen = plugin.seen.into_inner();
            assert_eq!(done.rounds as usize, seen.len());
            assert_eq!(done.fuel, Some(7));
            (seen, done.request)
        })
        .map_err(|error| error.to_string())
}

fn keys(rows: &[TableRows]) -> Vec<String> {
    let look_ups = rows.iter().flat_map(TableRows::look_ups);
    look_ups.map(|found| format!("{}/{}/{:?}", found.table, found.key.replace('\u{1f}', ","), found.limit)).collect()
}

#[test]
fn rows_are_fetched_until_there_is_an_outcome() {
    let first = vec![look_up(1, "I-1", None), look_up(0, "C-2", None), look_up(1, "I-1", None)];
    let second = vec![look_up(2, "I-1", Some(5)), look_up(0, "C-1", None), look_up(1, "I-9", None)];
    let (seen, request) = run(vec![first, second], &limits()).unwrap();
    assert_eq!(seen.len(), 3);
    assert_eq!(keys(&seen[0]), [""; 0]);
    assert_eq!(keys(&seen[1]), ["0/C-2/None", "1/I-1/None"]);
    assert_eq!(keys(&seen[2]), ["0/C-1/None", "0/C-2/None", "1/I-1/None", "1/I-9/None", "2/I-1/Some(5)"]);
    assert_eq!(request.rows, seen[2]);

    let mut sorted: Vec<_> = vec![look_up(2, "I-1", Some(5)), look_up(0, "C-1", None), look_up(1, "I-9", None)];
    sorted.extend([look_up(1, "I-1", None), look_up(0, "C-2", None)]);
    sorted.sort();
    assert_eq!(tables().answer("c", &sorted).unwrap(), request.rows, "merged as if asked for at once");
}

#[test]
fn a_plugin_that_asks_for_too_much_is_stopped() {
    let need = |key: &str| vec![look_up(0, key, None)];
    let refused = |needs, sentence: &str| assert_eq!(run(needs, &limits()).unwrap_err(), sentence);
    refused(vec![Vec::new()], "the plugin needs more rows, but names none");
    refused(vec![need("C-1"), need("C-1")], "the plugin needs `C-1` of table `customer`, which it was given");
    refused(vec![vec![look_up(9, "a", None)]], "the plugin needs a table 9, but it has 3, counted from 0");
    refused(
        vec![need("a"), need("b"), need("c"), need("d")],
        "no outcome after 4 rounds: the plugin needs yet more rows, from table `customer` first",
    );
    let many = (0..9).map(|number| look_up(0, &number.to_string(), None)).collect();
    refused(vec![many], "9 look-ups are too many: at most 8 are answered");
}

#[test]
fn a_source_that_leaves_something_out_is_the_hosts_fault() {
    struct Silent;
    impl RowSource for Silent {
        type Error = String;
        fn answer(&self, _: &str, _: &[LookUp]) -> Result<Vec<TableRows>, String> {
            Ok(Vec::new())
        }
    }
    let plugin = Scripted { needs: vec![vec![look_up(2, "I-1\u{1f}2026-01-01", Some(1))]], seen: RefCell::default() };
    let error = evaluate_in_rounds(&plugin, &descriptor(), request(), &Silent, &limits()).unwrap_err();
    assert_eq!(error.to_string(), "the source of rows left `I-1, 2026-01-01` of table `price` unanswered");
    assert!(!error.is_plugin_fault());
}
