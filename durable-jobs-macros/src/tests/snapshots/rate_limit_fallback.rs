pub struct LoginAttempts;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for LoginAttempts {
    type Kind = ::durable_jobs::__private::kind::RateLimit;
    const CLASS: &'static str = "LoginAttempts";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredRateLimit for LoginAttempts {
    const SPEC: ::durable_jobs::__private::RateLimitSpec = ::durable_jobs::__private::RateLimitSpec::new(
        "LoginAttempts",
        1u32,
        ::core::time::Duration::from_millis(60000u64),
    );
}
/// Client for [`LoginAttempts`].
pub type LoginAttemptsClient = ::durable_jobs::RateLimitClient<LoginAttempts>;
::durable_jobs::__private::export_job! {
    job : LoginAttempts, class : "LoginAttempts", marker : "__durable_job_LoginAttempts"
}
::core::compile_error! {
    "`algorithm` has no value `fixed`\n\nhelp: did you mean \"fixed_window\"?"
}
