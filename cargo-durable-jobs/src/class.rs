//! Names of Durable Object classes, and the binding that each has by convention.

use std::fmt;

/// The name of a Durable Object class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class(String);

impl Class {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The binding under which a client looks for the class unless it is told another one: the name in
    /// upper case, with a `_` before each upper-case letter that follows a lower-case letter or a digit.
    pub(crate) fn binding(&self) -> String {
        let mut binding = String::new();
        let mut previous = None;
        for letter in self.0.chars() {
            if letter.is_uppercase() && previous.is_some_and(ends_a_word) {
                binding.push('_');
            }
            binding.extend(letter.to_uppercase());
            previous = Some(letter);
        }
        binding
    }
}

fn ends_a_word(letter: char) -> bool {
    letter.is_lowercase() || letter.is_numeric()
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names as a sentence lists them: `` `A`, `B` and `C` ``.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a Class>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_the_class_in_upper_case_with_its_words_apart() {
        let bindings = [
            ("TokenRefresher", "TOKEN_REFRESHER"),
            ("HTTPPing", "HTTPPING"),
            ("V2Sync", "V2_SYNC"),
            ("order", "ORDER"),
            ("Order", "ORDER"),
            ("already_snake", "ALREADY_SNAKE"),
            ("sendHTTP", "SEND_HTTP"),
            ("Mixed_Case", "MIXED_CASE"),
        ];
        for (class, binding) in bindings {
            assert_eq!(Class::new(class).binding(), binding);
        }
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        let names = ["A", "B", "C"].map(Class::new);
        assert_eq!(listed(&names[..1]), "`A`");
        assert_eq!(listed(&names[..2]), "`A` and `B`");
        assert_eq!(listed(&names), "`A`, `B` and `C`");
    }
}
