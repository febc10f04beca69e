//! Text to guide: front matter, Markdown structure, info strings, annotations. Never fails, never reads files.
