//! When files are written, and when their absence is a failure.

use std::{collections::BTreeMap, fs};

use durable_jobs::prelude::*;
use durable_jobs_testing::{Update, schema_lock};
use expect_test::expect;

use crate::stored::{Order, folder};

#[derive(Serialize, Deserialize)]
struct First {
    total: u64,
}

#[derive(Serialize, Deserialize)]
struct WithNote {
    total: u64,
    #[serde(default)]
    note: String,
}

#[derive(Serialize, Deserialize)]
struct NoteRequired {
    total: u64,
    note: String,
}

#[derive(Serialize, Deserialize)]
struct Renamed {
    sum: u64,
}

#[derive(Serialize, Deserialize)]
struct Everything {
    id: u64,
    lines: Vec<Line>,
    place: (u8, Option<String>),
    notes: BTreeMap<String, bool>,
    #[serde(default)]
    weight: f64,
    stage: Stage,
}

#[derive(Serialize, Deserialize)]
struct Line {
    name: String,
    kind: Option<char>,
}

#[derive(Serialize, Deserialize)]
enum Stage {
    New,
    Sent { by: String },
    Lost(i16),
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let names = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_missing_file_is_written_but_not_in_ci() {
    let folder = folder();
    let lock = |update| {
        schema_lock(folder.path())
            .update(update)
            .job::<Order<First>>()
    };
    let report = lock(Update::Nothing).outcome().unwrap_err();
    expect![[r#"
        Order.state.v1.json: is missing, and is not made in CI
        Run the test outside of CI and commit the file that it writes.
    "#]]
    .assert_eq(&report);
    assert_eq!(names(&folder), [""; 0]);
    lock(Update::Missing).check();
    assert_eq!(names(&folder), ["Order.state.v1.json"]);
    lock(Update::Nothing).check();
}

#[test]
fn a_file_is_the_same_every_time_and_readable() {
    let (one, other) = (folder(), folder());
    for folder in [&one, &other] {
        schema_lock(folder.path())
            .update(Update::Missing)
            .job::<Order<Everything>>()
            .check();
    }
    let read = |folder: &tempfile::TempDir| {
        fs::read_to_string(folder.path().join("Order.state.v1.json")).unwrap()
    };
    assert_eq!(read(&one), read(&other));
    expect![[r#"
        {
          "job": "Order",
          "type": "state",
          "version": 1,
          "shape": {
            "(itself)": "object",
            "id": "u64",
            "lines": "list",
            "lines[]": "object",
            "lines[].kind": "char, optional, may be missing",
            "lines[].name": "string",
            "notes": "map",
            "notes.(key)": "string",
            "notes.*": "bool",
            "place": "list of 2",
            "place[0]": "u8",
            "place[1]": "string, optional",
            "stage": "one of New, Sent, Lost",
            "stage.Lost": "i16",
            "stage.Sent": "object",
            "stage.Sent.by": "string",
            "weight": "f64, may be missing"
          },
          "samples": [
            {
              "id": 18446744073709551615,
              "lines": [
                {
                  "kind": "x",
                  "name": "text"
                }
              ],
              "notes": {
                "text": true
              },
              "place": [
                255,
                "text"
              ],
              "stage": "New",
              "weight": 0.5
            },
            {
              "id": 18446744073709551615,
              "lines": [
                {
                  "kind": "x",
                  "name": "text"
                }
              ],
              "notes": {
                "text": true
              },
              "place": [
                255,
                "text"
              ],
              "stage": {
                "Sent": {
                  "by": "text"
                }
              },
              "weight": 0.5
            },
            {
              "id": 18446744073709551615,
              "lines": [
                {
                  "kind": "x",
                  "name": "text"
                }
              ],
              "notes": {
                "text": true
              },
              "place": [
                255,
                "text"
              ],
              "stage": {
                "Lost": -32768
              },
              "weight": 0.5
            },
            {
              "id": 18446744073709551615,
              "lines": [],
              "notes": {},
              "place": [
                255,
                null
              ],
              "stage": "New",
              "weight": 0.5
            }
          ]
        }
    "#]]
    .assert_eq(&read(&one));
}

#[test]
fn an_addition_is_added_to_the_file_when_asked_and_then_missed() {
    let folder = folder();
    let lock = |update| schema_lock(folder.path()).update(update);
    lock(Update::Missing).job::<Order<First>>().check();
    let file = folder.path().join("Order.state.v1.json");
    let before = fs::read_to_string(&file).unwrap();
    lock(Update::Nothing).job::<Order<WithNote>>().check();
    lock(Update::Missing).job::<Order<WithNote>>().check();
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    lock(Update::Nothing).job::<Order<First>>().check();

    lock(Update::Additions).job::<Order<WithNote>>().check();
    lock(Update::Nothing).job::<Order<WithNote>>().check();
    let report = lock(Update::Nothing)
        .job::<Order<First>>()
        .outcome()
        .unwrap_err();
    assert!(report.contains("`note`"), "{report}");
    // What was stored before the addition is still there.
    let report = lock(Update::Nothing)
        .job::<Order<NoteRequired>>()
        .outcome()
        .unwrap_err();
    assert!(report.contains("missing field `note`"), "{report}");
}

#[test]
fn an_incompatible_change_is_told_and_never_written() {
    let folder = folder();
    let lock = |update| schema_lock(folder.path()).update(update);
    lock(Update::Missing).job::<Order<First>>().check();
    let file = folder.path().join("Order.state.v1.json");
    let before = fs::read_to_string(&file).unwrap();
    let report = lock(Update::Additions)
        .job::<Order<Renamed>>()
        .outcome()
        .unwrap_err();
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    expect![[r#"
        Order.state.v1.json: the state of `Order` has changed, and version 1 of it is stored already:
          `sum` is new: u64: missing field `sum`
          `total` was u64, is gone
        Take the change back, give an added field `#[serde(default)]`, or make a new version of it:
          1. `#[continuous(.., version = 2)]`
          2. `fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self>` in the job's impl turns what was stored into what is now
          3. `UPDATE_SCHEMA=1 cargo test` writes the file of version 2; this one stays
        If version 1 was never deployed, delete this file instead.
    "#]].assert_eq(&report);
}

#[test]
fn older_code_than_the_files_is_told_so() {
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    lock().job::<Order<First, 2>>().check();
    let report = lock().job::<Order<First, 1>>().outcome().unwrap_err();
    expect![[r#"
        Order.state.v2.json: written by newer code: the state of `Order` is of version 2 there, and of version 1 here
        This code is older than what was released: stored instances of version 2 are refused by it, untouched. Go on with `version = 2` or later.
    "#]].assert_eq(&report);
    assert_eq!(names(&folder), ["Order.state.v2.json"]);
}

#[test]
fn a_file_that_is_none_is_told() {
    let folder = folder();
    fs::write(folder.path().join("Order.state.v1.json"), "{").unwrap();
    let report = schema_lock(folder.path())
        .job::<Order<First>>()
        .outcome()
        .unwrap_err();
    assert!(
        report.contains("the files of `Order` cannot be used"),
        "{report}"
    );
}
