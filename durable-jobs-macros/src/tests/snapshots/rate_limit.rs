/// Attempts to log in.
#[derive(Debug)]
pub(crate) struct LoginAttempts;
#[automatically_derived]
impl ::renamed::jobs::__private::Declared for LoginAttempts {
    type Kind = ::renamed::jobs::__private::kind::RateLimit;
    const CLASS: &'static str = "logins";
}
#[automatically_derived]
impl ::renamed::jobs::__private::DeclaredRateLimit for LoginAttempts {
    const SPEC: ::renamed::jobs::__private::RateLimitSpec = ::renamed::jobs::__private::RateLimitSpec::new(
            "logins",
            5u32,
            ::core::time::Duration::from_millis(5400000u64),
        )
        .burst(20u32);
}
/// Client for [`LoginAttempts`].
pub(crate) type Logins = ::renamed::jobs::RateLimitClient<LoginAttempts>;
::renamed::jobs::__private::export_job! {
    job : LoginAttempts, class : "logins", marker : "__durable_job_logins"
}
