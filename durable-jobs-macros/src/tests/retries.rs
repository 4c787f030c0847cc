//! What each way to write `retry(..)` becomes.

use quote::quote;

use super::expansion;
use crate::kind::{Continuous, Task};

/// The call of `retry` that `#[task(arguments)]` expands to, on one line, with short paths.
fn policy(arguments: &str) -> String {
    let item = quote!(
        struct Order;
    );
    let expansion = expansion::<Task>(arguments.parse().unwrap(), item);
    let setters = expansion.split_once("TaskSpec::new(").unwrap().1;
    let setters = setters.split_once(';').unwrap().0;
    let words: String = setters.split_whitespace().collect();
    let words = words
        .replace("::durable_jobs::__private::", "")
        .replace("::core::time::Duration::from_millis", "ms");
    words
        .split_once("\"Order\",)")
        .unwrap()
        .1
        .replace(",)", ")")
}

#[test]
fn presets_are_named() {
    assert_eq!(policy(""), "");
    assert_eq!(policy("retry(standard)"), ".retry(RetryPolicy::standard())");
    assert_eq!(
        policy("retry(aggressive)"),
        ".retry(RetryPolicy::aggressive())"
    );
    assert_eq!(policy("retry(patient)"), ".retry(RetryPolicy::patient())");
    assert_eq!(policy("retry(none)"), ".no_retry()");
}

#[test]
fn a_continuous_job_does_not_retry_unasked() {
    let expansion = expansion::<Continuous>(
        quote!(every = "1s", retry(none)),
        quote!(
            struct Poll;
        ),
    );
    assert!(!expansion.contains("retry"), "{expansion}");
}

#[test]
fn omitted_keys_are_those_of_the_preset() {
    let standard =
        ".retry(RetryPolicy::exponential(3u32,ms(1000u64),2f64).max(ms(30000u64)).jitter())";
    assert_eq!(policy("retry(max_attempts = 3)"), standard);
    assert_eq!(policy("retry(standard, max_attempts = 3)"), standard);
    assert_eq!(
        policy("retry(max_attempts = 3, patient)"),
        ".retry(RetryPolicy::exponential(3u32,ms(5000u64),2f64).max(ms(120000u64)).jitter())"
    );
    assert_eq!(
        policy("retry(aggressive, jitter = false, factor = 3)"),
        ".retry(RetryPolicy::exponential(5u32,ms(100u64),3f64).max(ms(5000u64)))"
    );
}

#[test]
fn the_increment_is_the_base_unless_given() {
    assert_eq!(
        policy(r#"retry(backoff = "linear", base = "2s")"#),
        ".retry(RetryPolicy::linear(5u32,ms(2000u64),ms(2000u64)).max(ms(30000u64)).jitter())"
    );
    assert_eq!(
        policy(r#"retry(backoff = "linear", increment = "500ms", max = "1m")"#),
        ".retry(RetryPolicy::linear(5u32,ms(1000u64),ms(500u64)).max(ms(60000u64)).jitter())"
    );
}

#[test]
fn a_fixed_delay_has_no_limit_unless_given() {
    assert_eq!(
        policy(r#"retry(backoff = "fixed", base = "10m", max_elapsed = "1d")"#),
        ".retry(RetryPolicy::fixed(5u32,ms(600000u64)).jitter().max_elapsed(ms(86400000u64)))"
    );
    assert_eq!(
        policy(r#"retry(backoff = "fixed", jitter, max = "2s")"#),
        ".retry(RetryPolicy::fixed(5u32,ms(1000u64)).max(ms(2000u64)).jitter())"
    );
}
