//! A file whose bytes something has damaged.

use std::fs;

use proptest::{prelude::*, sample::Index};

use crate::{effort::config, everything::survives, rows::original};

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn flipped_bits_are_refused_or_lead_to_typed_errors(
        flips in prop::collection::vec((any::<Index>(), 0..8_u8), 1..40),
        in_header in prop::option::weighted(0.2, 16..100_usize),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.db");
        let mut bytes = original().to_vec();
        for (at, bit) in &flips {
            let at = 100 + at.index(bytes.len() - 100);
            bytes[at] ^= 1 << bit;
        }
        if let Some(at) = in_header {
            bytes[at] ^= 1;
        }
        fs::write(&path, bytes).unwrap();
        survives(&path);
    }

    #[test]
    fn a_file_that_ends_too_early_is_refused_or_leads_to_typed_errors(end in any::<Index>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.db");
        let bytes = original();
        fs::write(&path, &bytes[..end.index(bytes.len())]).unwrap();
        survives(&path);
    }

    #[test]
    fn a_log_of_any_bytes_is_left_alone_or_leads_to_typed_errors(log in prop::collection::vec(any::<u8>(), 0..8_192)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.db");
        fs::write(&path, original()).unwrap();
        fs::write(folder.path().join("jobs.db-wal"), log).unwrap();
        survives(&path);
    }
}
