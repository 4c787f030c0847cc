//! The keys that only `#[task]` takes.

use darling::FromMeta;

use super::value::DurationText;
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) dedup_window: Option<Keyed<DurationText>>,
}
