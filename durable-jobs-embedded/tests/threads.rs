//! A host that was dropped leaves no thread behind. Alone in its process, because it counts threads.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "this is a test, also outside of its test functions"
)]

use std::fs;

use durable_jobs::Host;

fn threads_of_hosts() -> usize {
    fs::read_dir("/proc/self/task")
        .unwrap()
        .filter_map(|task| fs::read_to_string(task.unwrap().path().join("comm")).ok())
        .filter(|name| name.starts_with("durable-jobs"))
        .count()
}

/// A thread names itself, and is listed until the kernel has buried it: both a moment after the call that caused it.
fn until_threads_are(expected: usize) {
    while threads_of_hosts() != expected {
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_host_that_was_dropped_leaves_no_thread_behind() {
    let folder = tempfile::tempdir().unwrap();
    for ends_in_order in [true, false] {
        let host = Host::open(folder.path().join("jobs.db"))
            .start()
            .await
            .unwrap();
        until_threads_are(3);
        let clone = host.clone();
        if ends_in_order {
            host.shutdown().await;
        } else {
            drop(host);
            until_threads_are(3);
        }
        drop(clone);
        until_threads_are(0);
    }
}
