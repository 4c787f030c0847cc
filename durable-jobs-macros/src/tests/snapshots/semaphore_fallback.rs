pub struct Exports {
    running: u32,
}
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Exports {
    type Kind = ::durable_jobs::__private::kind::Semaphore;
    const CLASS: &'static str = "Exports";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredSemaphore for Exports {
    const SPEC: ::durable_jobs::__private::SemaphoreSpec = ::durable_jobs::__private::SemaphoreSpec::new(
        "Exports",
        1u32,
    );
}
/// Client for [`Exports`].
pub type ExportsClient = ::durable_jobs::SemaphoreClient<Exports>;
::durable_jobs::__private::export_job! {
    job : Exports, class : "Exports", marker : "__durable_job_Exports"
}
::core::compile_error! {
    "`#[semaphore]` goes on a struct without fields: it keeps nothing of yours\n\nhelp: write `struct Exports;`"
}
