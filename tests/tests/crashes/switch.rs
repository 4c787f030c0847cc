//! What lets system calls on the files of jobs fail: `faults.c`, compiled here and preloaded into a process.

use std::{
    env,
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crashes/faults.c");

/// Where the library finds what shall fail.
const ORDERS: &str = "DURABLE_JOBS_FAULTS";

/// Classes of system calls. The numbers are those in `faults.c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Read = 1,
    Write = 2,
    Fsync = 3,
    Truncate = 4,
    Open = 5,
    Lock = 6,
    Map = 7,
}

/// How a call fails. The numbers are those of Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errno {
    /// It does not fail: it does not come back before [`Switch::off`].
    Hangs = -1,
    Io = 5,
    NoMemory = 12,
    TooManyFiles = 24,
    NoSpace = 28,
    NoLocks = 37,
    OverQuota = 122,
}

/// Which of the calls fail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// The one after so many, and no other.
    OneAfter(i32),
    /// All.
    All,
}

/// Compiles the library, and lets a command run with it.
pub(crate) fn preload(command: &mut Command, folder: &Path) {
    let (library, orders) = (folder.join("faults.so"), orders(folder));
    let compiled = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([library.as_os_str(), SOURCE.as_ref()])
        .status();
    assert!(compiled.unwrap().success());
    std::fs::write(&orders, [0; size_of::<[i32; 6]>()]).unwrap();
    command.env("LD_PRELOAD", library).env(ORDERS, orders);
}

fn orders(folder: &Path) -> PathBuf {
    folder.join("faults.orders")
}

/// Gives the orders, in the process that has the library.
#[derive(Debug)]
pub(crate) struct Switch(File);

impl Switch {
    pub(crate) fn find() -> Self {
        let path = env::var_os(ORDERS).unwrap();
        Self(
            OpenOptions::new()
                .read(true)
                .write(true)
                .open(path)
                .unwrap(),
        )
    }

    fn order(&self, call: i32, rest: [i32; 5]) {
        let [error, skip, times, seen, hits] = rest;
        // The class comes last: until then nothing fails.
        let order = [0, error, skip, times, seen, hits].map(i32::to_ne_bytes);
        self.0.write_all_at(order.as_flattened(), 0).unwrap();
        self.0.write_all_at(&call.to_ne_bytes(), 0).unwrap();
    }

    /// From now on these calls fail.
    pub(crate) fn on(&self, call: Call, which: Which, errno: Errno) {
        let (skip, times) = match which {
            Which::OneAfter(skip) => (skip, 1),
            Which::All => (0, i32::MAX),
        };
        self.order(call as i32, [errno as i32, skip, times, 0, 0]);
    }

    /// From now on none fails. Answers how many did.
    pub(crate) fn off(&self) -> i32 {
        let hits = self.hits();
        self.order(0, [0; 5]);
        hits
    }

    pub(crate) fn hits(&self) -> i32 {
        let mut hits = [0; size_of::<i32>()];
        let at = size_of::<[i32; 5]>() as u64;
        self.0.read_exact_at(&mut hits, at).unwrap();
        i32::from_ne_bytes(hits)
    }
}
