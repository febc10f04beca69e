//! Prose to HTML: one walk over pulldown-cmark's events, with our own blocks, headings, links, tables and notes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Parser, Tag, TagEnd, html};
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::model::guide::{Document, Side};
use crate::parse::markdown_options;
use crate::render::alert;
use crate::render::autolink;
use crate::render::footnotes::Footnotes;
use crate::render::image;
use crate::render::keep::Asked;
use crate::render::labels;
use crate::render::links::File;
use crate::render::paint::escaped;
use crate::render::raw_html;
use crate::render::table::{self, Table};
use crate::source::Place;

/// A text as HTML.
#[derive(Debug, Default)]
pub(crate) struct Prose {
    /// The HTML.
    pub html: String,
    /// Headings of level 2 and 3.
    pub toc: Vec<TocItem>,
    /// Anchor of the title, if the text has a heading of its own for it.
    pub title_anchor: Option<String>,
    /// Output path of its first image that a preview of the page can show.
    pub picture: Option<String>,
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
    pub links: &'a Asked<'a>,
}

/// Renders a whole text; `blocks` holds the HTML of fences by their start in the source.
pub(crate) fn render(setting: &Setting<'_>, blocks: &BTreeMap<usize, String>) -> Prose {
    let document = setting.document;
    let body = document.body.min(document.source.text.len());
    let text = &document.source.text[body..];
    let mut walk = Walk::new(setting, blocks);
    let mut undefined = Vec::new();
    let note = |link: BrokenLink<'_>| {
        undefined.extend(labels::undefined(text, &link));
        None::<(CowStr<'_>, CowStr<'_>)>
    };
    for (event, range) in
        Parser::new_with_broken_link_callback(text, markdown_options(text), Some(note)).into_offset_iter()
    {
        walk.event(event, range.start + body..range.end + body);
    }
    for (span, fact) in undefined {
        walk.warn(
            "link-undefined",
            span.start + body..span.end + body,
            fact,
            "define it on a line of its own: `[label]: address`",
        );
    }
    let mut prose = walk.finish();
    prose
        .problems
        .sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
    prose
}

/// Renders a piece of a text without a paragraph around it, for example a note.
pub(crate) fn inline(setting: &Setting<'_>, range: Range<usize>) -> (String, Vec<Diagnostic>) {
    let text = setting.document.source.text.get(range.clone()).unwrap_or_default();
    let blocks = BTreeMap::new();
    let mut walk = Walk::new(setting, &blocks);
    for (event, at) in Parser::new_ext(text, markdown_options(text)).into_offset_iter() {
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
    table: Table,
    image: Option<Image<'a>>,
    /// In a block of HTML that is a comment or a script.
    opaque: bool,
    footnotes: Footnotes<'e>,
}

struct Image<'a> {
    src: String,
    title: String,
    alt: String,
    file: Option<&'a File>,
    place: Range<usize>,
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
            table: Table::new(Vec::new()),
            image: None,
            opaque: false,
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
            Event::Html(html) if !self.opaque => {
                let html = self.raw_html(html, &range);
                self.events.push(Event::Html(html));
            }
            Event::InlineHtml(html) => {
                let html = self.raw_html(html, &range);
                self.events.push(Event::InlineHtml(html));
            }
            Event::FootnoteReference(name) => {
                let html = self.footnotes.reference(&name);
                self.html(html);
            }
            Event::TaskListMarker(done) => self.html(if done {
                "<input type=\"checkbox\" disabled checked aria-label=\"done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"to do\"> "
            }),
            Event::Text(text) => {
                self.footnote_label(&range);
                self.events.push(Event::Text(text));
            }
            other => self.events.push(other),
        }
    }

    fn footnote_label(&mut self, range: &Range<usize>) {
        let text = &self.setting.document.source.text;
        if let Some(place) = labels::footnote(text, range) {
            let fact = format!("there is no footnote `{}`", &text[place.clone()]);
            self.warn(
                "link-undefined",
                place,
                fact,
                "define it on a line of its own: `[^label]: text`",
            );
        }
    }

    fn html(&mut self, html: impl Into<CowStr<'e>>) {
        self.events.push(Event::Html(html.into()));
    }

    /// Links in raw HTML lead where links in Markdown do.
    fn raw_html(&mut self, html: CowStr<'e>, range: &Range<usize>) -> CowStr<'e> {
        if !html.contains('=') || raw_html::is_opaque(&html) {
            return html;
        }
        let made = raw_html::with_links(&html, |dest, at| {
            self.resolve(dest, &(range.start + at.start..range.start + at.end))
        });
        made.into()
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
                    file: self.setting.links.file(self.setting.document, &dest_url),
                    place: range.clone(),
                });
            }
            Tag::HtmlBlock => {
                self.opaque = raw_html::is_opaque(&self.setting.document.source.text[range.clone()]);
                self.events.push(Event::Start(Tag::HtmlBlock));
            }
            Tag::BlockQuote(Some(kind)) => {
                self.html(alert::start(kind));
            }
            Tag::Table(alignments) => {
                self.table = Table::new(alignments);
                self.html(table::START);
            }
            Tag::TableHead => {
                let row = self.table.row(true);
                self.html(row);
            }
            Tag::TableRow => {
                let row = self.table.row(false);
                self.html(row);
            }
            Tag::TableCell => {
                let cell = self.table.cell();
                self.html(cell);
            }
            Tag::FootnoteDefinition(name) => {
                self.footnotes.open(&name, &mut self.events);
            }
            tag => self.events.push(Event::Start(tag)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(Some(_)) => self.html(alert::END),
            TagEnd::Table => self.html(table::END),
            TagEnd::TableHead => self.html("</tr></thead><tbody>\n"),
            TagEnd::TableRow => self.html("</tr>\n"),
            TagEnd::TableCell => self.html(self.table.cell_end()),
            TagEnd::FootnoteDefinition => self.footnotes.close(&mut self.events),
            TagEnd::HtmlBlock => {
                self.opaque = false;
                self.events.push(Event::End(TagEnd::HtmlBlock));
            }
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
        if matches!(section.level, 2 | 3) && !section.title.is_empty() {
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
        if image.alt.trim().is_empty() {
            let fact = "this image has no text for those who cannot see it";
            let help = "say what it shows: `![A red button](button.png)`";
            self.warn("alt-missing", image.place, fact, help);
        }
        let size = image.file.and_then(|file| file.size);
        if let (None, Some(file), Some(_)) = (&self.prose.picture, image.file, size)
            && !file.path.ends_with(".svg")
        {
            self.prose.picture = Some(file.path.clone());
        }
        self.html(image::element(&image.src, &image.alt, &image.title, size));
    }

    /// Warns the author. A text of somebody else's is as it is.
    fn warn(&mut self, code: &'static str, span: Range<usize>, fact: impl Into<String>, help: &str) {
        let Document { side, source, .. } = self.setting.document;
        if *side == Side::Revised {
            let place = Place {
                file: Arc::clone(source),
                span,
            };
            self.prose
                .problems
                .push(Diagnostic::warning(code, Some(place), fact).help(help));
        }
    }

    fn finish(mut self) -> Prose {
        html::push_html(&mut self.prose.html, autolink::linked(self.events).into_iter());
        self.footnotes.write(&mut self.prose.html);
        self.prose
    }
}
