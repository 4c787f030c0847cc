pub struct Exports;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Exports {
    type Kind = ::durable_jobs::__private::kind::Semaphore;
    const CLASS: &'static str = "exports";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredSemaphore for Exports {
    const SPEC: ::durable_jobs::__private::SemaphoreSpec = ::durable_jobs::__private::SemaphoreSpec::new(
            "exports",
            10u32,
        )
        .lease(::core::time::Duration::from_millis(30000u64));
}
/// Client for [`Exports`].
pub type Desk = ::durable_jobs::SemaphoreClient<Exports>;
::durable_jobs::__private::export_job! {
    job : Exports, class : "exports", marker : "__durable_job_exports"
}
