impl Continuous for TokenRefresher {
    type Env = ();
}
#[automatically_derived]
impl ::durable_jobs::__private::Declared for TokenRefresher {
    type Kind = ::durable_jobs::__private::kind::Continuous;
    const CLASS: &'static str = "TokenRefresher";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredContinuous for TokenRefresher {
    const SPEC: ::durable_jobs::__private::ContinuousSpec = ::durable_jobs::__private::ContinuousSpec::every(
        "TokenRefresher",
        ::core::time::Duration::from_millis(3600000u64),
    );
}
/// Client for [`TokenRefresher`].
type TokenRefresherClient = ::durable_jobs::ContinuousClient<TokenRefresher>;
::durable_jobs::__private::export_job! {
    job : TokenRefresher, class : "TokenRefresher", marker :
    "__durable_job_TokenRefresher"
}
::core::compile_error! {
    "`#[continuous]` goes on the struct, not on its impl\n\nhelp: move it above `struct TokenRefresher` and leave this impl as it is"
}
