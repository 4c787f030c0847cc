//! A class of objects and where they are stored.

/// A class of Durable Objects that the Worker exports, with SQLite storage.
#[derive(Clone, Debug)]
pub struct Namespace {
    pub(crate) class: String,
    pub(crate) key: String,
    pub(crate) binding: String,
    pub(crate) never_evicted: bool,
}

impl Namespace {
    /// Objects of that class, stored under the class's name and bound by it: `TokenRefresher` as `TOKEN_REFRESHER`.
    #[must_use]
    pub fn new(class: &str) -> Self {
        Self {
            class: class.to_owned(),
            key: class.to_owned(),
            binding: shouty_snake_case(class),
            never_evicted: false,
        }
    }

    /// Stores objects under another key than the class's name.
    ///
    /// A class opens the objects that another class has stored under the same key, in the same folder.
    #[must_use]
    pub fn stored_as(mut self, key: &str) -> Self {
        self.key = key.to_owned();
        self
    }

    /// Uses another class than the one that it is named after, under the same key and binding.
    #[must_use]
    pub fn exported_as(mut self, class: &str) -> Self {
        self.class = class.to_owned();
        self
    }

    /// Gives the Worker its objects under that name.
    #[must_use]
    pub fn bound_as(mut self, binding: &str) -> Self {
        self.binding = binding.to_owned();
        self
    }

    /// The name that the Worker has its objects under.
    #[must_use]
    pub fn binding(&self) -> &str {
        &self.binding
    }

    /// Keeps objects in memory, however long they are idle.
    #[must_use]
    pub fn never_evicted(mut self) -> Self {
        self.never_evicted = true;
        self
    }
}

/// A new word starts at a capital that follows a small letter or a digit.
fn shouty_snake_case(class: &str) -> String {
    let mut name = String::new();
    let mut after_small = false;
    for letter in class.chars() {
        if letter.is_uppercase() && after_small {
            name.push('_');
        }
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
        name.extend(letter.to_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::Namespace;

    #[test]
    fn the_binding_is_the_class_in_shouty_snake_case() {
        for (class, binding) in [
            ("Counter", "COUNTER"),
            ("TokenRefresher", "TOKEN_REFRESHER"),
            ("Sha256Sum", "SHA256_SUM"),
            ("HTTPCall", "HTTPCALL"),
        ] {
            assert_eq!(Namespace::new(class).binding, binding);
        }
    }
}
