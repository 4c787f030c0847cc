//! Whether each job has storage of the right kind.

use crate::{
    class::Class,
    configuration::Configuration,
    document::At,
    lifecycle::{Creation, History, Lifecycle, State, Storage},
    problem::{Predecessor, Problem},
    worker::Worker,
};

/// What is wrong with the storage of jobs, and the jobs that may be old ones under a new name.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    pub(super) renamed: Vec<Class>,
    never: Vec<Class>,
    deleted: Vec<At<Class>>,
}

pub(super) fn check(worker: &Worker, configuration: &Configuration) -> Findings {
    let lifecycle = &configuration.lifecycle;
    let mut findings = Findings::default();
    match (lifecycle, lifecycle.history(), lifecycle.creation()) {
        (_, Some(history), Some(creation)) => {
            findings.all(worker, configuration, &history, &creation);
        }
        (
            Lifecycle::Both {
                migrations,
                exports,
            },
            ..,
        ) => findings.problems.push(Problem::Both {
            migrations: *migrations,
            exports: *exports,
        }),
        _ => {}
    }
    findings
}

impl Findings {
    fn all(
        &mut self,
        worker: &Worker,
        configuration: &Configuration,
        history: &History,
        creation: &Creation,
    ) {
        let faults = history.faults.iter().cloned().map(Problem::Fault);
        self.problems.extend(faults);
        for job in worker.jobs() {
            self.job(job, history.state(job), creation);
        }
        self.rename(predecessors(worker, configuration, history), creation);
        self.create(creation);
    }

    fn job(&mut self, job: &Class, state: Option<&At<State>>, creation: &Creation) {
        let Some(At { line, value }) = state else {
            self.never.push(job.clone());
            return;
        };
        let job = At::new(*line, job.clone());
        match (value, creation) {
            (State::Live(Storage::Sqlite | Storage::Inherited), _) => {}
            (State::Live(Storage::KeyValue), _) => self.problems.push(Problem::KeyValue {
                job,
                creation: creation.clone(),
            }),
            (State::Deleted, Creation::Migration { .. }) => self.deleted.push(job),
            (state, _) => self.problems.push(Problem::Gone {
                job,
                state: state.clone(),
                creation: creation.clone(),
            }),
        }
    }

    /// A new job beside a class that the Worker no longer has looks like a rename. To create the new class
    /// would leave the stored objects behind, so a human has to say what it is.
    fn rename(&mut self, old: Vec<Predecessor>, creation: &Creation) {
        if old.is_empty() || self.never.is_empty() {
            return;
        }
        self.renamed = std::mem::take(&mut self.never);
        self.problems.push(Problem::LooksRenamed {
            old,
            new: self.renamed.clone(),
            creation: creation.clone(),
        });
    }

    fn create(&mut self, creation: &Creation) {
        if self.never.is_empty() && self.deleted.is_empty() {
            return;
        }
        self.problems.push(Problem::NoStorage {
            never: std::mem::take(&mut self.never),
            deleted: std::mem::take(&mut self.deleted),
            creation: creation.clone(),
        });
    }
}

/// Classes with storage that the Worker does not export.
fn predecessors(
    worker: &Worker,
    configuration: &Configuration,
    history: &History,
) -> Vec<Predecessor> {
    let gone = history
        .live()
        .filter(|class| !worker.may_export(class.value));
    let predecessors = gone.map(|class| Predecessor {
        class: At::new(class.line, class.value.clone()),
        binding: configuration
            .bindings_of(class.value)
            .next()
            .map(|binding| binding.line),
    });
    predecessors.collect()
}
