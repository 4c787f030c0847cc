//! How the binding of a class is called, unless the Worker says otherwise.

/// The class's name in capitals, words apart: `TokenRefresher` is bound as `TOKEN_REFRESHER`.
pub(super) fn of_class(class: &str) -> String {
    let mut name = String::with_capacity(class.len() + 4);
    let mut before = '_';
    for letter in class.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
        before = letter;
    }
    name
}
