//! Which type of hole a word means that is none.

use crate::model::expectation::HoleType;

/// Returns the remedy for a word that should be a type: the nearest one, or all.
pub fn suggest_type(word: &str) -> String {
    let nearest = HoleType::ALL
        .into_iter()
        .map(|kind| (strsim::damerau_levenshtein(word, kind.word()), kind.word()))
        .min();
    match (meant(word), nearest) {
        (Some(kind), _) => format!("did you mean `{}`?", kind.word()),
        (None, Some((distance, word))) if distance <= 2 => format!("did you mean `{word}`?"),
        _ => {
            let words: Vec<&str> = HoleType::ALL.iter().map(|kind| kind.word()).collect();
            format!("the types are {}", words.join(", "))
        }
    }
}

/// Returns the type that a word means which could also be a name: what other tools call it, or a long one that is
/// misspelt by a letter.
pub fn meant(word: &str) -> Option<HoleType> {
    let word = word.to_lowercase();
    match word.as_str() {
        "integer" | "number" | "digits" => Some(HoleType::Int),
        "double" | "decimal" => Some(HoleType::Float),
        "string" | "text" | "line" => Some(HoleType::Str),
        "duration" | "elapsed" => Some(HoleType::Dur),
        "datetime" | "timestamp" | "day" => Some(HoleType::Date),
        "guid" => Some(HoleType::Uuid),
        "address" | "ipv4" | "ipv6" => Some(HoleType::Ip),
        "uri" | "link" => Some(HoleType::Url),
        "filename" | "folder" | "directory" => Some(HoleType::Path),
        "semver" => Some(HoleType::Version),
        word => HoleType::ALL
            .into_iter()
            .filter(|kind| kind.word().len() > 3)
            .find(|kind| strsim::damerau_levenshtein(word, kind.word()) <= 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{meant, suggest_type};
    use crate::model::expectation::HoleType;

    #[test]
    fn the_type_that_is_meant_is_named() {
        assert_eq!(suggest_type("itn"), "did you mean `int`?");
        assert_eq!(suggest_type("Integer"), "did you mean `int`?");
        assert!(suggest_type("xyzzyx").starts_with("the types are any, word,"));
        assert_eq!(meant("timestamp"), Some(HoleType::Date));
        assert_eq!(meant("verison"), Some(HoleType::Version));
        for word in ["token", "it", "name", "state", "code", "id"] {
            assert_eq!(meant(word), None, "{word}");
        }
    }
}
