//! What hosts may differ in. A host declares it, and the cases hold it to that.

use durable_jobs_runtime::ClientError;

/// What a panic of user code ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanicEnds {
    /// The handler: its attempt has failed, `on_error` hears of it, and its caller is told the panic's message.
    Handler,
    /// The program: its attempt was cut off, with the panic's message as its last error; its caller is told that the
    /// outcome is unknown. What was not committed is gone.
    Program,
}

impl PanicEnds {
    /// How many of these calls of `on_error` are made.
    pub(super) fn errors_heard(self, failures: u64, panics: u64) -> u64 {
        match self {
            Self::Handler => failures + panics,
            Self::Program => failures,
        }
    }

    /// Fails unless the caller of what has panicked was told so.
    pub(super) fn assert_told(self, error: &ClientError) {
        let is_told = match self {
            Self::Handler => error.to_string().contains("scripted panic"),
            Self::Program => matches!(error, ClientError::OutcomeUnknown { .. }),
        };
        assert!(is_told, "{error}");
    }
}

/// Whether a host can list instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// It can.
    Pages,
    /// It answers that it cannot.
    Unsupported,
}

/// Whether a host notices that a caller no longer waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departures {
    /// At once.
    Noticed,
    /// Not before the time is over for which the caller wanted to wait.
    Unnoticed,
}

/// When an attempt begins that becomes due while others of its instance are out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starts {
    /// At its time.
    BesideOthers,
    /// When those have ended.
    AfterOthers,
}
