//! The kinds of job: what each attribute is called, which keys it takes and what it declares.

use darling::FromMeta;
use proc_macro2::TokenStream;

use crate::check::{self, Names};
use crate::errors::Errors;
use crate::expand;
use crate::parse::{self, Arguments};

/// One attribute.
pub(crate) trait Kind {
    /// The attribute, without `#[]`.
    const ATTRIBUTE: &'static str;
    /// The trait that the user implements, and the stem of every generated name.
    const TRAIT: &'static str;
    /// What the attribute stands on.
    const SUBJECT: Subject = Subject::State;
    /// The keys that only some kinds take.
    const OWN_KEYS: &'static [&'static str];
    /// The shared keys that this kind does not take, each with what to do instead.
    const REFUSED_KEYS: &'static [(&'static str, &'static str)] = &[];
    /// The values of those keys.
    type Own: Default + FromMeta;
    /// A declaration without a mistake.
    type Job;

    /// Applies the rules.
    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job>;
    /// The types of the declaration, which are the same whether or not there is a mistake.
    fn associated(own: &Self::Own, names: &Names) -> TokenStream {
        let _ = (own, names);
        TokenStream::new()
    }
    /// The value of `SPEC`.
    fn spec(job: &Self::Job, names: &Names) -> TokenStream;
    /// A value of `SPEC` that always compiles, for a declaration with a mistake.
    fn dummy_spec(names: &Names) -> TokenStream;
}

/// What an attribute stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Subject {
    /// The state of a job, whose handlers are an impl.
    State,
    /// A struct without fields: everything is declared.
    Unit,
}

/// Every attribute of this crate, with the keys that only some take.
pub(crate) const ATTRIBUTES: &[(&str, &[&str])] = &[
    (Continuous::ATTRIBUTE, Continuous::OWN_KEYS),
    (Debounce::ATTRIBUTE, Debounce::OWN_KEYS),
    (Task::ATTRIBUTE, Task::OWN_KEYS),
    (RateLimit::ATTRIBUTE, RateLimit::OWN_KEYS),
    (Semaphore::ATTRIBUTE, Semaphore::OWN_KEYS),
    (Queue::ATTRIBUTE, Queue::OWN_KEYS),
];

/// `#[continuous]`
pub(crate) struct Continuous;
/// `#[debounce]`
pub(crate) struct Debounce;
/// `#[task]`
pub(crate) struct Task;
/// `#[rate_limit]`
pub(crate) struct RateLimit;
/// `#[semaphore]`
pub(crate) struct Semaphore;
/// `#[queue]`
pub(crate) struct Queue;

impl Kind for Continuous {
    const ATTRIBUTE: &'static str = "continuous";
    const TRAIT: &'static str = "Continuous";
    const OWN_KEYS: &'static [&'static str] = &[
        "every",
        "cron",
        "timezone",
        "start_immediately",
        "missed",
        "max_catch_up",
        "delay",
        "jitter",
        "max_consecutive_failures",
        "on_recovery",
        "history",
        "retain",
        "max_state_size",
    ];
    type Own = parse::continuous::Own;
    type Job = check::continuous::Job;

    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job> {
        check::continuous::check(arguments, errors)
    }

    fn spec(job: &Self::Job, names: &Names) -> TokenStream {
        expand::continuous::spec(job, names)
    }

    fn dummy_spec(names: &Names) -> TokenStream {
        expand::continuous::dummy_spec(names)
    }
}

impl Kind for Debounce {
    const ATTRIBUTE: &'static str = "debounce";
    const TRAIT: &'static str = "Debounce";
    const OWN_KEYS: &'static [&'static str] = &[
        "flush_after",
        "quiet",
        "max_wait",
        "leading",
        "max_events",
        "max_bytes",
        "max_buffered",
        "overflow",
        "warn_at",
        "dedup_window",
        "on_duplicate",
        "after_flush",
        "max_dead_letters",
        "history",
    ];
    type Own = parse::debounce::Own;
    type Job = check::debounce::Job;

    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job> {
        check::debounce::check(arguments, errors)
    }

    fn spec(job: &Self::Job, names: &Names) -> TokenStream {
        expand::debounce::spec(job, names)
    }

    fn dummy_spec(names: &Names) -> TokenStream {
        expand::debounce::dummy_spec(names)
    }
}

impl Kind for Task {
    const ATTRIBUTE: &'static str = "task";
    const TRAIT: &'static str = "Task";
    const OWN_KEYS: &'static [&'static str] = &["timers", "dedup_window", "history"];
    type Own = parse::task::Own;
    type Job = check::task::Job;

    fn associated(own: &Self::Own, names: &Names) -> TokenStream {
        expand::task::timer(own, names)
    }

    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job> {
        check::task::check(arguments, errors)
    }

    fn spec(job: &Self::Job, names: &Names) -> TokenStream {
        expand::task::spec(job, names)
    }

    fn dummy_spec(names: &Names) -> TokenStream {
        expand::task::dummy_spec(names)
    }
}

impl Kind for RateLimit {
    const ATTRIBUTE: &'static str = "rate_limit";
    const TRAIT: &'static str = "RateLimit";
    const SUBJECT: Subject = Subject::Unit;
    const OWN_KEYS: &'static [&'static str] = &["permits", "window", "algorithm", "burst"];
    type Own = parse::rate_limit::Own;
    type Job = check::rate_limit::Job;

    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job> {
        check::rate_limit::check(arguments, errors)
    }

    fn spec(job: &Self::Job, names: &Names) -> TokenStream {
        expand::rate_limit::spec(job, names)
    }

    fn dummy_spec(names: &Names) -> TokenStream {
        expand::rate_limit::dummy_spec(names)
    }
}

impl Kind for Semaphore {
    const ATTRIBUTE: &'static str = "semaphore";
    const TRAIT: &'static str = "Semaphore";
    const SUBJECT: Subject = Subject::Unit;
    const OWN_KEYS: &'static [&'static str] = &["permits", "lease"];
    type Own = parse::semaphore::Own;
    type Job = check::semaphore::Job;

    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job> {
        check::semaphore::check(arguments, errors)
    }

    fn spec(job: &Self::Job, names: &Names) -> TokenStream {
        expand::semaphore::spec(job, names)
    }

    fn dummy_spec(names: &Names) -> TokenStream {
        expand::semaphore::dummy_spec(names)
    }
}

impl Kind for Queue {
    const ATTRIBUTE: &'static str = "queue";
    const TRAIT: &'static str = "Queue";
    const OWN_KEYS: &'static [&'static str] = &[
        "concurrency",
        "partitions",
        "order",
        "rate",
        "visibility",
        "max_depth",
        "dedup_window",
    ];
    const REFUSED_KEYS: &'static [(&'static str, &'static str)] = &[(
        "on_exhausted",
        "leave it out: a message whose attempts are used up becomes a dead letter",
    )];
    type Own = parse::queue::Own;
    type Job = check::queue::Job;

    fn check(arguments: Arguments<Self::Own>, errors: &mut Errors) -> Option<Self::Job> {
        check::queue::check(arguments, errors)
    }

    fn spec(job: &Self::Job, names: &Names) -> TokenStream {
        expand::queue::spec(job, names)
    }

    fn dummy_spec(names: &Names) -> TokenStream {
        expand::queue::dummy_spec(names)
    }
}
