//! GitHub's alerts: a quotation that begins with `[!NOTE]` and the like.

use pulldown_cmark::BlockQuoteKind;

/// Ends an alert.
pub(crate) const END: &str = "</div>\n";

/// Begins an alert: its sign, drawn in the colour of the words, and its word.
pub(crate) fn start(kind: BlockQuoteKind) -> String {
    let (class, word, sign) = match kind {
        BlockQuoteKind::Note => (
            "note",
            "Note",
            "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 7.2v4M8 4.7v.1",
        ),
        BlockQuoteKind::Tip => (
            "tip",
            "Tip",
            "M6.2 11.8c0-1.9-2.3-2.5-2.3-5.4a4.1 4.1 0 0 1 8.2 0c0 2.9-2.3 3.5-2.3 5.4ZM6.4 14.4h3.2",
        ),
        BlockQuoteKind::Important => (
            "important",
            "Important",
            "M1.8 2.2h12.4v9H9.4L6 14.2v-3H1.8ZM8 4.4v2.8M8 9v.1",
        ),
        BlockQuoteKind::Warning => ("warning", "Warning", "M8 1.8 14.8 14H1.2ZM8 6.2v3.9M8 12v.1"),
        BlockQuoteKind::Caution => (
            "caution",
            "Caution",
            "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2ZM8 4.6v4M8 11.2v.1",
        ),
    };
    format!(
        "<div class=\"alert {class}\" role=\"note\"><p class=\"alert-title\"><svg viewBox=\"0 0 16 16\" width=\"16\" \
         height=\"16\" aria-hidden=\"true\"><path d=\"{sign}\"/></svg>{word}</p>\n"
    )
}
