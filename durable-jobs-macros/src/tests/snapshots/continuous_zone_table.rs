struct Report;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Report {
    type Kind = ::durable_jobs::__private::kind::Continuous;
    const CLASS: &'static str = "Report";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredContinuous for Report {
    const SPEC: ::durable_jobs::__private::ContinuousSpec = ::durable_jobs::__private::ContinuousSpec::cron(
        "Report",
        ::durable_jobs::__private::schedule::Cron::new(
            "*/15 8-17 L * *",
            ::durable_jobs::__private::schedule::Fields {
                minutes: 35185445863425u64,
                hours: 261888u32,
                days: 1u32,
                months: 8190u16,
                weekdays: 0u64,
                time_of_day: ::durable_jobs::__private::schedule::TimeOfDay::Wildcard,
            },
            ::durable_jobs::__private::schedule::Zone::new(
                    "Africa/Casablanca",
                    ::durable_jobs::__private::schedule::Rule::fixed(0i32),
                )
                .with_transitions(
                    3600i32,
                    &[
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1710036000i64,
                            offset: 0i32,
                        },
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1713060000i64,
                            offset: 3600i32,
                        },
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1740276000i64,
                            offset: 0i32,
                        },
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1743904800i64,
                            offset: 3600i32,
                        },
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1771120800i64,
                            offset: 0i32,
                        },
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1774144800i64,
                            offset: 3600i32,
                        },
                        ::durable_jobs::__private::schedule::Transition {
                            at: 1789866000i64,
                            offset: 0i32,
                        },
                    ],
                ),
        ),
    );
}
/// Client for [`Report`].
type ReportClient = ::durable_jobs::ContinuousClient<Report>;
::durable_jobs::__private::export_job! {
    job : Report, class : "Report", marker : "__durable_job_Report"
}
const _: () = ::durable_jobs::__private::assert_continuous::<Report>();
