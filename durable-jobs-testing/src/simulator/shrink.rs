//! The shortest part of a story that fails as the whole one does.

/// Leaves out ever smaller parts of `all` for as long as what remains fails.
pub(super) fn shortest<T: Clone>(all: Vec<T>, mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let mut kept = all;
    let mut size = kept.len();
    while size > 0 {
        let mut start = 0;
        while start < kept.len() {
            let end = (start + size).min(kept.len());
            let less = [&kept[..start], &kept[end..]].concat();
            match fails(&less) {
                true => kept = less,
                false => start = end,
            }
        }
        size /= 2;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn what_matters_is_left() {
        let fails = |part: &[u32]| part.contains(&17) && part.contains(&80);
        assert_eq!(shortest((0..100).collect(), fails), [17, 80]);
    }

    #[test]
    fn nothing_is_left_where_nothing_matters() {
        assert!(shortest(vec![1, 2, 3], |_| true).is_empty());
    }

    #[test]
    fn everything_is_left_where_everything_matters() {
        assert_eq!(shortest(vec![1, 2, 3], |part| part.len() == 3), [1, 2, 3]);
    }
}
