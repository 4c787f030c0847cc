//! What a built Worker tells about itself.

use std::{collections::BTreeSet, fmt};

use wasmparser::{ExternalKind, Parser, Payload};

use crate::class::Class;

/// Each job exports a function of this name and its class. It does nothing.
const JOB: &str = "__durable_job_";

/// wasm-bindgen exports such a function for each class, with the class in lower case.
const CLASS: (&str, &str) = ("__wbg_", "_free");

/// How each module begins.
const MAGIC: &[u8] = b"\0asm";

/// The jobs of a Worker and all its classes, as its module exports them.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: BTreeSet<Class>,
    classes: BTreeSet<String>,
}

/// Why a file tells nothing about a Worker.
#[derive(Debug)]
pub(crate) enum BadModule {
    /// The bytes are no WebAssembly module, or not all of one.
    NotWasm(String),
    /// A job's export does not end in the name of a class.
    NotAClass(String),
}

impl Worker {
    /// Reads the exports of a WebAssembly module.
    pub(crate) fn parse(module: &[u8]) -> Result<Self, BadModule> {
        let exports = exported_functions(module)?;
        let jobs = exports.iter().filter_map(|name| name.strip_prefix(JOB));
        Ok(Self {
            jobs: jobs.map(class).collect::<Result<_, _>>()?,
            classes: exports.iter().filter_map(|name| freed(name)).collect(),
        })
    }

    pub(crate) fn jobs(&self) -> impl Iterator<Item = &Class> {
        self.jobs.iter()
    }

    pub(crate) fn is_job(&self, class: &Class) -> bool {
        self.jobs.contains(class)
    }

    /// Whether the module exports a class that may be this one: the evidence has lost upper and lower case.
    pub(crate) fn may_export(&self, class: &Class) -> bool {
        self.is_job(class) || self.classes.contains(&class.as_str().to_lowercase())
    }
}

fn exported_functions(module: &[u8]) -> Result<Vec<&str>, BadModule> {
    if !module.starts_with(MAGIC) {
        return Err(BadModule::NotWasm("it begins as something else".to_owned()));
    }
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(exports) = payload? {
            for export in exports {
                let export = export?;
                if export.kind == ExternalKind::Func {
                    names.push(export.name);
                }
            }
        }
    }
    Ok(names)
}

fn freed(export: &str) -> Option<String> {
    let class = export.strip_prefix(CLASS.0)?.strip_suffix(CLASS.1)?;
    Some(class.to_owned())
}

fn class(name: &str) -> Result<Class, BadModule> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || "_$".contains(c));
    let goes_on_well = |c: char| c.is_ascii_alphanumeric() || "_$".contains(c);
    match starts_well && name.chars().all(goes_on_well) {
        true => Ok(Class::new(name)),
        false => Err(BadModule::NotAClass(name.to_owned())),
    }
}

impl From<wasmparser::BinaryReaderError> for BadModule {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::NotWasm(error.to_string())
    }
}

impl fmt::Display for BadModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWasm(reason) => write!(f, "not a WebAssembly module: {reason}"),
            Self::NotAClass(name) => {
                write!(f, "it exports a job whose class is no identifier: `{name}`")
            }
        }
    }
}
