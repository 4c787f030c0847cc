//! Percent-encoding, as paths and forms have it.

use std::fmt::Write;

/// The text with everything encoded that might mean something in a path or a form.
pub(crate) fn encode(text: &str) -> String {
    encode_but(text, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
    })
}

/// The text as any header may carry it: ids have letters of all languages.
pub(crate) fn encode_header(text: &str) -> String {
    encode_but(text, |byte| byte.is_ascii_graphic() && byte != b'%')
}

fn encode_but(text: &str, plain: fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The text that was encoded; `None` if it is not UTF-8.
pub(crate) fn decode(encoded: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [byte, after @ ..] = rest {
        let (meant, after) = match byte {
            b'%' => escaped(after).unwrap_or((b'%', after)),
            byte => (*byte, after),
        };
        decoded.push(meant);
        rest = after;
    }
    String::from_utf8(decoded).ok()
}

/// The byte that two digits stand for, and what follows them.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, after @ ..] = text else {
        return None;
    };
    let digit = |letter: &u8| char::from(*letter).to_digit(16);
    let byte = digit(high)? * 16 + digit(low)?;
    Some((u8::try_from(byte).ok()?, after))
}

/// Fields as a form carries them (`application/x-www-form-urlencoded`).
pub(crate) fn encode_form(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    fields.join("&")
}

/// The value of a field of a form, if the form has it.
pub(crate) fn form_field(form: &str, name: &str) -> Option<String> {
    let text = |encoded: &str| decode(&encoded.replace('+', " "));
    let mut fields = form.split('&').filter_map(|field| field.split_once('='));
    let (_, value) = fields.find(|(field, _)| text(field).as_deref() == Some(name))?;
    text(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_the_same() {
        for text in ["", "plain-1._~", "a b&c=d/e?f%g+h:i", "Grüße", "%41"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        assert_eq!(encode("a b/ü"), "a%20b%2F%C3%BC");
        assert_eq!(encode_header("a:b/ü 1%"), "a:b/%C3%BC%201%25");
    }

    #[test]
    fn what_is_not_encoded_well_is_left_or_refused() {
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%zz%4").as_deref(), Some("%zz%4"));
        assert_eq!(decode("%ff"), None);
    }

    #[test]
    fn fields_of_forms_are_found_by_name() {
        let form = encode_form(&[("grant_type", "refresh_token"), ("token", "a b+c&d")]);
        assert_eq!(form, "grant_type=refresh_token&token=a%20b%2Bc%26d");
        assert_eq!(form_field(&form, "token").as_deref(), Some("a b+c&d"));
        assert_eq!(form_field("token=a+b", "token").as_deref(), Some("a b"));
        assert_eq!(form_field(&form, "secret"), None);
    }
}
