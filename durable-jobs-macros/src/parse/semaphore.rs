//! The keys that only `#[semaphore]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) permits: Option<Keyed<Count>>,
    pub(crate) lease: Option<Keyed<DurationText>>,
}
