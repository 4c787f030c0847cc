//! Decoders of enums whose variants share few fields.

/// Implements `Deserialize` for an enum whose variants are without fields, or objects in JSON, with all the fields that
/// any of them has first. What is marked `default` may be missing; what is marked `required` is an `Option` among all fields,
/// and not in its variant.
///
/// The decoders that are derived have one of their own for each variant.
macro_rules! read_variants {
    (
        $name:ident { $($field:ident: $type:ty),* $(,)? }
        $($text:literal => $variant:ident $({ $($part:ident $(: $missing:ident)?),* })?),* $(,)?
    ) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct AllFields { $($field: Option<$type>),* }
                $crate::read_fields::read_fields!(AllFields { $($field: optional),* });

                struct Variants;

                impl<'de> serde::de::Visitor<'de> for Variants {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("enum ", stringify!($name)))
                    }

                    fn visit_enum<A: serde::de::EnumAccess<'de>>(
                        self,
                        access: A,
                    ) -> Result<$name, A::Error> {
                        use serde::de::{Error, VariantAccess};

                        let (name, access) = access.variant::<$crate::read_fields::Key<'_>>()?;
                        match &*name.0 {
                            $($text => $crate::read_variants::read_variants!(
                                @take A::Error, access, $name::$variant $({ $($part $(: $missing)?),* })?
                            ),)*
                            other => Err(A::Error::unknown_variant(other, &[$($text),*])),
                        }
                    }
                }

                deserializer.deserialize_enum(stringify!($name), &[$($text),*], Variants)
            }
        }
    };
    (@take $error:ty, $access:ident, $name:ident::$variant:ident) => {
        $access.unit_variant().map(|()| $name::$variant)
    };
    (@take $error:ty, $access:ident, $name:ident::$variant:ident { $($part:ident $(: $missing:ident)?),* }) => {{
        let fields: AllFields = $access.newtype_variant()?;
        Ok($name::$variant {
            $($part: $crate::read_variants::read_variants!(@part fields.$part, $part, $error $(, $missing)?)),*
        })
    }};
    (@part $found:expr, $part:ident, $error:ty) => {
        $found.ok_or_else(|| <$error>::missing_field(stringify!($part)))?
    };
    (@part $found:expr, $part:ident, $error:ty, default) => {
        $found.unwrap_or_default()
    };
    (@part $found:expr, $part:ident, $error:ty, required) => {
        $found.flatten().ok_or_else(|| <$error>::missing_field(stringify!($part)))?
    };
}
pub(crate) use read_variants;

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_str};

    #[derive(Debug, PartialEq)]
    enum Order {
        Keep { any: Value },
        Move { x: u32, y: Option<u32> },
        Say { text: String },
        Stop,
    }
    read_variants!(Order { x: u32, y: Option<u32>, text: Option<String>, any: Value }
        "move" => Move { x, y: default },
        "say" => Say { text: required },
        "keep" => Keep { any },
        "stop" => Stop,
    );

    #[test]
    fn each_variant_is_read_by_its_name() {
        let cases = [
            (
                r#"{"move":{"y":2,"x":1}}"#,
                Order::Move { x: 1, y: Some(2) },
            ),
            (
                r#"{"move":{"x":1,"text":"later"}}"#,
                Order::Move { x: 1, y: None },
            ),
            (
                r#" { "say" : { "text" : "a" } } "#,
                Order::Say {
                    text: "a".to_owned(),
                },
            ),
            (r#""stop""#, Order::Stop),
            (r#"{"keep":{"any":null}}"#, Order::Keep { any: Value::Null }),
        ];
        for (text, expected) in cases {
            assert_eq!(from_str::<Order>(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (r#"{"move":{"y":1}}"#, "missing field `x`"),
            (
                r#"{"say":{"text":1}}"#,
                "invalid type: integer `1`, expected a string",
            ),
            (
                r#"{"dance":{}}"#,
                "unknown variant `dance`, expected one of `move`, `say`, `keep`, `stop`",
            ),
            (
                r#""move""#,
                "invalid type: unit variant, expected newtype variant",
            ),
            (r#"{"stop":{}}"#, "invalid type: map, expected unit"),
            ("1", "expected value"),
        ];
        for (text, expected) in cases {
            let error = from_str::<Order>(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
