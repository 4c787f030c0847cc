#[derive(Default, Serialize, Deserialize)]
pub(crate) struct WebhookBatch {
    events: Vec<Webhook>,
}
#[automatically_derived]
impl ::renamed::jobs::__private::Declared for WebhookBatch {
    type Kind = ::renamed::jobs::__private::kind::Debounce;
    const CLASS: &'static str = "webhooks";
}
#[automatically_derived]
impl ::renamed::jobs::__private::DeclaredDebounce for WebhookBatch {
    const SPEC: ::renamed::jobs::__private::DebounceSpec = ::renamed::jobs::__private::DebounceSpec::new(
            "webhooks",
        )
        .flush_after(::core::time::Duration::from_millis(5000u64))
        .quiet(::core::time::Duration::from_millis(1000u64))
        .leading()
        .max_events(100u32)
        .max_bytes(64000u64)
        .max_buffered(5000u32)
        .overflow(::renamed::jobs::__private::Overflow::DropOldest)
        .warn_at(4000u32)
        .dedup_window(::core::time::Duration::from_millis(300000u64))
        .on_duplicate(::renamed::jobs::__private::OnDuplicate::Update)
        .after_flush(::renamed::jobs::__private::AfterFlush::Keep)
        .max_dead_letters(10u32)
        .history(20u32)
        .retry(
            ::renamed::jobs::__private::RetryPolicy::linear(
                    5u32,
                    ::core::time::Duration::from_millis(500u64),
                    ::core::time::Duration::from_millis(250u64),
                )
                .max(::core::time::Duration::from_millis(30000u64))
                .max_elapsed(::core::time::Duration::from_millis(3600000u64)),
        )
        .timeout(::core::time::Duration::from_millis(30000u64))
        .on_exhausted(::renamed::jobs::__private::OnExhausted::Terminate)
        .log(::renamed::jobs::__private::LogLevel::Warn)
        .version(3u32);
}
/// Client for [`WebhookBatch`].
pub(crate) type Webhooks = ::renamed::jobs::DebounceClient<WebhookBatch>;
::renamed::jobs::__private::export_job! {
    job : WebhookBatch, class : "webhooks", marker : "__durable_job_webhooks"
}
const _: () = ::renamed::jobs::__private::assert_debounce::<WebhookBatch>();
