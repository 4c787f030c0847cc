//! What every host must do with continuous jobs.

mod calls;
mod histories;
mod hooks;
mod interruptions;
mod limits;
mod list;
mod missed;
mod overlaps;
mod retained;
mod retries;
mod slots;
mod states;
mod stops;

pub use self::{
    calls::*, histories::*, hooks::*, interruptions::*, limits::*, missed::*, overlaps::*,
    retained::*, retries::*, slots::*, states::*, stops::*,
};
