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
            "0 9 * * MON-FRI",
            ::durable_jobs::__private::schedule::Fields {
                minutes: 1u64,
                hours: 512u32,
                days: 0u32,
                months: 8190u16,
                weekdays: 267332238910u64,
                time_of_day: ::durable_jobs::__private::schedule::TimeOfDay::Fixed,
            },
            ::durable_jobs::__private::schedule::Zone::new(
                "Europe/Berlin",
                ::durable_jobs::__private::schedule::Rule {
                    standard_offset: 3600i32,
                    daylight: ::core::option::Option::Some(::durable_jobs::__private::schedule::Daylight {
                        offset: 7200i32,
                        starts: ::durable_jobs::__private::schedule::YearlyChange {
                            month: 3u8,
                            week: 5u8,
                            weekday: 0u8,
                            time: 7200i32,
                        },
                        ends: ::durable_jobs::__private::schedule::YearlyChange {
                            month: 10u8,
                            week: 5u8,
                            weekday: 0u8,
                            time: 10800i32,
                        },
                    }),
                },
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
