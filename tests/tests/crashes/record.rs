//! Lines in a file that outlive the process that wrote them.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// Ends a line that was written whole.
const END: char = ';';

/// Appends lines, each by one system call: a process that is killed leaves it or does not.
#[derive(Debug)]
pub(crate) struct Record(File);

impl Record {
    pub(crate) fn open(path: &Path) -> Self {
        let mut options = OpenOptions::new();
        Self(options.create(true).append(true).open(path).unwrap())
    }

    pub(crate) fn append(&self, line: &str) {
        // A line that a predecessor could not end does not spoil this one.
        let text = format!("\n{line}{END}\n");
        (&self.0).write_all(text.as_bytes()).unwrap();
    }
}

/// Reads what was appended, each line once.
#[derive(Debug)]
pub(crate) struct Reading {
    path: PathBuf,
    read: u64,
}

impl Reading {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, read: 0 }
    }

    /// The whole lines since the last time. Nobody may be writing.
    pub(crate) fn news(&mut self) -> Vec<String> {
        let Ok(mut file) = File::open(&self.path) else {
            return Vec::new();
        };
        file.seek(SeekFrom::Start(self.read)).unwrap();
        let mut text = String::new();
        self.read += file.read_to_string(&mut text).unwrap() as u64;
        let whole = text.lines().filter_map(|line| line.strip_suffix(END));
        whole.map(str::to_owned).collect()
    }
}

/// The last number that was appended to a file, or 0.
pub(crate) fn last_number(path: &Path) -> u64 {
    let lines = Reading::new(path.to_owned()).news();
    lines.last().map_or(0, |line| line.parse().unwrap())
}
