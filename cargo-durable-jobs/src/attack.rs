//! Modules and configurations that are none: each is read or refused, without a panic.

use std::{env, path::Path};

use proptest::{prelude::*, sample::Index, test_runner::RngSeed};

use crate::{
    change::Change,
    check::{check, notes},
    configuration::{Configuration, Scope},
    document::Document,
    problem::Remedy,
    worker::Worker,
    write,
};

/// The least module that exports a job, and a class of wasm-bindgen.
const MODULE: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x04\x01\x60\0\0\
    \x03\x02\x01\0\
    \x07\x2b\x02\x13__durable_job_Order\0\0\x11__wbg_parcel_free\0\0\
    \x0a\x04\x01\x02\0\x0b";

const TOML: &str = r#"
name = "shop" # here
main = "build/index.js"
compatibility_date = "2026-07-30"

[[durable_objects.bindings]]
name = "ORDER"
class_name = "Order"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Order", "Old"]
renamed_classes = [{ from = "Old", to = "Parcel" }]

[env.staging]
durable_objects.bindings = [{ name = "ORDER", class_name = "Order", script_name = "other" }]
"#;

const JSON: &str = r#"{
  // here
  "name": "shop", "main": "build/index.js", "compatibility_date": "2026-07-30",
  "durable_objects": { "bindings": [{ "name": "ORDER", "class_name": "Order" },] },
  "migrations": [{ "tag": "v1", "new_classes": ["Order"], "deleted_classes": ["Old"] }],
  "exports": { "Order": { "type": "durable-object", "storage": "sqlite" } },
  "env": { "staging": { "migrations": [] } }
}"#;

const WORDS: [&str; 19] = [
    "[",
    "]",
    "{",
    "}",
    "=",
    ":",
    ",",
    "\"",
    "'",
    "\n",
    "\r\n",
    "#",
    "//",
    "/*",
    "\\u",
    "\u{feff}",
    "\u{1f980}",
    "[[migrations]]",
    "null",
];

/// One change of a file.
#[derive(Clone, Debug)]
enum Edit {
    FlipBit(Index, u8),
    Insert(Index, &'static str),
    Delete(Index, usize),
    Repeat(Index, usize),
    Nest(usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let word = prop::sample::select(&WORDS[..]);
    let edit = prop_oneof![
        3 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Edit::FlipBit(at, bit)),
        3 => (any::<Index>(), word).prop_map(|(at, word)| Edit::Insert(at, word)),
        2 => (any::<Index>(), 1..60_usize).prop_map(|(at, length)| Edit::Delete(at, length)),
        2 => (any::<Index>(), 1..60_usize).prop_map(|(at, length)| Edit::Repeat(at, length)),
    ];
    let nest = prop::option::weighted(0.05, (1..100_000_usize).prop_map(Edit::Nest));
    (prop::collection::vec(edit, 1..5), nest)
        .prop_map(|(edits, nest)| edits.into_iter().chain(nest).collect())
}

fn edited(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for edit in edits {
        match edit {
            Edit::FlipBit(at, bit) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
            Edit::Insert(at, word) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, word.bytes());
            }
            Edit::Delete(at, length) => {
                let at = at.index(bytes.len() + 1);
                let end = bytes.len().min(at + length);
                bytes.drain(at..end);
            }
            Edit::Repeat(at, length) => {
                let at = at.index(bytes.len() + 1);
                let end = bytes.len().min(at + length);
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            Edit::Nest(depth) => {
                let opened = b"\n\"a\" = "
                    .iter()
                    .copied()
                    .chain(std::iter::repeat_n(b'[', *depth));
                bytes.splice(0..0, opened);
            }
            Edit::FlipBit(..) => {}
        }
    }
    bytes
}

/// So many cases, always the same ones; many more and others each time under `cargo xtask fuzz`.
fn config(cases: u32) -> ProptestConfig {
    let factor: Option<u32> = env::var("DURABLE_JOBS_FUZZ")
        .ok()
        .and_then(|factor| factor.parse().ok());
    ProptestConfig {
        cases: cases.saturating_mul(factor.unwrap_or(1)),
        rng_seed: factor.map_or(RngSeed::Fixed(1), |_| RngSeed::Random),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Does to a configuration what the command does, but for the files.
fn compare(path: &str, text: String) {
    let Ok(document) = Document::parse(Path::new(path), text) else {
        return;
    };
    let Ok(worker) = Worker::parse(MODULE) else {
        panic!("the module is one");
    };
    for scope in [Scope::Top, Scope::Environment("staging".to_owned())] {
        let Ok(configuration) = Configuration::parse(&document, scope.clone()) else {
            continue;
        };
        drop(notes(&worker, &configuration));
        for problem in check(&worker, &configuration) {
            if let Remedy::Written(change) = problem.remedy() {
                written(&document, &change, &scope);
            }
        }
    }
}

fn written(document: &Document, change: &Change, scope: &Scope) {
    // It may refuse: then nothing is written.
    let _ = write::apply(document, change, scope);
}

#[test]
fn what_is_attacked_is_valid() {
    assert_eq!(
        Worker::parse(MODULE)
            .map(|worker| worker.jobs().count())
            .ok(),
        Some(1)
    );
    for (path, text) in [("wrangler.toml", TOML), ("wrangler.jsonc", JSON)] {
        let document = Document::parse(Path::new(path), text.to_owned());
        assert!(document.is_ok(), "{path}");
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_bytes_are_a_module_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Worker::parse(&bytes);
        let _ = Worker::parse(&[&MODULE[..8], &bytes].concat());
    }

    #[test]
    fn a_damaged_module_is_read_or_refused(edits in edits()) {
        let _ = Worker::parse(&edited(MODULE, &edits));
    }

    #[test]
    fn a_damaged_configuration_is_read_or_refused(edits in edits()) {
        for (path, text) in [("wrangler.toml", TOML), ("wrangler.jsonc", JSON)] {
            let bytes = edited(text.as_bytes(), &edits);
            compare(path, String::from_utf8_lossy(&bytes).into_owned());
        }
    }

    #[test]
    fn any_text_is_a_configuration_or_none(text in any::<String>()) {
        compare("wrangler.toml", text.clone());
        compare("wrangler.json", text);
    }
}
