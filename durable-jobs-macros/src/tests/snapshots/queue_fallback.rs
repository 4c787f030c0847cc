struct Email;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Email {
    type Kind = ::durable_jobs::__private::kind::Queue;
    const CLASS: &'static str = "Email";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredQueue for Email {
    const SPEC: ::durable_jobs::__private::QueueSpec = ::durable_jobs::__private::QueueSpec::new(
        "Email",
    );
}
/// Client for [`Email`].
type EmailClient = ::durable_jobs::QueueClient<Email>;
::durable_jobs::__private::export_job! {
    job : Email, class : "Email", marker : "__durable_job_Email"
}
::core::compile_error! {
    "4 partitions cannot share a concurrency of 10 evenly\n\nhelp: write `concurrency = 8` or `concurrency = 12`"
}
