//! The files that hold the shapes and samples of stored types, one for each version.

use std::{collections::BTreeMap, fs, io, path::Path as FilePath};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{shape::Shape, subject::Subject};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Golden {
    pub(super) job: String,
    #[serde(rename = "type")]
    pub(super) role: String,
    pub(super) version: u32,
    pub(super) shape: BTreeMap<String, String>,
    /// Values as programs of this version have stored them. None is ever taken away.
    pub(super) samples: Vec<Value>,
}

impl Golden {
    pub(super) fn new(subject: &Subject, shape: &Shape, samples: Vec<Value>) -> Self {
        let mut golden = Self {
            job: subject.job.to_owned(),
            role: subject.role.to_string(),
            version: subject.version,
            shape: shape.lines(),
            samples: Vec::new(),
        };
        golden.add(samples);
        golden
    }

    /// Takes over the present shape, and the samples that are not there yet.
    pub(super) fn grow(&mut self, present: Self) {
        self.shape = present.shape;
        self.add(present.samples);
    }

    fn add(&mut self, samples: Vec<Value>) {
        for sample in samples {
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
    }

    pub(super) fn shape(&self) -> Shape {
        Shape::from_lines(&self.shape)
    }

    /// Reads a file; `None` if there is none.
    pub(super) fn read(path: &FilePath) -> io::Result<Option<Self>> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(serde_json::from_str(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn write(&self, path: &FilePath) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        fs::write(path, text)
    }
}

/// The name of a type's file.
pub(super) fn file_name(subject: &Subject, version: u32) -> String {
    format!("{}.{}.v{version}.json", subject.job, subject.role)
}

/// The versions of a type of which there are files.
pub(super) fn versions(folder: &FilePath, subject: &Subject) -> io::Result<Vec<u32>> {
    let prefix = format!("{}.{}.v", subject.job, subject.role);
    let mut versions = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(versions),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".json"));
        versions.extend(number.and_then(|number| number.parse::<u32>().ok()));
    }
    versions.sort_unstable();
    Ok(versions)
}
