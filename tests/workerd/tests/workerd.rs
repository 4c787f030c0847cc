//! That the crate does to a real workerd what it says.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::PathBuf,
    thread,
};

use durable_jobs_workerd::{Answer, Builder, Eviction, Namespace, Workerd, WorkerdError, get};
use serde_json::Value;

fn counter() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/counter")
}

fn builder() -> Builder {
    Workerd::builder(counter()).namespace(Namespace::new("Counter").bound_as("OBJECTS"))
}

/// What an object says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    count: u64,
    instance: String,
}

fn ask(workerd: &Workerd, path: &str) -> Answer {
    get(&format!("{}/{path}", workerd.url())).unwrap()
}

fn see(workerd: &Workerd, name: &str) -> Seen {
    let answer: Value = serde_json::from_str(&ask(workerd, name).body).unwrap();
    Seen {
        count: answer["count"].as_u64().unwrap(),
        instance: answer["instance"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn objects_outlive_a_kill() {
    let mut workerd = builder().start().unwrap();
    let before = see(&workerd, "a");
    workerd.kill().unwrap();
    assert_eq!(workerd.pid(), None);
    assert!(get(&workerd.url()).is_err());
    workerd.start().unwrap();
    let after = see(&workerd, "a");
    assert_eq!((before.count, after.count), (1, 2));
    assert_ne!(before.instance, after.instance);
}

#[test]
fn the_entry_in_the_documentation_is_the_one_that_is_tested() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(folder.join("../../docs/cloudflare.md")).unwrap();
    let entry = fs::read_to_string(folder.join("src/entry.js")).unwrap();
    assert!(page.contains(&format!("```js\n{entry}```\n")));
}

#[test]
fn objects_outlive_a_stop() {
    let mut workerd = builder().start().unwrap();
    see(&workerd, "a");
    workerd.stop().unwrap();
    assert!(workerd.stop().is_err());
    workerd.start().unwrap();
    assert!(workerd.start().is_err());
    assert_eq!(see(&workerd, "a").count, 2);
}

#[test]
fn a_stop_lets_calls_end_and_a_kill_does_not() {
    let mut workerd = builder().start().unwrap();
    let call = in_background(format!("{}/a?wait=300", workerd.url()));
    workerd.wait_for_log("/a waits").unwrap();
    workerd.stop().unwrap();
    assert_eq!(call.join().unwrap().unwrap().status, 200);
    workerd.start().unwrap();
    let call = in_background(format!("{}/b?wait=60000", workerd.url()));
    workerd.wait_for_log("/b waits").unwrap();
    workerd.kill().unwrap();
    assert!(call.join().unwrap().is_err());
}

#[test]
fn another_workerd_and_another_class_open_the_same_objects() {
    let storage = tempfile::tempdir().unwrap();
    let mut first = builder().storage(storage.path()).start().unwrap();
    see(&first, "a");
    first.stop().unwrap();
    let renamed = Namespace::new("Renamed").stored_as("Counter");
    let second = Workerd::builder(counter())
        .namespace(renamed.bound_as("OBJECTS"))
        .storage(storage.path())
        .start()
        .unwrap();
    assert_eq!(see(&second, "a").count, 2);
    assert!(second.storage().join("Counter").is_dir());
}

#[test]
fn an_evicted_object_is_built_anew_and_no_other() {
    let workerd = builder().start().unwrap();
    let (a, b) = (see(&workerd, "a"), see(&workerd, "b"));
    assert_eq!(workerd.evict("OBJECTS", "a").unwrap(), Eviction::Evicted);
    assert_eq!(workerd.evict("OBJECTS", "c").unwrap(), Eviction::NotRunning);
    let (again_a, again_b) = (see(&workerd, "a"), see(&workerd, "b"));
    assert_ne!(a.instance, again_a.instance);
    assert_eq!(b.instance, again_b.instance);
    assert_eq!((again_a.count, again_b.count), (2, 2));
}

#[test]
fn all_objects_are_evicted() {
    let workerd = builder().start().unwrap();
    let before = ["a", "b"].map(|name| see(&workerd, name).instance);
    workerd.evict_all().unwrap();
    let after = ["a", "b"].map(|name| see(&workerd, name).instance);
    assert!(before.iter().all(|instance| !after.contains(instance)));
}

#[test]
fn an_abort_fails_the_calls_in_flight() {
    let workerd = builder().start().unwrap();
    let before = see(&workerd, "a");
    let slow = in_background(format!("{}/a?wait=60000", workerd.url()));
    workerd.wait_for_log("/a waits").unwrap();
    workerd.abort_all().unwrap();
    assert_eq!(slow.join().unwrap().unwrap().status, 500);
    let after = see(&workerd, "a");
    assert_ne!(before.instance, after.instance);
    assert_eq!(after.count, 2);
}

#[test]
fn an_object_that_is_never_evicted_stays() {
    let namespace = Namespace::new("Counter").bound_as("OBJECTS");
    let workerd = Workerd::builder(counter())
        .namespace(namespace.never_evicted())
        .start()
        .unwrap();
    let before = see(&workerd, "a");
    assert!(workerd.evict("OBJECTS", "a").is_err());
    workerd.evict_all().unwrap();
    assert_eq!(see(&workerd, "a").instance, before.instance);
}

#[test]
fn a_worker_fetches_from_the_local_machine() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = serve_once(listener);
    let workerd = builder().start().unwrap();
    let answer = ask(&workerd, &format!("?fetch=http://{address}/"));
    assert_eq!((answer.status, &*answer.body), (200, "from outside"));
    served.join().unwrap();
}

#[test]
fn texts_arrive_as_they_were_given() {
    let text = "\"quoted\" \\ two\nlines \u{1} ü";
    let workerd = builder().text("TEXT", text).start().unwrap();
    let answer: Value = serde_json::from_str(&ask(&workerd, "a").body).unwrap();
    assert_eq!(answer["text"], text);
}

#[test]
fn what_a_worker_prints_is_in_the_log() {
    let workerd = builder().start().unwrap();
    ask(&workerd, "a/print");
    workerd.wait_for_log("the counter was here").unwrap();
}

#[test]
fn a_worker_that_does_not_load_says_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), "export default {").unwrap();
    let error = Workerd::builder(folder.path())
        .start()
        .unwrap_err()
        .to_string();
    assert!(error.contains("ended before it listened"), "{error}");
    assert!(error.contains("SyntaxError"), "{error}");
}

#[test]
fn nothing_is_left_of_a_workerd_that_is_dropped() {
    let workerd = builder().start().unwrap();
    let process = PathBuf::from(format!("/proc/{}", workerd.pid().unwrap()));
    let storage = workerd.storage().to_path_buf();
    assert!(process.exists() && storage.exists());
    drop(workerd);
    assert!(!process.exists() && !storage.exists());
}

#[expect(clippy::disallowed_methods, reason = "the caller waits meanwhile")]
fn in_background(url: String) -> thread::JoinHandle<Result<Answer, WorkerdError>> {
    thread::spawn(move || get(&url))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the server that the Worker calls"
)]
fn serve_once(listener: TcpListener) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        let answer =
            b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\nfrom outside";
        stream.write_all(answer).unwrap();
    })
}
