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

/// Every attribute of this crate.
pub(crate) const ATTRIBUTES: &[&str] = &[
    Continuous::ATTRIBUTE,
    Debounce::ATTRIBUTE,
    Task::ATTRIBUTE,
    Queue::ATTRIBUTE,
];

/// `#[continuous]`
pub(crate) struct Continuous;
/// `#[debounce]`
pub(crate) struct Debounce;
/// `#[task]`
pub(crate) struct Task;
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
