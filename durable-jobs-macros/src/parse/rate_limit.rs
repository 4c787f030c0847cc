//! The keys that only `#[rate_limit]` takes.

use darling::FromMeta;

use super::value::{Count, DurationText, Text};
use crate::keyed::Keyed;

#[derive(Debug, Default, FromMeta)]
pub(crate) struct Own {
    pub(crate) permits: Option<Keyed<Count>>,
    pub(crate) window: Option<Keyed<DurationText>>,
    pub(crate) algorithm: Option<Keyed<Text>>,
    pub(crate) burst: Option<Keyed<Count>>,
}
