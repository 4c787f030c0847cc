//! Calls that no client makes, and ids of any characters.

use std::time::Duration;

use durable_jobs_runtime::wire::RequestId;
use proptest::prelude::*;

use crate::{
    effort::config,
    everything::{CALLS, Running, block_on, panics, read},
    mutation::{Edit, edited_text, edits},
};

/// One step of a story.
#[derive(Clone, Debug)]
enum Step {
    Call {
        call: (&'static str, &'static str),
        edits: Vec<Edit>,
        request: Option<u64>,
    },
    Advance(u64),
    Back(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let call = (
        prop::sample::select(&CALLS[..]),
        edits(),
        prop::option::of(0..4_u64),
    );
    let call = call.prop_map(|(call, edits, request)| Step::Call {
        call,
        edits,
        request,
    });
    let duration = || prop_oneof![0..100_000_u64, Just(86_400_000), Just(5_000_000_000_000)];
    let step = prop_oneof![
        8 => call,
        1 => duration().prop_map(Step::Advance),
        1 => duration().prop_map(Step::Back),
    ];
    prop::collection::vec(step, 1..40)
}

fn ids() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("a".to_owned()),
        1 => "\\PC{0,20}",
        1 => any::<String>(),
        1 => prop::collection::vec(any::<char>(), 500..520).prop_map(String::from_iter),
    ]
}

async fn take(running: &Running, id: &str, step: &Step) {
    match step {
        Step::Call {
            call: (job, text),
            edits,
            request,
        } => {
            let edited = edited_text(text, edits);
            if let Some(call) = read(job, &edited).or_else(|| read(job, text)) {
                let _ = running
                    .call(job, id, call, request.map(RequestId::new))
                    .await;
            }
        }
        Step::Advance(by) => running.clock.advance(Duration::from_millis(*by)),
        Step::Back(by) => {
            let now = running.host_now();
            running.clock.set(now - Duration::from_millis(*by));
        }
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn every_call_is_answered_or_refused(id in ids(), steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.db");
        let before = panics();
        block_on(async {
            let running = Running::open(&path).await.unwrap();
            for step in &steps {
                take(&running, &id, step).await;
            }
            running.host.shutdown().await;
            let running = Running::open(&path).await.unwrap();
            for job in ["Beat", "Bag", "Flow", "Parcel", "Sliding", "Gate"] {
                let status = read(job, r#""status""#).unwrap();
                let answer = running.ask(job, &id, status).await;
                let fits = (1..=512).contains(&id.len());
                assert_eq!(answer.is_ok(), fits, "{job}: {answer:?}");
            }
            running.host.shutdown().await;
        });
        prop_assert_eq!(panics(), before, "the library has panicked");
    }
}
