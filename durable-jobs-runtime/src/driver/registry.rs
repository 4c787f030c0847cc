//! The jobs that a host runs.

use std::{fmt, sync::Arc};

use super::{
    actor::{Actor, ActorFactory, FactoryOf},
    plain::{Plain, PlainFactory},
    shared::Shared,
    slot::Slot,
};
use crate::{
    Address, ClientError, InstanceId, JobKind, RegistryError,
    sorted::SortedMap,
    wire::{Call, unreadable},
};

/// One job with its services, ready to be registered.
pub struct Entry {
    name: &'static str,
    kind: JobKind,
    type_name: &'static str,
    fingerprint: Option<String>,
    read_call: fn(&str) -> serde_json::Result<Option<Call>>,
    factory: Arc<dyn ActorFactory>,
}

impl Entry {
    pub(crate) fn new<A: Actor>(
        kind: JobKind,
        name: &'static str,
        type_name: &'static str,
        env: Arc<A::Env>,
    ) -> Self {
        let factory = Arc::new(FactoryOf::<A>(env));
        Self {
            name,
            kind,
            type_name,
            fingerprint: A::fingerprint(),
            read_call: A::read_call,
            factory,
        }
    }

    /// A job of a kind without handlers.
    pub(crate) fn plain<P: Plain>(
        kind: JobKind,
        name: &'static str,
        type_name: &'static str,
        spec: &'static P::Spec,
    ) -> Self {
        Self {
            name,
            kind,
            type_name,
            fingerprint: None,
            read_call: P::read_call,
            factory: Arc::new(PlainFactory::<P>(spec)),
        }
    }

    /// The stored name of the job.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The address of an instance of the job.
    pub fn address(&self, id: InstanceId) -> Address {
        Address {
            kind: self.kind,
            job: self.name,
            id,
        }
    }

    /// Reads the text of a call of one of its instances.
    pub(super) fn read_call(&self, address: &Address, text: &str) -> Result<Call, ClientError> {
        match (self.read_call)(text) {
            Ok(Some(call)) => Ok(call),
            Ok(None) => Err(address.wrong_kind()),
            Err(error) => Err(unreadable(address.job, address.id.as_str(), error)),
        }
    }

    pub(super) fn slot(&self, address: Address, shared: &Arc<Shared>) -> Arc<Slot> {
        let (factory, shared) = (Arc::clone(&self.factory), Arc::clone(shared));
        Arc::new(Slot::new(address, factory, shared))
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish()
    }
}

/// The jobs of a host, each under its stored name.
#[derive(Debug, Default)]
pub struct Registry {
    entries: SortedMap<&'static str, Entry>,
}

impl Registry {
    /// A registry without jobs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a job. Two jobs of one stored name are refused.
    pub fn add(&mut self, entry: Entry) -> Result<(), RegistryError> {
        if let Some(first) = self.entries.get(&entry.name) {
            let (first, second) = (first.type_name, entry.type_name);
            return Err(RegistryError::DuplicateName {
                name: entry.name,
                first,
                second,
            });
        }
        self.entries.insert(entry.name, entry);
        Ok(())
    }

    /// The stored names of the jobs, each with a text that changes when its schedule does.
    pub fn fingerprints(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        self.entries
            .values()
            .map(|entry| (entry.name, entry.fingerprint.as_deref()))
    }

    /// Looks whether every job that another one writes to is there.
    pub fn check(&self) -> Result<(), RegistryError> {
        for entry in self.entries.values() {
            let mut targets = entry.factory.targets().iter();
            if let Some(target) = targets.find(|target| !self.has(target.name())) {
                return Err(RegistryError::MissingTarget {
                    sender: entry.type_name,
                    target: target.type_name(),
                });
            }
        }
        Ok(())
    }

    pub(super) fn read_call(&self, address: &Address, text: &str) -> Result<Call, ClientError> {
        let Some(entry) = self.entries.get(&address.job) else {
            let job = address.job.to_owned();
            return Err(ClientError::JobNotFound { job });
        };
        entry.read_call(address, text)
    }

    pub(super) fn has(&self, job: &str) -> bool {
        self.entries.get(&job).is_some()
    }

    pub(super) fn address(&self, job: &str, id: InstanceId) -> Option<Address> {
        self.entries.get(&job).map(|entry| entry.address(id))
    }

    pub(super) fn slot(&self, address: &Address, shared: &Arc<Shared>) -> Option<Arc<Slot>> {
        let entry = self.entries.get(&address.job)?;
        Some(entry.slot(address.clone(), shared))
    }
}
