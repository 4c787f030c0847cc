//! A file that cannot be used is refused with the reason, and left as it was.

use std::{
    fs,
    future::Future,
    io::{BufRead, BufReader, Write},
    path::Path,
    pin::pin,
    process::{Child, Command, Stdio},
    task::{Context, Poll, Waker},
};

use durable_jobs::{
    Timestamp,
    embedded::{Host, OpenError, clock::ManualClock},
};

use crate::jobs::{Bench, LinesClient, Pulse, SlowPulse};

async fn refusal(path: &Path) -> OpenError {
    Host::open(path).start().await.unwrap_err()
}

/// Everything in the folder but locks, which a host may leave.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut contents: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "lock"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    contents.sort();
    contents
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_untouched() {
    let bench = Bench::new();
    bench.host().start().await.unwrap().shutdown().await;
    bench
        .sqlite()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = contents(bench.folder.path());

    let error = refusal(&bench.path()).await;

    assert!(
        matches!(
            error,
            OpenError::NewerVersion {
                stored: 99,
                supported: 3,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("run the newer program"),
        "{error}"
    );
    assert_eq!(contents(bench.folder.path()), before);
}

#[tokio::test]
async fn a_newer_version_that_only_the_log_knows_is_noticed() {
    let (bench, copy) = (Bench::new(), tempfile::tempdir().unwrap());
    bench.host().start().await.unwrap().shutdown().await;
    let newer = bench.sqlite();
    newer.pragma_update(None, "user_version", 99).unwrap();
    for name in ["jobs.db", "jobs.db-wal"] {
        fs::copy(bench.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let before = contents(copy.path());

    let error = refusal(&copy.path().join("jobs.db")).await;

    assert!(
        matches!(error, OpenError::NewerVersion { stored: 99, .. }),
        "{error}"
    );
    let after = contents(copy.path());
    assert!(
        before.iter().all(|file| after.contains(file)),
        "the file or its log was written"
    );
}

#[tokio::test]
async fn a_database_of_another_program_is_untouched() {
    for setup in [
        "CREATE TABLE t (x)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 1",
    ] {
        let bench = Bench::new();
        bench.sqlite().execute_batch(setup).unwrap();
        let before = contents(bench.folder.path());

        let error = refusal(&bench.path()).await;

        assert!(
            matches!(error, OpenError::NotOurs { .. }),
            "{setup}: {error}"
        );
        assert_eq!(contents(bench.folder.path()), before, "{setup}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_untouched() {
    for text in [&b"dear diary"[..], &[b'x'; 4096][..]] {
        let bench = Bench::new();
        fs::write(bench.path(), text).unwrap();

        let error = refusal(&bench.path()).await;

        assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
        assert_eq!(fs::read(bench.path()).unwrap(), text);
    }
}

#[tokio::test]
async fn an_empty_file_is_taken() {
    let bench = Bench::new();
    fs::write(bench.path(), "").unwrap();
    bench.host().start().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_damaged_file_is_named_as_such() {
    let bench = Bench::new();
    bench.host().start().await.unwrap().shutdown().await;
    let mut bytes = fs::read(bench.path()).unwrap();
    bytes[100..4096].fill(0xFF);
    fs::write(bench.path(), &bytes).unwrap();

    let error = refusal(&bench.path()).await;

    assert!(matches!(error, OpenError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("restore a backup"), "{error}");
    assert_eq!(fs::read(bench.path()).unwrap(), bytes);
}

#[tokio::test]
async fn a_read_only_file_is_refused() {
    let bench = Bench::new();
    bench.host().start().await.unwrap().shutdown().await;
    let mut permissions = fs::metadata(bench.path()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(bench.path(), permissions).unwrap();

    let error = refusal(&bench.path()).await;

    assert!(
        matches!(&error, OpenError::ReadOnly { path } if *path == bench.path()),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let folder = bench.folder.path().join("sealed");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();

    let error = refusal(&folder.join("jobs.db")).await;

    assert!(
        matches!(&error, OpenError::ReadOnly { path } if *path == folder),
        "{error}"
    );
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let bench = Bench::new();
    let folder = bench.folder.path().join("missing");

    let error = refusal(&folder.join("jobs.db")).await;

    assert!(
        matches!(&error, OpenError::FolderMissing { folder: named } if *named == folder),
        "{error}"
    );
    assert!(!folder.exists());
}

#[tokio::test]
async fn two_jobs_of_one_name_are_refused_before_the_file_is_made() {
    let bench = Bench::new();
    let error = bench
        .bare()
        .job::<Pulse>()
        .job::<SlowPulse>()
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Jobs(_)), "{error}");
    assert!(error.to_string().contains("SlowPulse"), "{error}");
    assert!(!bench.path().exists());
}

#[test]
fn a_start_outside_of_tokio_is_an_error() {
    let bench = Bench::new();
    let start = pin!(bench.host().start());
    let outcome = start.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(outcome, Poll::Ready(Err(OpenError::NoRuntime))));
}

#[tokio::test]
async fn a_second_host_of_one_process_is_refused_until_the_first_has_ended() {
    let bench = Bench::new();
    let first = bench.host().start().await.unwrap();
    let error = refusal(&bench.path()).await;
    let me = std::process::id();
    assert!(
        matches!(error, OpenError::Locked { process: Some(id), .. } if id == me),
        "{error}"
    );

    first.shutdown().await;
    let second = bench.host().start().await.unwrap();
    drop(second);
    bench.host().start().await.unwrap().shutdown().await;
}

const FILE_TO_HOLD: &str = "DURABLE_JOBS_TEST_FILE_TO_HOLD";

/// Not a test of its own: what the child process of the next test runs.
#[test]
fn child_that_holds_a_file() {
    let Some(path) = std::env::var_os(FILE_TO_HOLD) else {
        return;
    };
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let _host = tokio.block_on(Host::open(path).start()).unwrap();
    println!("\nholding");
    let _ = std::io::stdin().read_line(&mut String::new());
}

fn child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "open::child_that_holds_a_file", "--nocapture"])
        .env(FILE_TO_HOLD, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_second_process_is_refused_by_the_id_of_the_first() {
    let bench = Bench::new();
    let mut child = child(&bench.path());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap() == "holding"),
        "the child did not start its host"
    );

    let error = refusal(&bench.path()).await;

    let process = child.id();
    assert!(
        matches!(error, OpenError::Locked { process: Some(id), .. } if id == process),
        "{error}"
    );
    assert!(error.to_string().contains(&process.to_string()), "{error}");
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    child.wait().unwrap();
    bench.host().start().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn the_clock_may_be_moved_before_the_start() {
    let bench = Bench::new();
    let clock = ManualClock::new(Timestamp::from_millis(0));
    let host = bench.host().clock(clock).start().await.unwrap();
    let added = LinesClient::new(&host).add("a", "x".into()).await.unwrap();
    assert_eq!(added.will_flush_at, Some(Timestamp::from_millis(3_600_000)));
    host.shutdown().await;
}
