//! What the output of a block must be: plain data, made by [`crate::parse::expectation`], judged by [`crate::check`].

use std::ops::Range;

use crate::model::block::MatchMode;

/// An expected output, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// How it is compared.
    pub mode: MatchMode,
    /// Its lines as the author wrote them, without line ends and trailing white space.
    pub lines: Vec<String>,
    /// What the lines mean.
    pub body: Body,
}

/// What an expectation says, by its mode.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// One rule for each line of [`Expectation::lines`] (modes `lines`, `unordered`, `contains`).
    Lines(Vec<Rule>),
    /// One JSON value (mode `json`).
    Json(JsonNode),
}

/// What one expected line accepts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// `...`: any lines, also none.
    AnyLines,
    /// Text with holes; a line without holes has one piece of text, or none if it is empty.
    Pieces(Vec<Piece>),
    /// A regular expression for the whole line; its named groups are captures.
    Regex(String),
    /// `*` is any text, `?` any character, `\` takes the next character as it is.
    Glob(String),
}

/// A part of an expected line, or of an expected JSON string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Exactly this text.
    Text(String),
    /// Changing text.
    Hole(Hole),
}

/// `{{TYPE}}`, `{{name:TYPE}}` or `{{name}}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hole {
    /// Bytes of the hole in its line of [`Expectation::lines`].
    pub columns: Range<usize>,
    /// What may stand there.
    pub takes: Takes,
}

/// What a hole accepts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Takes {
    /// A value of this type.
    Any(HoleType),
    /// A value of this type, which is captured under the name.
    Capture(String, HoleType),
    /// The value captured under this name.
    Same(String),
}

/// The types of holes. What each accepts is defined by [`HoleType::accepts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HoleType {
    /// Any text within the line, also none.
    Any,
    /// One or more characters that are not white space.
    Word,
    /// A whole number.
    Int,
    /// A number, with or without fraction and exponent.
    Float,
    /// Hexadecimal digits.
    Hex,
    /// A UUID.
    Uuid,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A port number.
    Port,
    /// A calendar day, with or without the time of day.
    Date,
    /// A time of day, with or without the day.
    Time,
    /// A span of time.
    Dur,
    /// A version number.
    Version,
    /// A file path.
    Path,
    /// An absolute URL.
    Url,
    /// Base64 text, of either alphabet.
    Base64,
    /// A JSON web token.
    Jwt,
    /// Text that neither begins nor ends with white space; may hold spaces.
    Str,
}

impl HoleType {
    /// All types, in the order of the documentation.
    pub const ALL: [Self; 17] = [
        Self::Any,
        Self::Word,
        Self::Int,
        Self::Float,
        Self::Hex,
        Self::Uuid,
        Self::Ip,
        Self::Port,
        Self::Date,
        Self::Time,
        Self::Dur,
        Self::Version,
        Self::Path,
        Self::Url,
        Self::Base64,
        Self::Jwt,
        Self::Str,
    ];

    /// Returns the word that authors write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Word => "word",
            Self::Int => "int",
            Self::Float => "float",
            Self::Hex => "hex",
            Self::Uuid => "uuid",
            Self::Ip => "ip",
            Self::Port => "port",
            Self::Date => "date",
            Self::Time => "time",
            Self::Dur => "dur",
            Self::Version => "version",
            Self::Path => "path",
            Self::Url => "url",
            Self::Base64 => "base64",
            Self::Jwt => "jwt",
            Self::Str => "str",
        }
    }

    /// Returns the type that authors write as `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Returns what the type accepts, in one sentence part for messages and documentation.
    pub fn accepts(self) -> &'static str {
        match self {
            Self::Any => "any text within the line, also none",
            Self::Word => "characters other than white space, at least one",
            Self::Int => "decimal digits, with or without a sign",
            Self::Float => "a decimal number, with or without sign, fraction and exponent",
            Self::Hex => "hexadecimal digits, with or without `0x`",
            Self::Uuid => "a UUID: 8-4-4-4-12 hexadecimal digits",
            Self::Ip => "an IPv4 or IPv6 address",
            Self::Port => "a number from 1 to 65535",
            Self::Date => {
                "a day such as `2026-11-23`, `23/Nov/2026`, `Mon, 23 Nov 2026` or `Nov 23`, and a time of day after it"
            }
            Self::Time => "a time of day such as `20:11`, `20:11:05.123Z` or `8:11 PM`, and a day before it",
            Self::Dur => "a span of time such as `350ms`, `1m2.5s`, `2 hours` or `About a minute`",
            Self::Version => "a version such as `1.2`, `v1.11.10`, `2.0.0-rc.1` or `1:2.36.1-8+deb12u1`",
            Self::Path => "a path with at least one `/` and no white space or quotes",
            Self::Url => "a scheme, `://`, and what follows up to white space, a quote or an angle bracket",
            Self::Base64 => "at least 4 letters, digits and `+/` or `-_`, with `=` at the end or not",
            Self::Jwt => "three parts of base64url joined by dots, the first beginning with `eyJ`",
            Self::Str => "text that neither begins nor ends with white space, at least one character",
        }
    }
}

/// A value of an expected JSON text.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonNode {
    /// Line of [`Expectation::lines`] (0-based) on which it begins.
    pub line: usize,
    /// Its bytes in the lines joined by `\n`.
    pub span: Range<usize>,
    /// What is expected there.
    pub value: JsonRule,
}

/// What an expected JSON value accepts.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonRule {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number of the same value.
    Number(serde_json::Number),
    /// `"~3.14"`: a number at most `within` away from `value`.
    Near {
        /// The number written.
        value: f64,
        /// The tolerance: written after `+-`, else 1 % or half a unit of the last digit, whichever is more.
        within: f64,
    },
    /// A string with or without holes. A string that is one hole also accepts a number, and `{{any}}` any value.
    Text(Vec<Piece>),
    /// As many elements, in this order.
    Array(Vec<JsonNode>),
    /// At least these members, in any order.
    Object(Vec<JsonMember>),
}

/// A member of an expected JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonMember {
    /// Line of [`Expectation::lines`] (0-based) on which the key stands.
    pub line: usize,
    /// First byte of the key in the lines joined by `\n`.
    pub start: usize,
    /// The key.
    pub key: String,
    /// The value.
    pub node: JsonNode,
}

impl Expectation {
    /// Returns all holes with the line (0-based) each stands on, in order.
    pub fn holes(&self) -> Vec<(usize, &Hole)> {
        let mut holes = Vec::new();
        match &self.body {
            Body::Lines(rules) => {
                for (line, rule) in rules.iter().enumerate() {
                    if let Rule::Pieces(pieces) = rule {
                        holes.extend(pieces_holes(pieces).map(|hole| (line, hole)));
                    }
                }
            }
            Body::Json(node) => node.collect_holes(&mut holes),
        }
        holes
    }

    /// Returns the names that it captures, with the line (0-based) of each; named groups of regular expressions included.
    pub fn captures(&self) -> Vec<(usize, String)> {
        let mut names: Vec<(usize, String)> = self
            .holes()
            .into_iter()
            .filter_map(|(line, hole)| match &hole.takes {
                Takes::Capture(name, _) => Some((line, name.clone())),
                Takes::Any(_) | Takes::Same(_) => None,
            })
            .collect();
        if let Body::Lines(rules) = &self.body {
            for (line, rule) in rules.iter().enumerate() {
                if let Rule::Regex(pattern) = rule
                    && let Ok(regex) = regex::Regex::new(pattern)
                {
                    names.extend(regex.capture_names().flatten().map(|name| (line, name.to_owned())));
                }
            }
        }
        names
    }

    /// Returns the names whose earlier value it expects again, with the line (0-based) of each.
    /// A name that the expectation itself captures further up is among them.
    pub fn references(&self) -> Vec<(usize, String)> {
        self.holes()
            .into_iter()
            .filter_map(|(line, hole)| match &hole.takes {
                Takes::Same(name) => Some((line, name.clone())),
                Takes::Any(_) | Takes::Capture(..) => None,
            })
            .collect()
    }
}

impl JsonNode {
    fn collect_holes<'a>(&'a self, holes: &mut Vec<(usize, &'a Hole)>) {
        match &self.value {
            JsonRule::Text(pieces) => holes.extend(pieces_holes(pieces).map(|hole| (self.line, hole))),
            JsonRule::Array(items) => items.iter().for_each(|item| item.collect_holes(holes)),
            JsonRule::Object(members) => members.iter().for_each(|member| member.node.collect_holes(holes)),
            JsonRule::Null | JsonRule::Bool(_) | JsonRule::Number(_) | JsonRule::Near { .. } => {}
        }
    }
}

fn pieces_holes(pieces: &[Piece]) -> impl Iterator<Item = &Hole> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(hole) => Some(hole),
        Piece::Text(_) => None,
    })
}

/// The most memory, in bytes, that one line's pattern may take: it bounds the work a pattern can cause for each byte of output.
const PATTERN_LIMIT: usize = 1 << 20;

/// Compiles an author's regular expression so that it must match a whole line.
///
/// # Errors
/// A pattern that is not well-formed, or too large.
pub fn whole_line(pattern: &str) -> Result<regex::Regex, regex::Error> {
    let build = |pattern: &str| regex::RegexBuilder::new(pattern).size_limit(PATTERN_LIMIT).build();
    // Compiled alone first: `a)(b` would otherwise be accepted between the brackets.
    build(pattern)?;
    build(&format!("^(?:{pattern})$"))
}

/// Translates a glob into a regular expression: `*` is any text, `?` any character, `\` takes the next character as it is.
pub fn glob_pattern(glob: &str) -> String {
    let mut pattern = String::new();
    let mut chars = glob.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            '\\' => pattern.push_str(&regex::escape(chars.next().unwrap_or('\\').encode_utf8(&mut [0; 4]))),
            _ => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern
}
