//! What was told, as text that a test compares.

use std::collections::BTreeMap;

use durable_jobs_runtime::telemetry::Telemetry;
use serde_json::Value;

/// One line: the time, the instance, the type, and the rest as JSON with sorted keys.
pub(crate) fn line(event: &Telemetry) -> String {
    let fields: BTreeMap<String, Value> = match serde_json::to_value(&event.happening) {
        Ok(Value::Object(fields)) => fields.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    let name = fields.get("type").and_then(Value::as_str).unwrap_or("?");
    let rest: BTreeMap<&str, &Value> = fields
        .iter()
        .map(|(field, value)| (field.as_str(), value))
        .filter(|(field, _)| *field != "type")
        .collect();
    let line = format!("{} {} {name}", event.timestamp, event.instance_id);
    match serde_json::to_string(&rest) {
        Ok(rest) if rest != "{}" => format!("{line} {rest}\n"),
        _ => line + "\n",
    }
}
