//! Tags of migrations: names by which Cloudflare knows which ones it has applied.

/// A tag that is not in use: the next `vN` if that is what the last one is, else the next `durable-jobs-N`.
pub(super) fn next<'a>(tags: impl DoubleEndedIterator<Item = &'a str> + Clone) -> String {
    let prefix = match tags.clone().next_back() {
        None => "v",
        Some(last) if number(last, "v").is_some() => "v",
        Some(_) => "durable-jobs-",
    };
    let numbers = tags.filter_map(|tag| number(tag, prefix));
    format!("{prefix}{}", numbers.max().unwrap_or(0) + 1)
}

fn number(tag: &str, prefix: &str) -> Option<u64> {
    let digits = tag.strip_prefix(prefix)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = plain.then(|| digits.parse().ok())??;
    Some(number.into())
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn the_next_tag_keeps_the_scheme_and_is_free() {
        let cases: [(&[&str], &str); 8] = [
            (&[], "v1"),
            (&["v1"], "v2"),
            (&["v9"], "v10"),
            (&["v7", "v3"], "v8"),
            (&["first", "v2"], "v3"),
            (&["v1", "2026-01-01"], "durable-jobs-1"),
            (&["v1", "durable-jobs-4"], "durable-jobs-5"),
            (&["v99999999999999999999"], "durable-jobs-1"),
        ];
        for (tags, expected) in cases {
            assert_eq!(next(tags.iter().copied()), expected, "after {tags:?}");
        }
    }
}
