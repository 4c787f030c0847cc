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
        )
        .concurrency(12u32)
        .partitions(4u32)
        .order(::durable_jobs::__private::Order::None)
        .no_retry();
}
/// Client for [`Email`].
type EmailClient = ::durable_jobs::QueueClient<Email>;
::durable_jobs::__private::export_job! {
    job : Email, class : "Email", marker : "__durable_job_Email"
}
const _: () = ::durable_jobs::__private::assert_queue::<Email>();
