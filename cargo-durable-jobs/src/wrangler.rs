//! `cargo durable-jobs wrangler`.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use crate::{
    arguments::{Arguments, Mode},
    check::{check, notes},
    configuration::{Configuration, Scope},
    document::Document,
    error::Error,
    locate,
    problem::Remedy,
    report::Report,
    say,
    worker::Worker,
    write,
};

/// How it went, if it could be checked at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Right,
    Wrong,
}

pub(crate) fn run(arguments: &Arguments, scope: Scope) -> Result<Outcome, Error> {
    let path = match arguments.mode {
        Mode::Check => configuration(arguments)?.ok_or(Error::NoConfiguration)?,
        Mode::Write => write_missing(arguments, &scope)?,
    };
    compare(arguments, &Document::read(&path)?, scope)
}

fn here() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

/// The configuration that is there. One that was named and does not exist can only be created.
fn configuration(arguments: &Arguments) -> Result<Option<PathBuf>, Error> {
    match (&arguments.config, arguments.mode) {
        (Some(path), Mode::Write) => Ok(path.exists().then(|| path.clone())),
        (Some(path), Mode::Check) => Ok(Some(path.clone())),
        (None, _) => Ok(locate::configuration(&here())),
    }
}

fn compare(arguments: &Arguments, document: &Document, scope: Scope) -> Result<Outcome, Error> {
    let configuration = Configuration::parse(document, scope)?;
    let (module, worker) = worker(arguments, document.path(), configuration.main.as_deref())?;
    let report = Report {
        document,
        configuration: &configuration,
        worker: &worker,
        module: &module,
    };
    let problems = check(&worker, &configuration);
    for note in notes(&worker, &configuration) {
        say(&mut io::stdout(), &format!("note: {note}"));
    }
    if problems.is_empty() {
        say(&mut io::stdout(), &report.success());
        return Ok(Outcome::Right);
    }
    say(&mut io::stderr(), &report.problems(&problems, arguments)?);
    Ok(Outcome::Wrong)
}

/// The built Worker of a configuration, and its module.
fn worker(
    arguments: &Arguments,
    configuration: &Path,
    main: Option<&str>,
) -> Result<(PathBuf, Worker), Error> {
    let path = match &arguments.wasm {
        Some(path) => path.clone(),
        None => locate::module(locate::folder(configuration), main)?,
    };
    let bytes = fs::read(&path).map_err(|source| Error::Unreadable {
        path: path.clone(),
        source,
    })?;
    let worker = Worker::parse(&bytes).map_err(|reason| Error::Module {
        path: path.clone(),
        reason,
    })?;
    Ok((path, worker))
}

/// Adds what is missing, and tells which file it is in.
fn write_missing(arguments: &Arguments, scope: &Scope) -> Result<PathBuf, Error> {
    let (mut document, mut written) = match configuration(arguments)? {
        Some(path) => (Document::read(&path)?, Vec::new()),
        None => (created(arguments)?, vec!["a new configuration".to_owned()]),
    };
    let configuration = Configuration::parse(&document, scope.clone())?;
    let main = configuration.main.as_deref();
    let (_, worker) = worker(arguments, document.path(), main)?;
    for problem in check(&worker, &configuration) {
        if let Remedy::Written(change) = problem.remedy() {
            document = write::apply(&document, &change, scope)?;
            written.push(change.to_string());
        }
    }
    if !written.is_empty() {
        write::replace(&document)?;
        let path = locate::shown(document.path());
        say(
            &mut io::stdout(),
            &format!("{path}: wrote {}", written.join(", ")),
        );
    }
    Ok(document.path().to_owned())
}

/// A configuration with everything but the jobs.
fn created(arguments: &Arguments) -> Result<Document, Error> {
    let path = match &arguments.config {
        Some(path) => path.clone(),
        None => here().join("wrangler.toml"),
    };
    write::create(&path, &arguments.with(Mode::Check))
}
