//! Samples that a test gives, and types of which none can be made up.

use durable_jobs::prelude::*;
use durable_jobs_testing::{Update, schema_lock};
use expect_test::expect;
use serde::{Deserializer, de::Error};

use crate::stored::{Order, folder};

/// A number that is prime, as only people know.
#[derive(Clone, Copy, Serialize)]
struct Prime(u64);

impl<'de> Deserialize<'de> for Prime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            prime @ 7919 => Ok(Self(prime)),
            _ => Err(Error::custom("not a prime")),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Secret {
    key: Prime,
}

#[derive(Serialize, Deserialize)]
struct Renamed {
    #[serde(default)]
    prime: u64,
}

#[test]
fn a_type_of_which_no_sample_can_be_made_up_asks_for_one() {
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    let report = lock().job::<Order<Secret>>().outcome().unwrap_err();
    expect![[r#"
        Order.state.v1.json: no sample of the state of `Order` can be made up: not a prime
        Give one in the test, for each variant that matters: `.job_with::<Order>(|job| job.state(&..))`.
    "#]].assert_eq(&report);
    let secret = Order(Secret { key: Prime(7919) });
    lock()
        .job_with::<Order<Secret>>(|job| job.state(&secret))
        .check();
    let report = lock().job::<Order<Renamed>>().outcome().unwrap_err();
    assert!(report.contains("`key` was u64, is gone"), "{report}");
}

/// Types of the standard library with conditions of their own.
#[derive(Serialize, Deserialize)]
struct Conditions {
    every: Duration,
    from: std::net::IpAddr,
    at: Timestamp,
    some: std::num::NonZeroU8,
    either: Result<u8, String>,
    until: std::ops::Range<u32>,
    boxed: Box<[String; 2]>,
}

#[test]
fn usual_types_need_no_samples() {
    let folder = folder();
    let lock = || schema_lock(folder.path()).update(Update::Missing);
    lock().job::<Order<Conditions>>().check();
    let file = std::fs::read_to_string(folder.path().join("Order.state.v1.json")).unwrap();
    expect![[r#"
        {
          "job": "Order",
          "type": "state",
          "version": 1,
          "shape": {
            "(itself)": "object",
            "at": "i64",
            "boxed": "list of 2",
            "boxed[0]": "string",
            "boxed[1]": "string",
            "either": "one of Ok, Err",
            "either.Err": "string",
            "either.Ok": "u8",
            "every": "object",
            "every.nanos": "u32",
            "every.secs": "u64",
            "from": "string",
            "some": "u8",
            "until": "object",
            "until.end": "u32",
            "until.start": "u32"
          },
          "samples": [
            {
              "at": -9223372036854775808,
              "boxed": [
                "text",
                "text"
              ],
              "either": {
                "Ok": 255
              },
              "every": {
                "nanos": 1,
                "secs": 1
              },
              "from": "192.0.2.1",
              "some": 255,
              "until": {
                "end": 4294967295,
                "start": 4294967295
              }
            },
            {
              "at": -9223372036854775808,
              "boxed": [
                "text",
                "text"
              ],
              "either": {
                "Err": "text"
              },
              "every": {
                "nanos": 1,
                "secs": 1
              },
              "from": "192.0.2.1",
              "some": 255,
              "until": {
                "end": 4294967295,
                "start": 4294967295
              }
            }
          ]
        }
    "#]]
    .assert_eq(&file);
}
