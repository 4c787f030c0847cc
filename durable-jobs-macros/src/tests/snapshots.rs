//! One expansion for each thing that shapes it.

use expect_test::expect_file;
use quote::quote;

use super::expansion;
use crate::kind::{Continuous, Debounce, Queue, RateLimit, Semaphore, Task};

#[test]
fn continuous_with_an_interval() {
    let arguments = quote! {
        every = "30m",
        retry(max_attempts = 5, backoff = "exponential", base = "1s", max = "30s", jitter),
        timeout = "10s",
        on_exhausted = "park",
        start_immediately = false,
        version = 2,
    };
    let item = quote! {
        /// Keeps one user's access token fresh.
        #[derive(Serialize, Deserialize)]
        pub struct TokenRefresher { access_token: String, refresh_token: String }
    };
    expect_file!["snapshots/continuous_every.rs"]
        .assert_eq(&expansion::<Continuous>(arguments, item));
}

#[test]
fn continuous_with_every_key_about_slots_and_keeping() {
    let arguments = quote! {
        every = "1h",
        missed = "all",
        max_catch_up = 10,
        jitter = "30s",
        max_consecutive_failures = 3,
        on_recovery = "skip",
        history = 20,
        retain = "7d",
        max_state_size = "1MB",
        version = 2,
    };
    let item = quote!(
        struct Report;
    );
    expect_file!["snapshots/continuous_keeping.rs"]
        .assert_eq(&expansion::<Continuous>(arguments, item));
}

#[test]
fn continuous_that_waits_after_each_run() {
    let arguments = quote!(every = "1h", delay = "after_run");
    let item = quote!(
        struct Report;
    );
    expect_file!["snapshots/continuous_after_run.rs"]
        .assert_eq(&expansion::<Continuous>(arguments, item));
}

#[test]
fn continuous_with_a_calendar_schedule() {
    let arguments = quote!(cron = "0 9 * * MON-FRI", timezone = "Europe/Berlin");
    let item = quote!(
        struct Report;
    );
    expect_file!["snapshots/continuous_cron.rs"]
        .assert_eq(&expansion::<Continuous>(arguments, item));
}

#[test]
fn continuous_with_a_mistake() {
    let item = quote! {
        #[derive(Serialize, Deserialize)]
        pub struct TokenRefresher { token: String }
    };
    let expansion = expansion::<Continuous>(quote!(evry = "30m"), item);
    expect_file!["snapshots/continuous_fallback.rs"].assert_eq(&expansion);
}

#[test]
fn debounce_with_every_key() {
    let arguments = quote! {
        flush_after = "5s",
        quiet = "1s",
        leading,
        max_events = 100,
        max_bytes = "64KB",
        max_buffered = 5_000,
        overflow = "drop_oldest",
        warn_at = 4_000,
        log = "warn",
        dedup_window = "5m",
        on_duplicate = "update",
        after_flush = "keep",
        max_dead_letters = 10,
        history = 20,
        retry(backoff = "linear", base = "500ms", increment = "250ms", max_elapsed = "1h", jitter = false),
        on_exhausted = "terminate",
        timeout = "30s",
        version = 3,
        name = "webhooks",
        client = Webhooks,
        crate = ::renamed::jobs
    };
    let item = quote! {
        #[derive(Default, Serialize, Deserialize)]
        pub(crate) struct WebhookBatch { events: Vec<Webhook> }
    };
    expect_file!["snapshots/debounce.rs"].assert_eq(&expansion::<Debounce>(arguments, item));
}

#[test]
fn debounce_with_a_quiet_period() {
    let arguments = quote! {
        quiet = "5s",
        max_wait = "1m",
        overflow = "flush",
        on_duplicate = "reject",
        after_flush = "reset",
        on_exhausted = "dead_letter"
    };
    let item = quote!(
        struct Searches;
    );
    expect_file!["snapshots/debounce_quiet.rs"].assert_eq(&expansion::<Debounce>(arguments, item));
}

#[test]
fn debounce_with_a_mistake() {
    let arguments = quote!(flush_after = "5s", max_events = 0);
    let item = quote!(
        pub struct WebhookBatch {
            events: Vec<Webhook>,
        }
    );
    expect_file!["snapshots/debounce_fallback.rs"]
        .assert_eq(&expansion::<Debounce>(arguments, item));
}

#[test]
fn task_without_arguments() {
    let item = quote! {
        #[derive(Default, Serialize, Deserialize)]
        pub enum Order { #[default] New, Placed { total: Money }, Shipped { tracking: String } }
    };
    expect_file!["snapshots/task.rs"].assert_eq(&expansion::<Task>(quote!(), item));
}

#[test]
fn task_that_never_retries() {
    let arguments = quote!(
        retry(none),
        dedup_window = "1d",
        on_exhausted = "skip_run",
        history = 20,
        log = "off"
    );
    expect_file!["snapshots/task_no_retry.rs"].assert_eq(&expansion::<Task>(
        arguments,
        quote!(
            enum Order {
                New,
            }
        ),
    ));
}

#[test]
fn task_with_named_timers() {
    let arguments = quote!(timers = orders::OrderTimer, history = 1);
    expect_file!["snapshots/task_timers.rs"].assert_eq(&expansion::<Task>(
        arguments,
        quote!(
            struct Order;
        ),
    ));
}

#[test]
fn task_with_named_timers_and_a_mistake() {
    let arguments = quote!(timers = orders::OrderTimer, history = 0);
    expect_file!["snapshots/task_timers_fallback.rs"].assert_eq(&expansion::<Task>(
        arguments,
        quote!(
            struct Order;
        ),
    ));
}

#[test]
fn task_with_a_preset() {
    let arguments = quote!(retry(patient));
    expect_file!["snapshots/task_preset.rs"].assert_eq(&expansion::<Task>(
        arguments,
        quote!(
            struct Order;
        ),
    ));
}

#[test]
fn task_with_a_mistake() {
    let arguments = quote!(timeout = 30);
    expect_file!["snapshots/task_fallback.rs"].assert_eq(&expansion::<Task>(
        arguments,
        quote!(
            pub struct Order;
        ),
    ));
}

#[test]
fn queue_with_every_key() {
    let arguments = quote! {
        concurrency = 8,
        partitions = 4,
        order = "fifo",
        rate = "100/1m",
        visibility = "1m",
        timeout = "50s",
        max_depth = 5_000,
        dedup_window = "1d",
        retry(backoff = "fixed", base = "10s", max_attempts = 3),
        version = 2,
        name = "emails",
        client = Emails
    };
    let item = quote! {
        #[derive(Serialize, Deserialize)]
        pub struct Email { to: String }
    };
    expect_file!["snapshots/queue.rs"].assert_eq(&expansion::<Queue>(arguments, item));
}

#[test]
fn queue_whose_partitions_share_the_default() {
    let arguments = quote!(partitions = 4, order = "none", retry(none));
    expect_file!["snapshots/queue_shares.rs"].assert_eq(&expansion::<Queue>(
        arguments,
        quote!(
            struct Email;
        ),
    ));
}

#[test]
fn queue_with_a_mistake() {
    let arguments = quote!(concurrency = 10, partitions = 4);
    expect_file!["snapshots/queue_fallback.rs"].assert_eq(&expansion::<Queue>(
        arguments,
        quote!(
            struct Email;
        ),
    ));
}

#[test]
fn attribute_on_the_impl() {
    let item = quote! {
        impl Continuous for TokenRefresher {
            type Env = ();
        }
    };
    let expansion = expansion::<Continuous>(quote!(every = "30m"), item);
    expect_file!["snapshots/continuous_on_impl.rs"].assert_eq(&expansion);
}

#[test]
fn generic_type() {
    let item = quote!(
        pub struct Order<T: Clone>
        where
            T: Default,
        {
            item: T,
        }
    );
    expect_file!["snapshots/task_generic.rs"].assert_eq(&expansion::<Task>(quote!(), item));
}

#[test]
fn zone_with_changes_that_no_rule_foretells() {
    let arguments = quote!(cron = "*/15 8-17 L * *", timezone = "Africa/Casablanca");
    let expansion = expansion::<Continuous>(
        arguments,
        quote!(
            struct Report;
        ),
    );
    expect_file!["snapshots/continuous_zone_table.rs"].assert_eq(&expansion);
}

#[test]
fn rate_limit_with_every_key() {
    let arguments = quote! {
        permits = 5,
        window = "1h 30m",
        algorithm = "token_bucket",
        burst = 20,
        name = "logins",
        client = Logins,
        crate = ::renamed::jobs
    };
    let item = quote! {
        /// Attempts to log in.
        #[derive(Debug)]
        pub(crate) struct LoginAttempts;
    };
    expect_file!["snapshots/rate_limit.rs"].assert_eq(&expansion::<RateLimit>(arguments, item));
}

#[test]
fn rate_limit_with_a_mistake() {
    let arguments = quote!(permits = 5, window = "1h", algorithm = "fixed");
    let item = quote!(
        pub struct LoginAttempts;
    );
    expect_file!["snapshots/rate_limit_fallback.rs"]
        .assert_eq(&expansion::<RateLimit>(arguments, item));
}

#[test]
fn semaphore_with_every_key() {
    let arguments = quote!(permits = 10, lease = "30s", name = "exports", client = Desk);
    let item = quote!(
        pub struct Exports;
    );
    expect_file!["snapshots/semaphore.rs"].assert_eq(&expansion::<Semaphore>(arguments, item));
}

#[test]
fn semaphore_with_fields() {
    let item = quote!(
        pub struct Exports {
            running: u32,
        }
    );
    expect_file!["snapshots/semaphore_fallback.rs"]
        .assert_eq(&expansion::<Semaphore>(quote!(permits = 10), item));
}

#[test]
fn a_job_that_writes_to_others() {
    let item = quote! {
        #[derive(Default, Serialize, Deserialize)]
        pub struct Order;
    };
    let arguments = quote!(retry(none), jobs(Order, crate::invoices::Invoice));
    expect_file!["snapshots/task_with_jobs.rs"].assert_eq(&expansion::<Task>(arguments, item));
}
