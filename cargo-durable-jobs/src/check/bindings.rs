//! Whether each job has a binding.

use std::collections::BTreeMap;

use crate::{
    class::Class,
    configuration::{Configuration, Home},
    document::At,
    problem::{Holder, Problem},
    worker::Worker,
};

/// Jobs without a binding. Those that may be renamed are left to the problem that says so.
pub(super) fn check(
    worker: &Worker,
    configuration: &Configuration,
    renamed: &[Class],
) -> Vec<Problem> {
    let mut names = Names::of(configuration);
    let mut problems = Vec::new();
    let mut missing = Vec::new();
    let unbound = |job: &&Class| configuration.bindings_of(job).next().is_none();
    let jobs = worker.jobs().filter(unbound);
    for job in jobs.filter(|job| !renamed.contains(job)) {
        match names.take(job) {
            Ok(()) => missing.push(job.clone()),
            Err(holder) => problems.push(Problem::NameTaken {
                job: job.clone(),
                holder,
            }),
        }
    }
    if !missing.is_empty() {
        problems.push(Problem::NoBinding(missing));
    }
    problems
}

/// The names of bindings that are or will be in use.
struct Names(BTreeMap<String, Holder>);

impl Names {
    fn of(configuration: &Configuration) -> Self {
        let bindings = configuration.bindings.iter();
        let names = bindings.map(|binding| {
            let class = At::new(binding.line, binding.value.class.clone());
            let holder = match binding.value.home {
                Home::Here => Holder::Binding(class),
                Home::Elsewhere => Holder::Foreign(class),
            };
            (binding.value.name.clone(), holder)
        });
        Self(names.collect())
    }

    fn take(&mut self, job: &Class) -> Result<(), Holder> {
        let name = job.binding();
        match self.0.get(&name) {
            Some(holder) => Err(holder.clone()),
            None => {
                self.0.insert(name, Holder::Job(job.clone()));
                Ok(())
            }
        }
    }
}
