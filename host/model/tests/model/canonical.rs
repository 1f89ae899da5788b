//! Canonical bytes: they come back, equal content has equal bytes, and nothing else is taken.

use lockstep_model::{
    canonical::{
        decode_context, decode_descriptor, decode_document, decode_outcome, decode_request, encode_context,
        encode_descriptor, encode_document, encode_outcome, encode_request,
    },
    input_digest, outcome_digest,
};
use proptest::prelude::*;

use crate::sample::{descriptor, document, request, silent, some_outcome};

fn refused(bytes: &[u8], sentence: &str) {
    assert_eq!(decode_document(bytes).map_err(|error| error.to_string()), Err(sentence.to_owned()));
}

#[test]
fn bytes_of_something_else_are_refused() {
    let bytes = encode_document(&document(r#"{"customer": "C-100"}"#));
    refused(&[], "byte 0: 1 bytes needed, 0 left");
    refused(&[2, 1], "byte 0: kind 2, expected 1");
    refused(&[1, 2], "byte 1: version 2 of the encoding, expected 1");
    refused(&[1, 1, 255, 255, 255, 255], "byte 6: 4294967295 bytes needed, 0 left");
    refused(&[1, 1, 1, 0, 0, 0, 255], "byte 2: the text is not UTF-8");
    refused(&[&bytes[..], &[0]].concat(), &format!("byte {}: 1 bytes follow the end", bytes.len()));
    refused(&[&bytes[..bytes.len() - 1], &[2]].concat(), &format!("byte {}: 2 is no option", bytes.len() - 1));
}

#[test]
fn decimals_that_are_not_canonical_are_refused() {
    let bytes = encode_document(&document(r#"{"lines": [{"quantity": "1.5"}]}"#));
    let word = (15u64.to_le_bytes(), (1u64 << 32).to_le_bytes());
    let word = [word.0, word.1].concat();
    let at = bytes.windows(16).position(|window| window == word).expect("the decimal");
    let mut other = bytes.clone();
    other[at..at + 8].copy_from_slice(&150u64.to_le_bytes());
    other[at + 8..at + 16].copy_from_slice(&(2u64 << 32).to_le_bytes());
    refused(&other, &format!("byte {}: the decimal is not canonical", at - 4));
}

#[test]
fn a_decimal_has_the_same_digest_however_it_is_written() {
    let digest = |quantity: &str| {
        let text = format!(r#"{{"lines": [{{"quantity": {quantity}}}]}}"#);
        encode_document(&document(&text))
    };
    for quantity in ["12", "12.0", "\"12.000\"", "1.2e1"] {
        assert_eq!(digest(quantity), digest("\"12\""), "{quantity}");
    }
}

#[test]
fn the_descriptor_comes_back_from_its_bytes() {
    let descriptor = descriptor();
    assert_eq!(decode_descriptor(&encode_descriptor(&descriptor)), Ok(descriptor));
}

#[test]
fn look_ups_that_were_not_used_change_no_digest() {
    let descriptor = descriptor();
    let mut tables = lockstep_model::Tables::new(&descriptor);
    tables
        .add_csv("customer", "account,name,credit-limit,blocked\nC-100,One,,no\nC-200,Two,5,all\n".as_bytes())
        .unwrap();
    tables.add_csv("item", "number,stopped\nI-1,false\n".as_bytes()).unwrap();
    let look_up = |table, key: &str| lockstep_model::LookUp { table, key: key.to_owned(), limit: None };
    let with = |keys: &[lockstep_model::LookUp], used: &[u32]| {
        let mut request = request();
        request.rows = lockstep_model::RowSource::answer(&tables, "c", keys).unwrap();
        request.check(&descriptor).expect("a request that fits");
        let mut outcome = silent(&request, &descriptor.entities[0]);
        outcome.used = used.to_vec();
        (input_digest(&request, &outcome), outcome_digest(&outcome))
    };
    let (customer, other, item) = (look_up(0, "C-100"), look_up(0, "C-200"), look_up(1, "I-1"));
    let alone = with(std::slice::from_ref(&customer), &[0]);
    assert_eq!(alone, with(&[customer.clone(), other.clone(), item.clone()], &[0]));
    assert_ne!(alone.0, with(&[customer.clone(), other.clone()], &[1]).0);
    assert_ne!(alone.0, with(std::slice::from_ref(&customer), &[]).0);
    assert_eq!(with(&[customer, item.clone()], &[1]), with(&[other, item], &[1]));
}

proptest! {
    #[test]
    fn everything_comes_back_from_its_bytes((request, outcome) in some_outcome()) {
        prop_assert_eq!(decode_document(&encode_document(&request.document)), Ok(request.document.clone()));
        prop_assert_eq!(decode_context(&encode_context(&request.context)), Ok(request.context.clone()));
        prop_assert_eq!(decode_outcome(&encode_outcome(&outcome)), Ok(outcome));
        prop_assert_eq!(decode_request(&encode_request(&request)), Ok(request));
    }

    #[test]
    fn bytes_that_are_taken_are_the_only_ones_of_their_content(
        (request, outcome) in some_outcome(),
        at: proptest::sample::Index,
        byte: u8,
    ) {
        let mut bytes = encode_outcome(&outcome);
        let at_byte = at.index(bytes.len());
        bytes[at_byte] = byte;
        if let Ok(outcome) = decode_outcome(&bytes) {
            prop_assert_eq!(encode_outcome(&outcome), bytes);
        }
        let mut bytes = encode_request(&request);
        let at_byte = at.index(bytes.len());
        bytes[at_byte] = byte;
        if let Ok(request) = decode_request(&bytes) {
            prop_assert_eq!(encode_request(&request), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_decoders_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for kind in 0..6 {
            if let [first, second, ..] = &mut bytes[..] {
                (*first, *second) = (kind, 1);
            }
            let _ = (decode_document(&bytes), decode_request(&bytes), decode_outcome(&bytes));
            let _ = (decode_descriptor(&bytes), decode_context(&bytes));
        }
    }
}
