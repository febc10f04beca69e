//! Prose to HTML: one walk over pulldown-cmark's events, with our own blocks, headings, links, tables and notes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, LinkType, Parser, Tag, TagEnd, html};
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;
use crate::parse::markdown_options;
use crate::render::footnotes::Footnotes;
use crate::render::links::Links;
use crate::render::paint::escaped;

/// A text as HTML.
#[derive(Debug, Default)]
pub(crate) struct Prose {
    /// The HTML.
    pub html: String,
    /// Headings of level 2 and 3.
    pub toc: Vec<TocItem>,
    /// Anchor of the title, if the text has a heading of its own for it.
    pub title_anchor: Option<String>,
    /// Broken links.
    pub problems: Vec<Diagnostic>,
}

/// A line of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TocItem {
    /// 2 or 3.
    pub level: u8,
    /// Plain text.
    pub title: String,
    /// `#anchor`
    pub href: String,
}

/// What a text is rendered with.
pub(crate) struct Setting<'a> {
    /// The text.
    pub document: &'a Document,
    /// Address of the page on which it is shown.
    pub address: &'a str,
    /// Where links lead.
    pub links: &'a Links<'a>,
}

/// Renders a whole text; `blocks` holds the HTML of fences by their start in the source.
pub(crate) fn render(setting: &Setting<'_>, blocks: &BTreeMap<usize, String>) -> Prose {
    let document = setting.document;
    let body = document.body.min(document.source.text.len());
    let mut walk = Walk::new(setting, blocks);
    for (event, range) in Parser::new_ext(&document.source.text[body..], markdown_options()).into_offset_iter() {
        walk.event(event, range.start + body..range.end + body);
    }
    walk.finish()
}

/// Renders a piece of a text without a paragraph around it, for example a note.
pub(crate) fn inline(setting: &Setting<'_>, range: Range<usize>) -> (String, Vec<Diagnostic>) {
    let text = setting.document.source.text.get(range.clone()).unwrap_or_default();
    let blocks = BTreeMap::new();
    let mut walk = Walk::new(setting, &blocks);
    for (event, at) in Parser::new_ext(text, markdown_options()).into_offset_iter() {
        if !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)) {
            walk.event(event, at.start + range.start..at.end + range.start);
        }
    }
    let prose = walk.finish();
    (prose.html, prose.problems)
}

struct Walk<'a, 'e> {
    setting: &'a Setting<'a>,
    blocks: &'a BTreeMap<usize, String>,
    notes: BTreeSet<usize>,
    events: Vec<Event<'e>>,
    prose: Prose,
    /// Nesting below something that is not shown here: a fence, a note list, the title.
    skipping: usize,
    table: Option<Table>,
    image: Option<Image>,
    footnotes: Footnotes<'e>,
}

struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

struct Image {
    src: String,
    title: String,
    alt: String,
}

impl<'a, 'e> Walk<'a, 'e> {
    fn new(setting: &'a Setting<'a>, blocks: &'a BTreeMap<usize, String>) -> Self {
        let notes = setting.document.note_lists.iter().map(|list| list.span.start).collect();
        Self {
            setting,
            blocks,
            notes,
            events: Vec::new(),
            prose: Prose::default(),
            skipping: 0,
            table: None,
            image: None,
            footnotes: Footnotes::default(),
        }
    }

    fn event(&mut self, event: Event<'e>, range: Range<usize>) {
        if self.skipping > 0 {
            match event {
                Event::Start(_) => self.skipping += 1,
                Event::End(_) => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        if let Some(image) = &mut self.image {
            match event {
                Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
                Event::End(TagEnd::Image) => self.end_image(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag),
            Event::Html(_) | Event::InlineHtml(_) if self.is_comment(&range) => {}
            Event::FootnoteReference(name) => {
                let html = self.footnotes.reference(&name);
                self.html(html);
            }
            Event::TaskListMarker(done) => self.html(if done {
                "<input type=\"checkbox\" disabled checked aria-label=\"done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"to do\"> "
            }),
            other => self.events.push(other),
        }
    }

    fn html(&mut self, html: impl Into<CowStr<'e>>) {
        self.events.push(Event::Html(html.into()));
    }

    fn is_comment(&self, range: &Range<usize>) -> bool {
        let comments = &self.setting.document.comments;
        comments
            .iter()
            .any(|comment| comment.start <= range.start && range.start < comment.end)
    }

    fn start(&mut self, tag: Tag<'e>, range: &Range<usize>) {
        match tag {
            Tag::Heading { .. } => self.start_heading(tag, range),
            Tag::CodeBlock(_) => self.code_block(tag, range),
            Tag::List(_) if self.notes.contains(&range.start) => self.skipping = 1,
            Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            } => {
                let dest_url = match link_type {
                    LinkType::Autolink | LinkType::Email => dest_url,
                    _ => self.resolve(&dest_url, range).into(),
                };
                self.events.push(Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Tag::Image { dest_url, title, .. } => {
                let src = self.resolve(&dest_url, range);
                self.image = Some(Image {
                    src,
                    title: title.to_string(),
                    alt: String::new(),
                });
            }
            Tag::BlockQuote(Some(kind)) => {
                let (class, word) = alert(kind);
                self.html(format!(
                    "<div class=\"alert {class}\" role=\"note\"><p class=\"alert-title\">{word}</p>\n"
                ));
            }
            Tag::Table(alignments) => {
                self.table = Some(Table {
                    alignments,
                    column: 0,
                    in_head: false,
                });
                self.html("<div class=\"table\" role=\"region\" aria-label=\"table\" tabindex=\"0\"><table>");
            }
            Tag::TableHead => {
                self.set_row(true);
                self.html("<thead><tr>");
            }
            Tag::TableRow => {
                self.set_row(false);
                self.html("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::FootnoteDefinition(name) => {
                self.footnotes.open(&name, &mut self.events);
            }
            tag => self.events.push(Event::Start(tag)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(Some(_)) => self.html("</div>\n"),
            TagEnd::Table => {
                self.table = None;
                self.html("</tbody></table></div>\n");
            }
            TagEnd::TableHead => self.html("</tr></thead><tbody>\n"),
            TagEnd::TableRow => self.html("</tr>\n"),
            TagEnd::TableCell => {
                let in_head = self.table.as_ref().is_some_and(|table| table.in_head);
                self.html(if in_head { "</th>" } else { "</td>" });
            }
            TagEnd::FootnoteDefinition => self.footnotes.close(&mut self.events),
            tag => self.events.push(Event::End(tag)),
        }
    }

    fn start_heading(&mut self, tag: Tag<'e>, range: &Range<usize>) {
        let sections = &self.setting.document.sections;
        let found = sections
            .iter()
            .position(|section| section.level > 0 && section.span.start == range.start);
        let Some(section) = found.map(|index| &sections[index]) else {
            self.events.push(Event::Start(tag));
            return;
        };
        let is_first = sections.iter().find(|section| section.level > 0) == Some(section);
        if is_first && section.level == 1 {
            // The template shows the title.
            self.prose.title_anchor = Some(section.anchor.clone());
            self.skipping = 1;
            return;
        }
        if matches!(section.level, 2 | 3) {
            let href = format!("#{}", section.anchor);
            self.prose.toc.push(TocItem {
                level: section.level,
                title: section.title.clone(),
                href,
            });
        }
        let level = section.level;
        let anchor = escaped(&section.anchor);
        self.html(format!("<h{level} id=\"{anchor}\">"));
        self.self_link(&anchor, &section.title);
    }

    /// The link of a heading to itself comes first, so that the end needs no memory.
    fn self_link(&mut self, anchor: &str, title: &str) {
        let label = escaped(title);
        self.html(format!(
            "<a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to “{label}”\"></a>"
        ));
    }

    fn code_block(&mut self, tag: Tag<'e>, range: &Range<usize>) {
        if let Some(html) = self.blocks.get(&range.start) {
            self.html(html.clone());
            self.skipping = 1;
        } else {
            self.events.push(Event::Start(tag));
        }
    }

    fn resolve(&mut self, dest: &str, range: &Range<usize>) -> String {
        let Setting {
            document,
            address,
            links,
        } = self.setting;
        links.resolve(document, address, dest, range, &mut self.prose.problems)
    }

    fn end_image(&mut self) {
        let Some(image) = self.image.take() else { return };
        let title = if image.title.is_empty() {
            String::new()
        } else {
            format!(" title=\"{}\"", escaped(&image.title))
        };
        let (src, alt) = (escaped(&image.src), escaped(&image.alt));
        self.html(format!("<img src=\"{src}\" alt=\"{alt}\"{title} loading=\"lazy\">"));
    }

    fn set_row(&mut self, in_head: bool) {
        if let Some(table) = &mut self.table {
            table.column = 0;
            table.in_head = in_head;
        }
    }

    /// pulldown-cmark aligns by `style`, which a strict Content-Security-Policy forbids: classes instead.
    fn start_cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        let class = match table.alignments.get(table.column) {
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        table.column += 1;
        let html = if table.in_head {
            format!("<th scope=\"col\"{class}>")
        } else {
            format!("<td{class}>")
        };
        self.html(html);
    }

    fn finish(mut self) -> Prose {
        html::push_html(&mut self.prose.html, self.events.into_iter());
        self.footnotes.write(&mut self.prose.html);
        self.prose
    }
}

fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}
