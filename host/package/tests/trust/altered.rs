//! Files that are not what was signed.

use lockstep_package::{Package, SignatureError, sections, signature};

use crate::support::{MOMENT, PUBLISHER, key, signed, unsigned, verify};

#[test]
fn every_bit_of_every_byte_counts() {
    let file = signed();
    assert!(file.len() < 1024, "{} bytes", file.len());
    assert_eq!(verify(&file).unwrap().publisher, PUBLISHER);
    for position in 0..file.len() {
        for bit in 0..8 {
            let mut altered = file.clone();
            altered[position] ^= 1 << bit;
            assert!(verify(&altered).is_err(), "bit {bit} of byte {position} is not covered");
        }
    }
}

#[test]
fn every_other_value_of_the_signatures_bytes_is_refused() {
    let file = signed();
    for position in unsigned().len()..file.len() {
        for value in 0..=u8::MAX {
            let mut altered = file.clone();
            altered[position] = value;
            assert_eq!(verify(&altered).is_ok(), value == file[position], "{value} at byte {position}");
        }
    }
}

#[test]
fn a_file_cut_short_or_with_something_more_is_refused() {
    let file = signed();
    for length in 0..file.len() {
        assert!(verify(&file[..length]).is_err(), "{length} bytes are accepted");
    }
    for value in 0..=u8::MAX {
        assert!(verify(&[&file[..], &[value]].concat()).is_err(), "{value} may follow");
    }
}

#[test]
fn bytes_put_in_or_taken_out_anywhere_are_refused() {
    let file = signed();
    for position in 0..file.len() {
        let (before, after) = file.split_at(position);
        assert!(verify(&[before, &after[1..]].concat()).is_err(), "byte {position} may go");
        assert!(verify(&[before, &[0], after].concat()).is_err(), "a byte may come at {position}");
    }
}

#[test]
fn a_signature_is_there_once_and_last() {
    let (content, file) = (unsigned(), signed());
    let section = &file[content.len()..];
    let doubled = [&file[..], section].concat();
    assert!(matches!(Package::open(&doubled), Err(SignatureError::Doubled)));
    let mut followed = file.clone();
    sections::append(&mut followed, "more", b"").unwrap();
    assert!(matches!(Package::open(&followed), Err(SignatureError::NotLast)));
    // Before the manifest, whose section is what follows the header and the one type.
    let moved = [&content[..8], section, &content[8..]].concat();
    assert!(matches!(Package::open(&moved), Err(SignatureError::NotLast)));
}

#[test]
fn a_length_in_more_bytes_than_it_needs_is_refused() {
    let (content, file) = (unsigned(), signed());
    let section = &file[content.len()..];
    assert_eq!(section[1] & 0x80, 0x80, "its length takes two bytes");
    let longer = [&content[..], &section[..2], &[section[2] | 0x80, 0], &section[3..]].concat();
    let refused = Package::open(&longer).unwrap_err();
    assert!(matches!(refused, SignatureError::Malformed { .. }), "{refused}");
}

#[test]
fn a_signature_of_another_package_is_refused() {
    let (content, file) = (unsigned(), signed());
    let mut other = content.clone();
    sections::append(&mut other, "more", b"").unwrap();
    let forged = [&other[..], &file[content.len()..]].concat();
    let refused = Package::open(&forged).unwrap_err();
    assert!(matches!(refused, SignatureError::Altered { .. }), "{refused}");
    let again = signature::sign(&forged, &key(1), PUBLISHER, MOMENT).unwrap_err();
    assert!(matches!(again, SignatureError::Altered { .. }), "nobody signs it by mistake: {again}");
}

#[test]
fn what_is_not_signed_is_refused_where_a_signature_is_wanted() {
    let file = unsigned();
    assert!(Package::open(&file).unwrap().signature().is_none());
    assert!(matches!(verify(&file), Err(SignatureError::Missing)));
}
