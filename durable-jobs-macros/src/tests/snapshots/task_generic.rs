pub struct Order<T: Clone>
where
    T: Default,
{
    item: T,
}
#[automatically_derived]
impl<T: Clone> ::durable_jobs::__private::Declared for Order<T>
where
    T: Default,
    Self: 'static,
{
    type Kind = ::durable_jobs::__private::kind::Task;
    const CLASS: &'static str = "Order";
}
#[automatically_derived]
impl<T: Clone> ::durable_jobs::__private::DeclaredTask for Order<T>
where
    T: Default,
    Self: 'static,
{
    const SPEC: ::durable_jobs::__private::TaskSpec = ::durable_jobs::__private::TaskSpec::new(
        "Order",
    );
    type Timer = ::durable_jobs::__private::UnnamedTimer;
}
/// Client for [`Order`].
pub type OrderClient<T: Clone> = ::durable_jobs::TaskClient<Order<T>>;
::core::compile_error! {
    "a job cannot be generic\n\nhelp: one job is one stored type: put the concrete types into the fields"
}
