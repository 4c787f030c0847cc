#[derive(Serialize, Deserialize)]
pub struct Email {
    to: String,
}
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Email {
    type Kind = ::durable_jobs::__private::kind::Queue;
    const CLASS: &'static str = "emails";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredQueue for Email {
    const SPEC: ::durable_jobs::__private::QueueSpec = ::durable_jobs::__private::QueueSpec::new(
            "emails",
        )
        .concurrency(8u32)
        .partitions(4u32)
        .order(::durable_jobs::__private::Order::Fifo)
        .rate(
            ::durable_jobs::__private::Rate::new(
                100u32,
                ::core::time::Duration::from_millis(60000u64),
            ),
        )
        .visibility(::core::time::Duration::from_millis(60000u64))
        .max_depth(5000u64)
        .dedup_window(::core::time::Duration::from_millis(86400000u64))
        .retry(
            ::durable_jobs::__private::RetryPolicy::fixed(
                    3u32,
                    ::core::time::Duration::from_millis(10000u64),
                )
                .jitter(),
        )
        .timeout(::core::time::Duration::from_millis(50000u64))
        .version(2u32);
}
/// Client for [`Email`].
pub type Emails = ::durable_jobs::QueueClient<Email>;
::durable_jobs::__private::export_job! {
    job : Email, class : "emails", marker : "__durable_job_emails"
}
const _: () = ::durable_jobs::__private::assert_queue::<Email>();
