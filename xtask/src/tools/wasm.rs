//! The compiler's target for Workers.

use crate::command::{Failure, program};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Without rustup the target has come with the compiler, or the build says that it is missing.
pub(crate) fn install() -> Result<(), Failure> {
    let Ok(installed) = program("rustup", &["target", "list", "--installed"]).output() else {
        return Ok(());
    };
    if installed.lines().any(|target| target == TARGET) {
        return Ok(());
    }
    program("rustup", &["target", "add", TARGET]).run()
}
