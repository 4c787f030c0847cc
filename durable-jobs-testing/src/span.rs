//! Lengths of time as tests write them.

use std::time::Duration;

/// A length of time: a [`Duration`], or text such as `"3h"`, `"1h 30m"` or `"250ms"`.
///
/// ```
/// use durable_jobs_testing::Span;
/// use std::time::Duration;
///
/// assert_eq!("1h 30m".duration(), Duration::from_secs(5400));
/// assert_eq!(Duration::from_secs(1).duration(), "1s".duration());
/// ```
pub trait Span {
    /// The length.
    ///
    /// # Panics
    ///
    /// When the text is not a duration.
    fn duration(&self) -> Duration;
}

impl Span for Duration {
    fn duration(&self) -> Duration {
        *self
    }
}

impl Span for str {
    fn duration(&self) -> Duration {
        match durable_jobs_schedule::parse::duration(self) {
            Ok(duration) => duration,
            Err(error) => panic!("{self:?} is not a duration: {error} ({})", error.help()),
        }
    }
}

impl<S: Span + ?Sized> Span for &S {
    fn duration(&self) -> Duration {
        (**self).duration()
    }
}
