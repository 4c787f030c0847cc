/// Keeps one user's access token fresh.
#[derive(Serialize, Deserialize)]
pub struct TokenRefresher {
    access_token: String,
    refresh_token: String,
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
            ::core::time::Duration::from_millis(1800000u64),
        )
        .retry(
            ::durable_jobs::__private::RetryPolicy::exponential(
                    5u32,
                    ::core::time::Duration::from_millis(1000u64),
                    2f64,
                )
                .max(::core::time::Duration::from_millis(30000u64))
                .jitter(),
        )
        .timeout(::core::time::Duration::from_millis(10000u64))
        .on_exhausted(::durable_jobs::__private::OnExhausted::Park)
        .first_run(::durable_jobs::__private::FirstRun::NextSlot)
        .version(2u32);
}
/// Client for [`TokenRefresher`].
pub type TokenRefresherClient = ::durable_jobs::ContinuousClient<TokenRefresher>;
::durable_jobs::__private::export_job! {
    job : TokenRefresher, class : "TokenRefresher", marker :
    "__durable_job_TokenRefresher"
}
const _: () = ::durable_jobs::__private::assert_continuous::<TokenRefresher>();
