//! Tables. pulldown-cmark aligns by `style`, which a strict Content-Security-Policy forbids: classes instead.

use pulldown_cmark::Alignment;

/// Begins a table; it scrolls by itself if it is too wide.
pub(crate) const START: &str = "<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>";
/// Ends a table.
pub(crate) const END: &str = "</tbody></table></div>\n";

/// Where in a table the walk is.
pub(crate) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Table {
    /// Begins before the first row.
    pub(crate) fn new(alignments: Vec<Alignment>) -> Self {
        Self {
            alignments,
            column: 0,
            in_head: false,
        }
    }

    /// Begins a row.
    pub(crate) fn row(&mut self, in_head: bool) -> &'static str {
        self.column = 0;
        self.in_head = in_head;
        if in_head { "<thead><tr>" } else { "<tr>" }
    }

    /// Begins a cell.
    pub(crate) fn cell(&mut self) -> String {
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.column += 1;
        if self.in_head {
            format!("<th scope=\"col\"{class}>")
        } else {
            format!("<td{class}>")
        }
    }

    /// Ends a cell.
    pub(crate) fn cell_end(&self) -> &'static str {
        if self.in_head { "</th>" } else { "</td>" }
    }
}
