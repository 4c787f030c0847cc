//! What an item that cannot be a job is told, and that it is emitted all the same.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{messages, messages_of, messages_on, problems};
use crate::kind::{Continuous, Task};
use crate::pipeline;

#[test]
fn an_item_that_is_no_type_keeps_its_tokens() {
    let cases = [
        (
            "impl Continuous for Job {}",
            "`#[continuous]` goes on the struct, not on its impl",
        ),
        (
            "impl<T> Continuous for Job<T> {}",
            "`#[continuous]` goes on the struct, not on its impl",
        ),
        (
            "pub async fn run() {}",
            "`#[continuous]` goes on a struct or an enum, not on a function",
        ),
        (
            "trait Job {}",
            "`#[continuous]` goes on a struct or an enum, not on a trait",
        ),
        (
            "union Job { a: u8 }",
            "`#[continuous]` goes on a struct or an enum, not on a union",
        ),
        (
            "mod job {}",
            "`#[continuous]` goes on a struct or an enum, not on a module",
        ),
    ];
    for (item, problem) in cases {
        let output = pipeline::run::<Continuous>(quote!(every = "1s"), item.parse().unwrap());
        let item: TokenStream = item.parse().unwrap();
        assert!(
            output.to_string().starts_with(&item.to_string()),
            "{output}"
        );
        assert_eq!(messages_of(output).concat().lines().next(), Some(problem));
    }
}

#[test]
fn generic_jobs_and_second_attributes_are_refused() {
    for item in [
        "struct Job<T>(T);",
        "struct Job<'a>(&'a str);",
        "struct Job<const N: usize>;",
    ] {
        assert_eq!(
            messages_on::<Continuous>(r#"every = "1s""#, item).len(),
            1,
            "{item}"
        );
    }
    for second in [
        "#[task]",
        "#[durable_jobs::task(retry(none))]",
        "#[continuous(every = \"2s\")]",
    ] {
        let item = format!("#[derive(Debug)] {second} struct Job;");
        let output = pipeline::run::<Continuous>(quote!(every = "1s"), item.parse().unwrap());
        assert!(
            output
                .to_string()
                .starts_with("# [derive (Debug)] struct Job ;"),
            "{output}"
        );
        assert_eq!(messages_of(output).len(), 1, "{second}");
    }
    assert_eq!(
        messages_on::<Continuous>(r#"every = "1s""#, "#[other::task] struct Job;"),
        [""; 0]
    );
}

#[test]
fn a_stored_name_is_at_most_64_bytes() {
    let name = |length: usize| format!(r#"name = "{}""#, "n".repeat(length));
    assert_eq!(messages::<Task>(&name(64)), [""; 0]);
    assert_eq!(
        problems::<Task>(&name(65)),
        ["the stored name is 65 bytes long"]
    );
    let long = proc_macro2::Ident::new(&"N".repeat(65), Span::call_site());
    let output = pipeline::run::<Task>(quote!(), quote!(struct #long;));
    assert_eq!(messages_of(output).len(), 1);
}
