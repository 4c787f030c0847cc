//! `#[derive(TaskTimer)]`: what it makes of an enum, and what each mistake is told.

use expect_test::expect;
use quote::quote;

use super::messages_of;
use crate::timer;

fn messages(input: &str) -> Vec<String> {
    messages_of(timer::derive(input.parse().unwrap()))
}

#[test]
fn a_timer_is_known_by_the_name_of_its_variant_or_by_its_own() {
    let input = quote! {
        pub(crate) enum OrderTimer { Remind, #[timer(name = "Expire")] Lapse, r#Loop }
    };
    let file = syn::parse2(timer::derive(input)).unwrap();
    expect![[r#"
        #[automatically_derived]
        impl ::durable_jobs::TaskTimer for OrderTimer {
            fn name(&self) -> &'static str {
                match self {
                    Self::Remind => "Remind",
                    Self::Lapse => "Expire",
                    Self::r#Loop => "Loop",
                }
            }
            fn from_name(name: &str) -> ::core::option::Option<Self> {
                match name {
                    "Remind" => ::core::option::Option::Some(Self::Remind),
                    "Expire" => ::core::option::Option::Some(Self::Lapse),
                    "Loop" => ::core::option::Option::Some(Self::r#Loop),
                    _ => ::core::option::Option::None,
                }
            }
        }
    "#]]
    .assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn one_mistake_is_one_message() {
    let longest = "x".repeat(64);
    let too_long = "x".repeat(65);
    let cases = [
        ("enum T { A(u32) }", "a timer has no fields"),
        ("enum T { A { b: u32 } }", "a timer has no fields"),
        ("enum T { A() }", "a timer has no fields"),
        ("enum T {}", "`T` names no timer"),
        ("struct T;", "timers are named by the variants of an enum"),
        (
            "union T { a: u32 }",
            "timers are named by the variants of an enum",
        ),
        (
            "enum T<'a> { A }",
            "an enum that names timers cannot be generic",
        ),
        (
            r#"enum T { #[timer(name = "")] A }"#,
            "the stored name is empty",
        ),
        (
            "enum T { #[timer(name = \"a\\n\")] A }",
            "the stored name contains a control character",
        ),
        ("enum T { #[timer(name = 1)] A }", "`name` takes a string"),
        (
            r#"enum T { #[timer(nme = "a")] A }"#,
            "`timer(..)` has no key `nme`",
        ),
        (
            r#"enum T { #[timer(name = "a", name = "b")] A }"#,
            "`name` is given twice",
        ),
        (
            r#"enum T { #[timer(name = "B")] A, B }"#,
            "two timers are called `B`",
        ),
        ("enum T { #[timer] A }", "`timer` takes keys in parentheses"),
        (
            "#[timer(crate = jobs)] enum T { A }",
            "`crate` must be an absolute path",
        ),
    ];
    for (input, problem) in cases {
        let told = messages(input);
        assert_eq!(told.len(), 1, "{input}: {told:?}");
        assert_eq!(told[0].lines().next(), Some(problem), "{input}");
    }
    let named = |name: &str| messages(&format!("enum T {{ #[timer(name = {name:?})] A }}"));
    assert_eq!(named(&longest), [""; 0]);
    assert!(named(&too_long)[0].starts_with("the stored name is 65 bytes long, more than 64"));
}

#[test]
fn another_path_of_the_crate_is_used() {
    let output = timer::derive(quote!(
        #[timer(crate = ::renamed::jobs)]
        enum OrderTimer {
            Remind,
        }
    ));
    assert!(
        output
            .to_string()
            .contains(":: renamed :: jobs :: TaskTimer")
    );
}
