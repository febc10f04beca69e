//! A transcript to an edited Markdown text.
