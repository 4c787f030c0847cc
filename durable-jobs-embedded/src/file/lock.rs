//! One process per file.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::OpenError;

/// The exclusive lock on `<file>.lock`, held until it is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct FileLock(File);

impl FileLock {
    /// Takes the lock of the file at `path`, and leaves this process's id in it for whoever comes next.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = beside(path);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                OpenError::ReadOnly {
                    path: lock_path.clone(),
                }
            }
            _ => OpenError::Io {
                path: lock_path.clone(),
                source: error,
            },
        };
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked {
                    path: path.to_owned(),
                    process: holder(&file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        sign(&file).map_err(failed)?;
        Ok(Self(file))
    }
}

/// The file stays: a lock on a deleted file would not be seen by the next process.
impl Drop for FileLock {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn sign(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

fn holder(mut file: &File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
