//! Medians and percentiles.

/// The value below which `share` of all lie; 0 for none.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let index = (last as f64 * share).round() as usize;
    values.get(index).copied().unwrap_or_default()
}

/// The value in the middle.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    percentile(values, 0.5)
}

/// The item in the middle of those sorted by a key.
pub(crate) fn median_by<T>(mut items: Vec<T>, key: impl Fn(&T) -> f64) -> Option<T> {
    items.sort_by(|one, other| key(one).total_cmp(&key(other)));
    let middle = items.len().saturating_sub(1) / 2;
    items.into_iter().nth(middle)
}
