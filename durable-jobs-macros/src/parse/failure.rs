//! The keys about runs that fail or hang, which every kind takes.

use darling::FromMeta;

use super::retry::Retry;
use super::value::{DurationText, Text};
use crate::keyed::Keyed;

pub(super) const KEYS: &[&str] = &["retry", "timeout", "on_exhausted", "log"];

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Failure {
    pub(crate) retry: Option<Keyed<Retry>>,
    pub(crate) timeout: Option<Keyed<DurationText>>,
    pub(crate) on_exhausted: Option<Keyed<Text>>,
    pub(crate) log: Option<Keyed<Text>>,
}
