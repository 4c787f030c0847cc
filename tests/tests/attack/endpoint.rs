//! What an endpoint may answer to a tracker.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use durable_jobs::{Tracker, prelude::*};
use proptest::prelude::*;

use crate::{
    effort::config,
    everything::{block_on, panics},
};

#[rate_limit(permits = 5, window = "1m")]
struct Told;

/// Answers every request with these bytes, over and over while the other side takes them, then hangs up.
fn endpoint(answer: Vec<u8>, times: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            answer_one(stream, &answer, times);
        }
    });
    url
}

fn answer_one(mut stream: TcpStream, answer: &[u8], times: usize) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = stream.set_write_timeout(Some(Duration::from_secs(5)));
    let mut request = [0; 16 * 1024];
    let _ = stream.read(&mut request);
    for _ in 0..times {
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}

/// A host whose tracker sends to `url` runs and ends.
fn tells(url: String) {
    let before = panics();
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let tracker = Tracker::new(url)
            .batch_events(1)
            .tries(1)
            .timeout(Duration::from_millis(500))
            .shutdown_wait(Duration::from_secs(2));
        let host = Host::open(folder.path().join("jobs.db"))
            .tracker(tracker.clone())
            .job::<Told>()
            .start()
            .await
            .unwrap();
        for id in ["a", "b"] {
            let told = ToldClient::new(&host);
            told.acquire(id, 5).await.unwrap();
            told.terminate(id, "enough").await.unwrap();
        }
        host.shutdown().await;
        let statistics = tracker.statistics();
        assert_eq!(statistics.queued, 0, "{statistics:?}");
    });
    assert_eq!(panics(), before, "the library has panicked");
}

#[test]
fn answers_without_an_end_are_cut_off() {
    for endless in [
        "HTTP/1.1 200 OK\r\nX: y\r\n".to_owned(),
        "HTTP/1.1 100 Continue\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(4_000)),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n".to_owned(),
        "HTTP/1.1 301 Moved\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n".to_owned(),
    ] {
        tells(endpoint(endless.into_bytes(), 10_000));
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn any_answer_is_a_success_or_a_failure(
        answer in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            ("HTTP/1.1 [0-9]{1,4} [a-z]{0,5}\r\n[\\PC\r\n]{0,60}").prop_map(String::into_bytes),
        ],
    ) {
        tells(endpoint(answer, 1));
    }
}
