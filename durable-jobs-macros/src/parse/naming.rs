//! The keys about what the job, its generated items and the jobs that it writes to are called, which every kind takes.

use darling::FromMeta;

use super::targets::Targets;
use super::value::{Alias, Count, CratePath, Text};
use crate::keyed::Keyed;

pub(super) const KEYS: &[&str] = &["version", "name", "client", "crate", "jobs"];

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Naming {
    pub(crate) version: Option<Keyed<Count>>,
    pub(crate) name: Option<Keyed<Text>>,
    pub(crate) client: Option<Keyed<Alias>>,
    #[darling(rename = "crate")]
    pub(crate) runtime: Option<Keyed<CratePath>>,
    pub(crate) jobs: Option<Keyed<Targets>>,
}
