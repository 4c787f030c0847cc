//! Texts that are read from elsewhere: requests, answers, ids.

use durable_jobs_runtime::{
    ClientError, InstanceId, Timestamp,
    wire::{Call, Received, Request, RequestId, Status},
};
use proptest::prelude::*;

use crate::{
    effort::config,
    everything::{CALLS, read},
    mutation::{EDGES, edited_text, edits},
};

const ANSWERS: [&str; 6] = [
    r#"{"v":1,"ok":{"status":"waiting"}}"#,
    r#"{"v":1,"ok":{"state":{"state":{"a":1},"created_at":1735689600000,"scheduled_at":null,"revision":3}}}"#,
    r#"{"v":1,"ok":{"admission":{"created":true,"allowed":false,"remaining":0,"retry_after_ms":5,"reset_at":9}}}"#,
    r#"{"v":1,"error":{"kind":"queue_full","limit":3,"retry_after_ms":1000}}"#,
    r#"{"v":1,"error":{"kind":"outcome_unknown","request":"ffffffffffffffff","reason":"gone"}}"#,
    r#"{"v":1,"error":{"kind":"long_id","limit":600}}"#,
];

fn request(job: &'static str, call: Call) -> Request {
    Request {
        job,
        class: job,
        id: InstanceId::new("a").unwrap(),
        call,
        timeout: None,
        request: Some(RequestId::new(7)),
        message: None,
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "[\\[\\]{}\":,0-9a-z\\\\]{0,60}"]) {
        let _ = Received::decode(&text);
        let asked = request("Beat", read("Beat", r#""status""#).unwrap());
        let _ = asked.decode_answer(&text);
        for (job, _) in CALLS {
            let _ = read(job, &text);
        }
    }

    #[test]
    fn a_damaged_request_is_read_or_refused((job, text) in prop::sample::select(&CALLS[..]), edits in edits()) {
        let sent = request(job, read(job, text).unwrap()).encode();
        let damaged = edited_text(&sent, &edits);
        if let Ok(received) = Received::decode(&damaged) {
            prop_assert!((1..=InstanceId::MAX_BYTES).contains(&received.id.as_str().len()));
            let _ = read(job, received.call);
        }
    }

    #[test]
    fn a_damaged_answer_is_read_or_refused(text in prop::sample::select(&ANSWERS[..]), edits in edits()) {
        let asked = request("Beat", read("Beat", r#""status""#).unwrap());
        match asked.decode_answer(&edited_text(text, &edits)) {
            Ok(answer) => drop(format!("{answer:?}")),
            Err(error) => drop(error.to_string()),
        }
    }

    #[test]
    fn an_id_is_taken_as_it_is_or_refused(text in prop_oneof![any::<String>(), "\\PC{0,600}"]) {
        match InstanceId::new(&text) {
            Ok(id) => {
                prop_assert_eq!(id.as_str(), &text);
                prop_assert!((1..=512).contains(&text.len()));
            }
            Err(error) => {
                prop_assert!(!(1..=512).contains(&text.len()));
                let job = "Beat".to_owned();
                drop(ClientError::InvalidId { job, reason: error }.to_string());
            }
        }
        let _ = text.parse::<RequestId>();
        let _ = Status::from_name(&text);
    }

    #[test]
    fn moments_are_added_and_shown_at_every_edge(
        millis in prop_oneof![prop::sample::select(&EDGES[..]), any::<i64>()],
        seconds in any::<u64>(),
    ) {
        let moment = Timestamp::from_millis(millis);
        let duration = std::time::Duration::from_secs(seconds);
        drop(moment.to_string());
        prop_assert!(moment + duration >= moment);
        prop_assert!(moment - duration <= moment);
    }
}
