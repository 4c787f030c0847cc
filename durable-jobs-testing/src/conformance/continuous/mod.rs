//! What every host must do with continuous jobs.

mod calls;
mod interruptions;
mod overlaps;
mod retries;
mod slots;

pub use self::{calls::*, interruptions::*, overlaps::*, retries::*, slots::*};
