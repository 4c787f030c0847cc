//! What `cargo xtask workerd` has installed and built.

use std::{env, path::PathBuf};

use crate::WorkerdError;

/// The environment variable with the folder whose `bin/` holds the tools.
pub const TOOLS: &str = "DURABLE_JOBS_TOOLS";

/// The environment variable with the folder that holds one built Worker in each sub-folder.
pub const WORKERS: &str = "DURABLE_JOBS_WORKERS";

/// The path of an installed program, such as `workerd` or `node`.
///
/// # Errors
///
/// When nothing is installed: the message says which command does that.
pub fn tool(name: &str) -> Result<PathBuf, WorkerdError> {
    existing(TOOLS, &format!("bin/{name}"))
}

/// The folder of a built Worker, by the name of its package.
///
/// # Errors
///
/// When it is not built: the message says which command does that.
pub fn worker(package: &str) -> Result<PathBuf, WorkerdError> {
    existing(WORKERS, package)
}

fn existing(variable: &str, path: &str) -> Result<PathBuf, WorkerdError> {
    let advice =
        "run these tests by `cargo xtask workerd`, which installs and builds what they need";
    let folder = env::var_os(variable)
        .ok_or_else(|| WorkerdError::new(format!("{variable} is not set: {advice}")))?;
    let found = PathBuf::from(folder).join(path);
    match found.exists() {
        true => Ok(found),
        false => Err(WorkerdError::new(format!(
            "there is no {}: {advice}",
            found.display()
        ))),
    }
}
