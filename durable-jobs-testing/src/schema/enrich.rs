//! Fuller samples of types that do not tell what they want.

use serde_json::{Value, json};

use super::{
    leaves::{part, replaced, vacancies},
    path::Path,
    shape::Shape,
    subject::Unread,
};

type Rewrite = fn(&Value) -> Result<Value, Unread>;

/// Samples in which something stands where there was nothing, so that it is noticed when its field goes.
pub(super) fn enriched(rewrite: Rewrite, shape: &Shape, samples: &[Value]) -> Vec<Value> {
    let enriched = samples.iter().map(|sample| {
        let is_untold = |path: &Path| shape.is_untold(path);
        let vacancies = vacancies(sample).into_iter().filter(is_untold);
        vacancies.fold(sample.clone(), |sample, path| {
            fill(rewrite, &sample, &path).unwrap_or(sample)
        })
    });
    enriched
        .filter(|sample| !samples.contains(sample))
        .collect()
}

fn fill(rewrite: Rewrite, sample: &Value, path: &Path) -> Option<Value> {
    let vacant = part(sample, path)?;
    let with = |value: Value| match vacant {
        Value::Array(_) => json!([value]),
        Value::Object(_) => json!({ "text": value }),
        _ => value,
    };
    let is_kept = |fuller: &Value| rewrite(fuller).is_ok_and(|rewritten| rewritten == *fuller);
    let values = [
        json!("text"),
        json!(u64::MAX),
        json!(u32::MAX),
        json!(i64::MIN),
        json!(1),
        json!(0.5),
        json!(true),
        json!(["text"]),
        json!([1]),
        json!({}),
    ];
    let mut fuller = values
        .into_iter()
        .filter_map(|value| replaced(sample, path, with(value)));
    fuller.find(is_kept)
}
