//! What every host must do with continuous jobs.

mod calls;
mod retries;
mod slots;

pub use self::{calls::*, retries::*, slots::*};
