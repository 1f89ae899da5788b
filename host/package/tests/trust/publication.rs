//! Publication records: the newest for this device, and no other.

use lockstep_model::Digest;
use lockstep_package::{
    Publication,
    publication::{Expected, FORMAT, PublicationError, PublishedCode, PublishedPackage},
    signature,
};

use crate::support::{MOMENT, PUBLISHER, key, unsigned};

const EXPECTED: Expected<'static> = Expected { environment: "production", device: "device-1", sequence: 7 };

fn record() -> Publication {
    let package = PublishedPackage {
        name: "orders".into(),
        version: "1.2.3".into(),
        publisher: PUBLISHER.into(),
        publisher_key: key(1).verifying_key(),
        digest: Digest::of(b"content"),
        file: Digest::of(b"file"),
        bytes: 4,
        roles: vec!["clerk".into()],
        code: Some(PublishedCode { digest: Digest::of(b"code"), bytes: 4 }),
    };
    Publication {
        format: FORMAT,
        environment: "production".into(),
        sequence: 7,
        issued: MOMENT.0,
        device: "device-1".into(),
        engine: "wasmtime-48/portable".into(),
        packages: vec![package.clone(), PublishedPackage { name: "stock".into(), code: None, ..package }],
        withdrawn: vec![Digest::of(b"withdrawn")],
    }
}

/// What a device does with bytes: held against the environment's key, which is that of seed 3, and what it expects.
fn take(bytes: &[u8]) -> Result<Publication, PublicationError> {
    let record = Publication::verify(bytes, &key(3).verifying_key())?;
    record.check(&EXPECTED)?;
    Ok(record)
}

fn signed(record: &Publication) -> Vec<u8> {
    record.sign(&key(3)).unwrap()
}

#[test]
fn a_record_comes_back_and_its_bytes_are_always_the_same() {
    let bytes = signed(&record());
    assert_eq!(take(&bytes).unwrap(), record());
    assert_eq!(bytes, signed(&record()));
}

#[test]
fn a_record_is_json_in_the_order_of_the_specification() {
    let (one, file, code, gone) =
        (Digest::of(b"content"), Digest::of(b"file"), Digest::of(b"code"), Digest::of(b"withdrawn"));
    let publisher_key = key(1).verifying_key();
    let package = |name, code| {
        format!(
            r#"{{"name":"{name}","version":"1.2.3","publisher":"lockstep-samples","publisher-key":"{publisher_key}","digest":"{one}","file":"{file}","bytes":4,"roles":["clerk"],"code":{code}}}"#
        )
    };
    let packages = [package("orders", format!(r#"{{"digest":"{code}","bytes":4}}"#)), package("stock", "null".into())];
    let expected = format!(
        r#"{{"format":1,"environment":"production","sequence":7,"issued":1772438400000,"device":"device-1","engine":"wasmtime-48/portable","packages":[{}],"withdrawn":["{gone}"]}}"#,
        packages.join(",")
    );
    assert_eq!(serde_json::to_string(&record()).unwrap(), expected);
    let bytes = signed(&record());
    assert!(bytes.windows(expected.len()).any(|part| part == expected.as_bytes()));
}

#[test]
fn every_altered_bit_is_refused() {
    let bytes = signed(&record());
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut altered = bytes.clone();
            altered[position] ^= 1 << bit;
            assert!(take(&altered).is_err(), "bit {bit} of byte {position} is not covered");
        }
    }
    for length in 0..bytes.len() {
        assert!(take(&bytes[..length]).is_err(), "{length} bytes are accepted");
    }
    assert!(take(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn an_older_record_is_refused_and_an_equal_or_newer_one_is_not() {
    for (sequence, is_taken) in [(0, false), (6, false), (7, true), (8, true), (u64::MAX, true)] {
        let taken = take(&signed(&Publication { sequence, ..record() }));
        assert_eq!(taken.is_ok(), is_taken, "{sequence}");
        if let Err(refused) = taken {
            assert!(matches!(refused, PublicationError::Older { found, known: 7 } if found == sequence), "{refused}");
        }
    }
}

#[test]
fn a_record_for_somebody_else_is_refused() {
    let refused = take(&signed(&Publication { device: "device-2".into(), ..record() })).unwrap_err();
    assert_eq!(refused.to_string(), "the publication record is for the device `device-2`, not for `device-1`");
    let refused = take(&signed(&Publication { environment: "test".into(), ..record() })).unwrap_err();
    assert_eq!(refused.to_string(), "the publication record is of the environment `test`, not of `production`");
}

#[test]
fn a_record_that_another_key_signed_is_refused() {
    let refused = take(&record().sign(&key(1)).unwrap()).unwrap_err();
    assert!(matches!(refused, PublicationError::OtherKey { .. }), "{refused}");
    // The key's id is that of the environment, the signature is not.
    let bytes = record().sign(&key(1)).unwrap();
    let (own, wanted) = (key(1).id().to_bytes(), key(3).id().to_bytes());
    let at = bytes.windows(16).position(|part| part == own).unwrap();
    let refused = take(&[&bytes[..at], &wanted, &bytes[at + 16..]].concat()).unwrap_err();
    assert!(matches!(refused, PublicationError::Altered), "{refused}");
}

#[test]
fn a_record_of_a_newer_server_says_so() {
    let refused = take(&signed(&Publication { format: 2, ..record() })).unwrap_err();
    assert_eq!(refused.to_string(), "the publication record has format 2, and 1 is read: update this device");
}

#[test]
fn what_the_key_signed_for_something_else_is_no_record() {
    let package = signature::sign(&unsigned(), &key(3), PUBLISHER, MOMENT).unwrap();
    let section = &package[unsigned().len()..];
    let start = section.iter().position(|byte| *byte == 0xd2).unwrap();
    let refused = take(&section[start..]).unwrap_err();
    assert!(matches!(refused, PublicationError::Altered), "{refused}");
}

#[test]
fn a_record_that_is_too_large_is_neither_made_nor_read() {
    let withdrawn = vec![Digest::of(b""); 70_000];
    let refused = Publication { withdrawn, ..record() }.sign(&key(3)).unwrap_err();
    assert!(matches!(refused, PublicationError::TooLarge { .. }), "{refused}");
    let refused = take(&vec![0; 5 << 20]).unwrap_err();
    assert!(matches!(refused, PublicationError::TooLarge { .. }), "{refused}");
}

#[test]
fn hostile_lengths_take_no_memory() {
    // Arrays and texts that say they are as long as can be.
    for head in [&[0xd2, 0x9b][..], &[0xd2, 0x84, 0x5b], &[0xd2, 0x84, 0x43, 0xbb], &[0xd2, 0x84, 0x7b]] {
        let bytes = [head, &[0xff; 16]].concat();
        assert!(matches!(take(&bytes), Err(PublicationError::Malformed { .. })));
    }
    let nested = [vec![0xd2], vec![0x81; 1 << 20]].concat();
    assert!(matches!(take(&nested), Err(PublicationError::Malformed { .. })));
}
