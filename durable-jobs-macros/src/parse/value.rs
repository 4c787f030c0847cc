//! The types of values. Each says in its own words what it takes.

use proc_macro2::Span;
use quote::ToTokens;
use syn::parse::Parser;
use syn::{Ident, Lit, LitStr, Path};

use crate::diag;
use crate::keyed::{FromValue, Key, Value};

/// A string.
#[derive(Debug)]
pub(crate) struct Text(pub(crate) LitStr);

/// A string that is meant as a duration.
#[derive(Debug)]
pub(crate) struct DurationText(pub(crate) LitStr);

/// A string that is meant as a size in bytes.
#[derive(Debug)]
pub(crate) struct SizeText(pub(crate) LitStr);

/// A string that is meant as a rate.
#[derive(Debug)]
pub(crate) struct RateText(pub(crate) LitStr);

/// A whole number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) value: u32,
    pub(crate) span: Span,
}

/// A number, whole or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor {
    pub(crate) value: f64,
    pub(crate) span: Span,
}

/// `key`, `key = true` or `key = false`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Switch {
    On,
    Off,
}

/// A name for a generated item.
#[derive(Debug)]
pub(crate) struct Alias(pub(crate) Ident);

/// The path of a type.
#[derive(Debug)]
pub(crate) struct TypePath(pub(crate) Path);

/// The path at which the user sees the `durable-jobs` crate.
#[derive(Debug)]
pub(crate) struct CratePath(pub(crate) Path);

impl FromValue for Text {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        match value {
            Value::Literal(Lit::Str(text)) => Ok(Self(text.clone())),
            _ => {
                let help = format!("write `{} = \"..\"`", key.name);
                Err(value.refuse(key, &format!("`{}` takes a string", key.name), &help))
            }
        }
    }
}

impl FromValue for DurationText {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let name = &key.name;
        let help = match value {
            Value::Literal(Lit::Str(text)) => return Ok(Self(text.clone())),
            Value::Literal(Lit::Int(number)) if number.suffix().is_empty() => {
                let unit = likely_unit(name);
                format!(
                    "quote it and give it a unit, as in `{name} = \"{}{unit}\"`",
                    number.base10_digits()
                )
            }
            Value::Literal(Lit::Int(number)) => format!("quote it, as in `{name} = \"{number}\"`"),
            _ => format!(
                "write a whole number and a unit, as in `{name} = \"30{}\"`",
                likely_unit(name)
            ),
        };
        Err(value.refuse(key, &format!("`{name}` takes a string"), &help))
    }
}

impl FromValue for SizeText {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let name = &key.name;
        let help = match value {
            Value::Literal(Lit::Str(text)) => return Ok(Self(text.clone())),
            Value::Literal(Lit::Int(number)) => format!(
                "quote it and give it a unit, as in `{name} = \"{}B\"`",
                number.base10_digits()
            ),
            _ => format!("write a whole number and a unit, as in `{name} = \"64KB\"`"),
        };
        Err(value.refuse(key, &format!("`{name}` takes a string"), &help))
    }
}

impl FromValue for RateText {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let name = &key.name;
        let help = match value {
            Value::Literal(Lit::Str(text)) => return Ok(Self(text.clone())),
            Value::Literal(Lit::Int(number)) => format!(
                "quote it and give it a time, as in `{name} = \"{}/1s\"`",
                number.base10_digits()
            ),
            _ => format!("write a number of starts and a time, as in `{name} = \"100/1m\"`"),
        };
        Err(value.refuse(key, &format!("`{name}` takes a string"), &help))
    }
}

fn likely_unit(key: &str) -> char {
    match key {
        "every" | "dedup_window" => 'm',
        "retain" => 'd',
        _ => 's',
    }
}

impl FromValue for Count {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let name = &key.name;
        let Value::Literal(Lit::Int(number)) = value else {
            let help = format!("write it without quotes, as in `{name} = 5`");
            return Err(value.refuse(key, &format!("`{name}` takes a whole number"), &help));
        };
        let parsed = number.base10_parse();
        let value = parsed.map_err(|_| {
            let problem = format!("`{name}` is `{number}`, outside 0..={}", u32::MAX);
            diag::at(
                number.span(),
                problem,
                format!("write a smaller number, as in `{name} = 5`"),
            )
        })?;
        Ok(Self {
            value,
            span: number.span(),
        })
    }
}

impl FromValue for Factor {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let number = match value {
            Value::Literal(Lit::Int(number)) => number
                .base10_parse()
                .ok()
                .map(|value| (value, number.span())),
            Value::Literal(Lit::Float(number)) => number
                .base10_parse()
                .ok()
                .map(|value| (value, number.span())),
            _ => None,
        };
        let (value, span) = number.ok_or_else(|| {
            let problem = format!("`{}` takes a number", key.name);
            value.refuse(
                key,
                &problem,
                &format!("write it without quotes, as in `{} = 2.0`", key.name),
            )
        })?;
        Ok(Self { value, span })
    }
}

impl FromValue for Switch {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        match value {
            Value::Nothing => Ok(Self::On),
            Value::Literal(Lit::Bool(on)) if on.value => Ok(Self::On),
            Value::Literal(Lit::Bool(_)) => Ok(Self::Off),
            _ => {
                let help = format!("write `{0}` or `{0} = false`", key.name);
                Err(value.refuse(key, &format!("`{}` is either on or off", key.name), &help))
            }
        }
    }
}

impl FromValue for Alias {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let ident = match value {
            Value::Literal(Lit::Str(text)) => text.parse().ok(),
            Value::Other(tokens) => syn::parse2(tokens.clone()).ok(),
            _ => None,
        };
        ident.map(Self).ok_or_else(|| {
            let problem = format!("`{}` takes the name of a type", key.name);
            value.refuse(
                key,
                &problem,
                &format!("write a plain name, as in `{} = Tokens`", key.name),
            )
        })
    }
}

impl FromValue for TypePath {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let path = match value {
            Value::Literal(Lit::Str(text)) => text.parse().ok(),
            Value::Other(tokens) => syn::parse2(tokens.clone()).ok(),
            _ => None,
        };
        path.map(Self).ok_or_else(|| {
            let problem = format!("`{}` takes the path of an enum", key.name);
            let help = "write it without quotes, as in `timers = OrderTimer`, and derive `TaskTimer` for that enum";
            value.refuse(key, &problem, help)
        })
    }
}

impl FromValue for CratePath {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let path = match value {
            Value::Other(tokens) => Path::parse_mod_style.parse2(tokens.clone()).ok(),
            _ => None,
        };
        let path = path.ok_or_else(|| {
            let help = "write it without quotes, as in `crate = ::durable_jobs`";
            value.refuse(
                key,
                "`crate` takes the path of the `durable-jobs` crate",
                help,
            )
        })?;
        Ok(Self(path))
    }
}

impl CratePath {
    /// The path as the user wrote it, without spaces.
    pub(crate) fn written(&self) -> String {
        self.0.to_token_stream().to_string().replace(' ', "")
    }
}
