struct Searches;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Searches {
    type Kind = ::durable_jobs::__private::kind::Debounce;
    const CLASS: &'static str = "Searches";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredDebounce for Searches {
    const SPEC: ::durable_jobs::__private::DebounceSpec = ::durable_jobs::__private::DebounceSpec::new(
            "Searches",
        )
        .quiet(::core::time::Duration::from_millis(5000u64))
        .max_wait(::core::time::Duration::from_millis(60000u64))
        .overflow(::durable_jobs::__private::Overflow::Flush)
        .on_duplicate(::durable_jobs::__private::OnDuplicate::Reject)
        .after_flush(::durable_jobs::__private::AfterFlush::Reset)
        .dead_letter();
}
/// Client for [`Searches`].
type SearchesClient = ::durable_jobs::DebounceClient<Searches>;
::durable_jobs::__private::export_job! {
    job : Searches, class : "Searches", marker : "__durable_job_Searches"
}
const _: () = ::durable_jobs::__private::assert_debounce::<Searches>();
