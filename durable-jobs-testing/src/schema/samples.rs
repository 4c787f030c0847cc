//! Samples that a test gives, where none can be made up.

use std::marker::PhantomData;

use serde::Serialize;
use serde_json::Value;

use super::subject::{Lockable, Role, Subject};

/// What a test tells of one job besides its type.
#[derive(Debug)]
pub struct JobSamples<J> {
    pub(super) subjects: Vec<Subject>,
    job: PhantomData<fn() -> J>,
}

impl<J: Lockable> JobSamples<J> {
    pub(super) fn new(subjects: Vec<Subject>) -> Self {
        let job = PhantomData;
        Self { subjects, job }
    }

    /// A state as it may be stored.
    #[must_use]
    pub fn state(self, state: &J) -> Self
    where
        J: Serialize,
    {
        self.sample(Role::State, state)
    }

    /// An event as it may be stored.
    #[must_use]
    pub fn event(self, event: &J::Event) -> Self
    where
        J::Event: Serialize,
    {
        self.sample(Role::Event, event)
    }

    /// A field of older versions that migrations drop on purpose, as the failure names it.
    #[must_use]
    pub fn dropped(mut self, field: &str) -> Self {
        for subject in &mut self.subjects {
            subject.dropped.push(field.to_owned());
        }
        self
    }

    fn sample(mut self, role: Role, value: &impl Serialize) -> Self {
        let sample = serde_json::to_value(value).unwrap_or(Value::Null);
        for subject in self
            .subjects
            .iter_mut()
            .filter(|subject| subject.role == role)
        {
            subject.samples.push(sample.clone());
        }
        self
    }
}
