//! Writes the folder that `workerd serve` is pointed at: a configuration and the modules it embeds.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Namespace, WorkerdError,
    builder::{Builder, Entry},
};

/// The socket of the Worker.
pub(crate) const WORKER: &str = "worker";

/// The socket of the module that evicts.
pub(crate) const CONTROL: &str = "control";

const CONTROL_MODULE: &str = include_str!("control.js");

const PLAIN_ENTRY: &str = include_str!("entry.js");

/// Writes everything into `folder` and gives the configuration's path.
pub(crate) fn write(
    builder: &Builder,
    folder: &Path,
    storage: &Path,
) -> Result<PathBuf, WorkerdError> {
    let modules = copy_modules(&builder.worker, folder)?;
    fs::write(folder.join("control.js"), CONTROL_MODULE)?;
    fs::write(folder.join("entry.js"), PLAIN_ENTRY)?;
    let path = folder.join("config.capnp");
    fs::write(&path, text(builder, &modules, storage))?;
    Ok(path)
}

/// Copies, since a configuration embeds only what is beside it, and since a later build must not change a running test.
fn copy_modules(worker: &Path, folder: &Path) -> Result<Vec<String>, WorkerdError> {
    let mut names = vec!["index.js".to_owned()];
    let entries = fs::read_dir(worker)
        .map_err(|error| WorkerdError::while_trying(worker.display(), error))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("wasm")) {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    for name in &names {
        let from = worker.join(name);
        fs::copy(&from, folder.join(name))
            .map_err(|error| WorkerdError::while_trying(from.display(), error))?;
    }
    Ok(names)
}

fn text(builder: &Builder, modules: &[String], storage: &Path) -> String {
    let storage = quoted(&storage.to_string_lossy());
    let date = quoted(&builder.compatibility_date);
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "{WORKER}", worker = .worker),
    (name = "{CONTROL}", worker = .control),
    (name = "storage", disk = (path = {storage}, writable = true)),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "{WORKER}", address = "127.0.0.1:0", http = (), service = "{WORKER}"),
    (name = "{CONTROL}", address = "127.0.0.1:0", http = (), service = "{CONTROL}"),
  ],
);

const worker :Workerd.Worker = (
  modules = {modules},
  compatibilityDate = {date},
  compatibilityFlags = {flags},
  durableObjectNamespaces = {namespaces},
  durableObjectStorage = (localDisk = "storage"),
  bindings = {bindings},
);

const control :Workerd.Worker = (
  modules = [(name = "control.js", esModule = embed "control.js")],
  compatibilityDate = {date},
  compatibilityFlags = ["unsafe_module"],
  bindings = {controlled},
);
"#,
        modules = list(named(builder.entry, modules)),
        flags = list(builder.compatibility_flags.iter().map(|flag| quoted(flag))),
        namespaces = list(builder.namespaces.iter().map(namespace)),
        bindings = list(bindings(builder)),
        controlled = list(builder.namespaces.iter().map(controlled)),
    )
}

/// The Worker's modules, the first one of which is its entry.
fn named(entry: Entry, modules: &[String]) -> impl Iterator<Item = String> {
    let (entry, folder) = match entry {
        Entry::Worker => (None, ""),
        Entry::Plain => (Some(module("entry.js", "entry.js")), "build/"),
    };
    let built = modules.iter();
    entry
        .into_iter()
        .chain(built.map(move |file| module(&format!("{folder}{file}"), file)))
}

fn module(name: &str, file: &str) -> String {
    let kind = match file.ends_with(".wasm") {
        true => "wasm",
        false => "esModule",
    };
    let (name, file) = (quoted(name), quoted(file));
    format!("(name = {name}, {kind} = embed {file})")
}

fn namespace(namespace: &Namespace) -> String {
    format!(
        "(className = {}, uniqueKey = {}, enableSql = true, preventEviction = {})",
        quoted(&namespace.class),
        quoted(&namespace.key),
        namespace.never_evicted,
    )
}

fn bindings(builder: &Builder) -> impl Iterator<Item = String> {
    let objects = builder.namespaces.iter().map(|namespace| {
        let (binding, class) = (quoted(&namespace.binding), quoted(&namespace.class));
        format!("(name = {binding}, durableObjectNamespace = {class})")
    });
    let texts = builder
        .texts
        .iter()
        .map(|(name, value)| format!("(name = {}, text = {})", quoted(name), quoted(value)));
    objects.chain(texts)
}

/// The same objects, for the module that evicts.
fn controlled(namespace: &Namespace) -> String {
    let (binding, class) = (quoted(&namespace.binding), quoted(&namespace.class));
    format!(
        "(name = {binding}, durableObjectNamespace = (className = {class}, serviceName = \"{WORKER}\"))"
    )
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A text as the configuration language writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            control if control.is_ascii_control() => {
                quoted.push_str(&format!("\\x{:02x}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
