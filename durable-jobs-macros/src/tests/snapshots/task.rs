#[derive(Default, Serialize, Deserialize)]
pub enum Order {
    #[default]
    New,
    Placed { total: Money },
    Shipped { tracking: String },
}
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Order {
    type Kind = ::durable_jobs::__private::kind::Task;
    const CLASS: &'static str = "Order";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredTask for Order {
    const SPEC: ::durable_jobs::__private::TaskSpec = ::durable_jobs::__private::TaskSpec::new(
        "Order",
    );
    type Timer = ::durable_jobs::__private::UnnamedTimer;
}
/// Client for [`Order`].
pub type OrderClient = ::durable_jobs::TaskClient<Order>;
::durable_jobs::__private::export_job! {
    job : Order, class : "Order", marker : "__durable_job_Order"
}
const _: () = ::durable_jobs::__private::assert_task::<Order>();
