//! Answers that need not be sent again (RFC 9110, 8.8.3 and 13.1.2).

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// What the caller has, by its entity tags.
pub(super) struct Known(Vec<String>);

impl Known {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let tags = values.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/").to_owned());
        Self(tags.collect())
    }

    /// Whether this tag, with its quotes, is among them.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.0.iter().any(|known| known == tag || known == "*")
    }
}

/// The tag of something with this digest.
pub(super) fn tag(digest: impl std::fmt::Display) -> String {
    format!("\"{digest}\"")
}

/// The caller has it: 304.
pub(super) fn unchanged(tag: String, control: &'static str) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, control.to_owned())]).into_response()
}

/// The caller does not have it: 200.
pub(super) fn fresh(tag: String, control: &'static str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let control = (header::CACHE_CONTROL, control.to_owned());
    ([(header::ETAG, tag), control, (header::CONTENT_TYPE, media_type.to_owned())], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_lists_weak_or_not() {
        let mut headers = HeaderMap::new();
        headers.append(header::IF_NONE_MATCH, r#""a", W/"b""#.parse().expect("a value"));
        headers.append(header::IF_NONE_MATCH, r#""c""#.parse().expect("a value"));
        let known = Known::of(&headers);
        assert!(known.has(&tag("a")) && known.has(&tag("b")) && known.has(&tag("c")));
        assert!(!known.has(&tag("d")) && !known.has("a"));
    }
}
