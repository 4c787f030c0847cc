//! Compares what the Worker exports with what the configuration says.

mod bindings;
mod storage;

use crate::{
    configuration::{Configuration, Date},
    document::At,
    problem::{Note, Problem},
    worker::Worker,
};

/// All that is wrong: with the Worker as a whole, with bindings, with storage.
pub(crate) fn check(worker: &Worker, configuration: &Configuration) -> Vec<Problem> {
    let main = configuration.main.is_none().then_some(Problem::NoMain);
    let storage = storage::check(worker, configuration);
    let bindings = bindings::check(worker, configuration, &storage.renamed);
    main.into_iter()
        .chain(date(configuration))
        .chain(bindings)
        .chain(storage.problems)
        .collect()
}

/// What is not wrong, but has to be known elsewhere.
pub(crate) fn notes(worker: &Worker, configuration: &Configuration) -> Vec<Note> {
    let jobs = worker.jobs();
    let notes = jobs.filter_map(|job| {
        let convention = job.binding();
        let mut bindings = configuration.bindings_of(job).peekable();
        let first = *bindings.peek()?;
        let as_expected = bindings.any(|binding| binding.value.name == convention);
        (!as_expected).then(|| Note::OtherName {
            job: job.clone(),
            binding: At::new(first.line, first.value.name.clone()),
        })
    });
    notes.collect()
}

fn date(configuration: &Configuration) -> Option<Problem> {
    match &configuration.compatibility_date {
        None => Some(Problem::NoDate),
        Some(date) if date.value < Date::OLDEST => Some(Problem::OldDate(date.clone())),
        Some(_) => None,
    }
}
