//! The keys that only `#[queue]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText, RateText, Text};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) concurrency: Option<Keyed<Count>>,
    pub(crate) partitions: Option<Keyed<Count>>,
    pub(crate) order: Option<Keyed<Text>>,
    pub(crate) rate: Option<Keyed<RateText>>,
    pub(crate) visibility: Option<Keyed<DurationText>>,
    pub(crate) max_depth: Option<Keyed<Count>>,
    pub(crate) dedup_window: Option<Keyed<DurationText>>,
}
