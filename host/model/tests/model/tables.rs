//! Reference tables in memory.

use lockstep_model::{Found, Layout, LookUp, RowSource, Tables, Value, key::key_text};

use crate::sample::{descriptor, json};

const CUSTOMERS: &str = "\
name,account,blocked,credit-limit,company
Shared,C-1,no,1000.50,
Ours,C-1,all,,c
\"Other, theirs\",C-2,invoice,5,d
";

fn customers() -> Tables {
    let mut tables = Tables::new(&descriptor());
    tables.add_csv("customer", CUSTOMERS.as_bytes()).unwrap();
    tables
}

/// What a company finds: how, and each row's values in words.
fn found(tables: &Tables, company: &str, table: &str, key: &str, limit: Option<u32>) -> (Found, Vec<String>) {
    let descriptor = descriptor();
    let (position, table) = descriptor.table(table).unwrap();
    let look_up = LookUp { table: position, key: key.to_owned(), limit };
    let answers = tables.answer(company, &[look_up]).unwrap();
    answers[0].rows.check(&Layout::all(&table.fields), &table.fields).unwrap();
    let words = |row| {
        let values = answers[0].rows.row(&Layout::all(&table.fields), &table.fields, row).into_iter();
        values.map(|value| value.as_ref().map_or("-".to_owned(), ToString::to_string)).collect::<Vec<_>>().join(" ")
    };
    (answers[0].answers[0].found, (0..answers[0].rows.rows).map(words).collect())
}

fn refused(table: &str, csv: &str, sentence: &str) {
    let mut tables = Tables::new(&descriptor());
    let added = tables.add_csv(table, csv.as_bytes());
    assert_eq!(added.map_err(|error| error.to_string()), Err(sentence.to_owned()));
    assert_eq!(tables.row_count("customer"), 0);
}

#[test]
fn a_company_sees_its_own_rows_and_the_shared_ones() {
    let tables = customers();
    assert_eq!(found(&tables, "c", "customer", "C-1", None), (Found::Whole, vec!["C-1 Ours - all".to_owned()]));
    assert_eq!(found(&tables, "d", "customer", "C-1", None), (Found::Whole, vec!["C-1 Shared 1000.5 no".to_owned()]));
    assert_eq!(found(&tables, "c", "customer", "C-2", None), (Found::Whole, vec![]));
    assert_eq!(found(&tables, "d", "customer", "", Some(9)).1.len(), 2);
    assert_eq!(found(&tables, "c", "customer", "", Some(9)).1, ["C-1 Ours - all"]);
    assert_eq!(found(&tables, "d", "customer", "", Some(1)).0, Found::CutShort);
    assert_eq!(found(&tables, "d", "customer", "", Some(2)).0, Found::Whole);
    assert_eq!(found(&tables, "d", "customer", "", Some(0)), (Found::CutShort, vec![]));
}

#[test]
fn rows_by_prefix_come_in_the_order_of_their_keys() {
    let mut tables = Tables::new(&descriptor());
    let csv =
        "item,from,at-least,price\nI-1,2026-01-01,10,8\nI-1,2026-01-01,-1,9\nI-12,2026-01-01,1,7\nI-1,2025-06-01,1,6\n";
    tables.add_csv("price", csv.as_bytes()).unwrap();
    let all = found(&tables, "c", "price", "I-1", Some(10));
    let expected = ["6 I-1 2025-06-01 1", "9 I-1 2026-01-01 -1", "8 I-1 2026-01-01 10"];
    assert_eq!(all, (Found::Whole, expected.map(str::to_owned).to_vec()));
    let day = Value::Date("2026-01-01".parse().unwrap());
    let prefix = key_text(&[Value::Text("I-1".to_owned()), day]).unwrap();
    assert_eq!(found(&tables, "c", "price", &prefix, Some(1)), (Found::CutShort, vec![expected[1].to_owned()]));
}

#[test]
fn rows_of_a_case_take_the_place_of_those_with_their_key() {
    let mut tables = customers();
    let rows =
        r#"[{"account": "C-1", "name": "Now", "blocked": "no"}, {"account": "C-3", "blocked": "no", "company": "c"}]"#;
    tables.add_json("customer", &json(rows)).unwrap();
    assert_eq!(found(&tables, "d", "customer", "C-1", None).1, ["C-1 Now - no"]);
    assert_eq!(found(&tables, "c", "customer", "C-1", None).1, ["C-1 Ours - all"]);
    assert_eq!(found(&tables, "c", "customer", "C-3", None).1, ["C-3 - - no"]);
    assert_eq!(tables.row_count("customer"), 4);
}

#[test]
fn a_table_that_is_not_here_says_so() {
    let mut tables = customers();
    tables.unavailable("customer").unwrap();
    assert_eq!(found(&tables, "c", "customer", "C-1", None), (Found::NotHere, vec![]));
    assert_eq!(tables.untouched().collect::<Vec<_>>(), ["item", "price"]);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    refused("vendor", "", "the plugin has no table `vendor`: it has `customer`, `item`, `price`");
    refused("customer", "", "table `customer`: the file is empty: its first line must name the fields");
    refused("item", "number,colour\n", "table `item`: there is no field `colour`: the fields are `number`, `stopped`");
    refused("item", "number,number\n", "table `item`: the column `number` is there twice");
    refused("item", "number\n", "table `item`: the column `stopped` is missing");
    refused(
        "item",
        "number,stopped\nI-1,yes\n",
        "table `item`, line 2, `stopped`: `yes` is not a boolean: write true or false",
    );
    refused(
        "customer",
        "account,name,credit-limit,blocked\n\nC-1,,1.005,no\n",
        "table `customer`, line 3, `credit-limit`: 3 decimals are too many: the field takes 2",
    );
    refused(
        "customer",
        "account,name,credit-limit,blocked\nC-1,One,,\n",
        "table `customer`, line 2: the required field `blocked` is absent",
    );
    refused(
        "item",
        "number,stopped,company\nI-1,,c\nI-2,,c\nI-1,,\nI-1,,c\n",
        "table `item`: line 2 and line 5 have the same key `I-1` in company `c`",
    );
    refused(
        "item",
        "number,stopped\n\"a\tb\",\n",
        "table `item`, line 2: `a\\tb` cannot be part of a key: it has a control character",
    );
    let mut tables = Tables::new(&descriptor());
    let error = |tables: &mut Tables, csv: &str| tables.add_csv("item", csv.as_bytes()).unwrap_err().to_string();
    let short = error(&mut tables, "number,stopped\nI-1\n");
    assert_eq!(short, "table `item`: line 2 has 1 values, and the first line names 2 fields");
    let error = tables.add_json("item", &json(r#"[{"number": "I-1"}, {"number": 5}]"#)).unwrap_err().to_string();
    assert_eq!(error, "table `item`: [2].number: expected text, found a number");
}
