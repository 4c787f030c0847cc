//! Once the faults have ended everything gets done.

use std::collections::BTreeSet;

use durable_jobs::{QueueStatus, Status};

use crate::{jobs::BOOKS, story::Story};

impl Story {
    pub(crate) async fn end(mut self) {
        self.simulation.calm_down().await;
        for _ in 0..2 {
            self.resume_all().await;
            self.simulation.advance("3m").await;
            self.audit();
        }
        self.check_instances().await;
        self.check_queues().await;
        self.check_done();
        self.check_books().await;
    }

    async fn check_instances(&self) {
        for id in ["a", "b"] {
            let pulse = self.pulses.status(id).await.unwrap().status;
            assert_eq!(pulse, Status::Waiting, "pulse {id}");
            let cart = self.carts.status(id).await.unwrap();
            assert_eq!(cart.event_count, 0, "cart {id}: {cart:?}");
            for status in [
                self.accounts.status(id).await.unwrap().status,
                self.clerks.status(id).await.unwrap().status,
            ] {
                let rests = matches!(status, Status::Idle | Status::NotFound);
                assert!(rests, "account or clerk {id} is {status}");
            }
        }
    }

    async fn check_queues(&self) {
        let parcels = self.parcels.status("a").await.unwrap();
        let lanes = self.lanes.status("a").await.unwrap();
        for QueueStatus {
            pending,
            in_flight,
            delayed,
            ..
        } in [parcels, lanes]
        {
            assert_eq!((pending, in_flight, delayed), (0, 0, 0));
        }
    }

    /// What a cart was given was handed on; what a queue was given, too, or is a dead letter, which the audit has seen.
    fn check_done(&self) {
        let log = self.office.log();
        for instance in ["debounce:Cart:a", "debounce:Cart:b"] {
            let done: BTreeSet<u64> = log.done(instance).collect();
            let owed = self.model.owed.iter().filter(|(of, _)| *of == instance);
            let lost: Vec<_> = owed.filter(|(_, item)| !done.contains(item)).collect();
            assert!(lost.is_empty(), "never handed on: {lost:?}");
        }
        let lanes = log.runs.iter().filter(|run| run.instance == "queue:Lane:a");
        let mut last = std::collections::BTreeMap::new();
        for run in lanes {
            let last = last.entry(&run.place.0).or_insert(0);
            assert!(*last <= run.items[0], "after {last} in its lane: {run:?}");
            *last = run.items[0];
        }
    }

    /// Each order has arrived in each book.
    async fn check_books(&self) {
        for book in BOOKS {
            let rows = self.host.rows(&format!("task:Account:{book}"));
            let state = rows.and_then(|rows| rows.row.state);
            let state = state.as_deref().unwrap_or(r#"{"notes":[]}"#);
            let state: serde_json::Value = serde_json::from_str(state).unwrap();
            let notes: BTreeSet<u64> = serde_json::from_value(state["notes"].clone()).unwrap();
            let lost: Vec<_> = self.model.ordered.difference(&notes).collect();
            assert!(lost.is_empty(), "{book} has not got {lost:?}: {notes:?}");
        }
    }
}
