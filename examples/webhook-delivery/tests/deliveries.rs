//! The job in virtual time, with receivers that are made up.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use durable_jobs::{BoxFuture, JobResult, Timestamp};
use durable_jobs_testing::{TestHost, block_on};
use webhook_delivery::{
    Answer, Delivery, DeliveryClient, Outgoing, Post, Receiver, ReceiverClient, Services,
};

/// Receivers that answer what they were told to, and note what they got.
#[derive(Clone, Default)]
struct Receivers(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    answers: VecDeque<Answer>,
    got: Vec<Outgoing>,
}

impl Receivers {
    fn answering(answers: impl IntoIterator<Item = (u16, Option<u64>)>) -> Self {
        let receivers = Self::default();
        let answers = answers.into_iter().map(|(status, retry_after)| Answer {
            status,
            retry_after,
        });
        receivers.0.lock().unwrap().answers = answers.collect();
        receivers
    }

    fn got(&self) -> Vec<Outgoing> {
        self.0.lock().unwrap().got.clone()
    }
}

impl Post for Receivers {
    fn post(&self, outgoing: Outgoing) -> BoxFuture<'_, JobResult<Answer>> {
        let mut notes = self.0.lock().unwrap();
        notes.got.push(outgoing);
        let taken = Answer {
            status: 204,
            retry_after: None,
        };
        let answer = notes.answers.pop_front().unwrap_or(taken);
        Box::pin(std::future::ready(Ok(answer)))
    }
}

fn delivery() -> Delivery {
    Delivery {
        url: "https://receiver.example/hook".to_owned(),
        body: "{}".to_owned(),
    }
}

async fn host(receivers: &Receivers) -> (TestHost, DeliveryClient) {
    let services = Services::new(receivers.clone());
    let host = TestHost::new(services.clone()).job::<Delivery>();
    let host = host.job::<Receiver>().start().await.unwrap();
    let limit = ReceiverClient::new(&host);
    services.receivers.set(limit).unwrap();
    let deliveries = DeliveryClient::new(&host);
    (host, deliveries)
}

#[test]
fn a_receiver_that_asks_for_time_gets_it() {
    block_on(async {
        let receivers = Receivers::answering([(429, Some(60))]);
        let (host, deliveries) = host(&receivers).await;
        deliveries.enqueue("q", delivery()).await.unwrap();
        host.advance("59s").await;
        assert_eq!(receivers.got().len(), 1);
        host.advance("1s").await;
        let got = receivers.got();
        assert_eq!(got.len(), 2);
        assert_eq!(got[0].idempotency_key, got[1].idempotency_key);
        assert_eq!(deliveries.status("q").await.unwrap().processed, 1);
    });
}

#[test]
fn what_can_never_be_taken_is_a_dead_letter_at_once() {
    block_on(async {
        let receivers = Receivers::answering([(410, None)]);
        let (host, deliveries) = host(&receivers).await;
        deliveries.enqueue("q", delivery()).await.unwrap();
        host.advance("1m").await;
        let dead = deliveries.dead_letters("q", 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].attempts), (1, 1));
        assert!(dead[0].error.contains("410"), "{}", dead[0].error);
    });
}

#[test]
fn failures_use_up_the_attempts_and_a_crash_loses_nothing() {
    block_on(async {
        let receivers = Receivers::answering(std::iter::repeat_n((500, None), 6));
        let (host, deliveries) = host(&receivers).await;
        deliveries.enqueue("q", delivery()).await.unwrap();
        host.advance("100ms").await;
        host.restart().await.unwrap();
        let deliveries_again = DeliveryClient::new(&host);
        host.advance("1m").await;
        assert_eq!(receivers.got().len(), 6);
        let status = deliveries_again.status("q").await.unwrap();
        assert_eq!((status.processed, status.dead), (0, 1));
        drop(deliveries);
        assert_eq!(
            deliveries_again.retry_all_dead("q").await.unwrap().revived,
            1
        );
        host.advance("1s").await;
        assert_eq!(deliveries_again.status("q").await.unwrap().processed, 1);
    });
}

#[test]
fn no_second_sees_more_than_fifty() {
    block_on(async {
        let receivers = Receivers::default();
        let (host, deliveries) = host(&receivers).await;
        let begin: Timestamp = host.now();
        let many = (0..120).map(|_| delivery());
        deliveries.enqueue_many("q", many).await.unwrap();
        host.advance("999ms").await;
        assert_eq!(receivers.got().len(), 50);
        host.advance("1ms").await;
        assert_eq!(receivers.got().len(), 51);
        host.advance("2s").await;
        assert_eq!(receivers.got().len(), 120);
        assert_eq!(host.now(), begin + Duration::from_secs(3));
    });
}

#[test]
fn a_receiver_gets_no_more_than_fifty_a_second_from_two_queues() {
    block_on(async {
        let receivers = Receivers::default();
        let (host, deliveries) = host(&receivers).await;
        for queue in ["one", "two"] {
            let many = (0..100).map(|_| delivery());
            deliveries.enqueue_many(queue, many).await.unwrap();
        }
        // A bucket of fifty, and what drips in.
        for tenths in 1..=20 {
            host.advance("100ms").await;
            let got = receivers.got().len();
            assert!(got <= 50 + 5 * tenths, "{got} after {tenths} tenths");
        }
        host.advance("10s").await;
        assert_eq!(receivers.got().len(), 200, "and all of them");
    });
}
