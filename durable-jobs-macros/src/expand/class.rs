//! What the Durable Object class of a job is called.

/// The class follows from the stored name, so that renaming the type moves no stored state: the name as it is if
/// JavaScript takes it, else its words in upper camel case.
pub(crate) fn class_name(stored: &str) -> String {
    if is_identifier(stored) {
        return stored.to_owned();
    }
    let words = stored.split(|letter: char| !letter.is_ascii_alphanumeric());
    let joined: String = words.map(capitalised).collect();
    match joined.starts_with(|first: char| first.is_ascii_alphabetic()) {
        true => joined,
        false => format!("Job{joined}"),
    }
}

fn is_identifier(name: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.chars().all(letters) && name.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::class_name;

    #[test]
    fn a_class_follows_from_the_stored_name() {
        for (stored, class) in [
            ("TokenRefresher", "TokenRefresher"),
            ("token_refresher", "token_refresher"),
            ("token-refresher", "TokenRefresher"),
            ("orders/v2", "OrdersV2"),
            ("2fa", "Job2fa"),
            ("größe", "GrE"),
            ("…", "Job"),
        ] {
            assert_eq!(class_name(stored), class, "{stored}");
        }
    }
}
