//! The search index: which sections hold which words, as a script that a page loads when somebody searches.
//!
//! A script, not data, because browsers fetch no data from a folder on disk. Its form:
//! `docgenSearch({"pages":[[file,title],…],"sections":[[page,anchor,title],…],"words":"…"})`, where `words` has a line
//! `word ids` per word: ids of sections in base 36, each but the first as the distance from the one before.

use std::fmt::Write as _;
use std::mem::take;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use rayon::prelude::{ParallelIterator, ParallelSlice, ParallelSliceMut};
use serde::Serialize;

use crate::model::guide::Document;
use crate::pack::{Hash, Packer, hash};
use crate::parse::markdown_options;
use crate::render::abstract_text::Abstract;
use crate::render::address::file;
use crate::render::excerpt::Excerpt;
use crate::render::index::Index;
use crate::render::tabs;
use crate::render::words::{TextWords, Words};

/// Where the script is. Its name has no hash: else an edit of one page would change the address in all of them.
pub(crate) const PATH: &str = "search/index.js";

/// A word in more sections than one in this many tells them apart no longer, once there are many sections.
const TOO_COMMON: usize = 4;
const MANY_SECTIONS: usize = 400;

#[derive(Serialize)]
struct Data<'a> {
    pages: Vec<(String, &'a str)>,
    sections: Vec<(usize, &'a str, &'a str)>,
    words: String,
}

/// Returns a hash of everything that the script is made from.
pub(crate) fn key(index: &Index<'_>, words: &Words) -> Hash {
    let mut out = Packer::default();
    for entry in index.entries.values() {
        out.text(entry.address);
        out.text(index.nodes.get(entry.address).map_or("", |node| node.title.as_str()));
        out.count(entry.facts.places.len());
        for place in &entry.facts.places {
            out.text(&place.anchor);
            out.text(&place.title);
        }
        entry.facts.words.pack(&mut out);
    }
    // Words are packed as numbers, which mean the same only in the same list.
    out.raw(&words.hash());
    hash(&out.finish())
}

/// Builds the script.
pub(crate) fn script(index: &Index<'_>, words: &Words) -> Vec<u8> {
    let mut pages = Vec::new();
    let mut sections = Vec::new();
    // Where each page's places begin among all.
    let mut starts = Vec::new();
    for (page, entry) in index.entries.values().enumerate() {
        let title = index.nodes.get(entry.address).map_or("", |node| node.title.as_str());
        pages.push((file(entry.address), title));
        starts.push(sections.len());
        let places = entry.facts.places.iter();
        sections.extend(places.map(|place| (page, place.anchor.as_str(), place.title.as_str())));
    }
    let data = Data {
        words: word_list(index, words, &starts, sections.len()),
        pages,
        sections,
    };
    let mut out = b"docgenSearch(".to_vec();
    // Texts and numbers only: nothing in here can fail to be JSON.
    out.extend(serde_json::to_vec(&data).unwrap_or_default());
    out.extend(b")\n");
    out
}

/// Writes for each word the places that hold it.
fn word_list(index: &Index<'_>, words: &Words, starts: &[usize], sections: usize) -> String {
    let most = if sections < MANY_SECTIONS {
        usize::MAX
    } else {
        sections / TOO_COMMON
    };
    words.with_all(|all| {
        let found = ByWord::new(index, starts, all.len());
        let mut shown: Vec<(&str, &[u32])> = all
            .iter()
            .enumerate()
            .map(|(word, text)| (&**text, found.of(word)))
            .filter(|(_, ids)| (1..=most).contains(&ids.len()))
            .collect();
        shown.par_sort_unstable();
        let parts: Vec<String> = shown
            .par_chunks(1000)
            .map(|part| {
                let mut out = String::new();
                part.iter().for_each(|(word, ids)| write_word(&mut out, word, ids));
                out
            })
            .collect();
        parts.join("\n")
    })
}

/// The places that hold each word, of all words in one list.
struct ByWord {
    /// Where the places of each word end.
    ends: Vec<usize>,
    ids: Vec<u32>,
}

impl ByWord {
    fn new(index: &Index<'_>, starts: &[usize], count: usize) -> Self {
        let mut ends = vec![0; count];
        for entry in index.entries.values() {
            entry.facts.words.each(|word, _| ends[word] += 1);
        }
        let mut total = 0;
        for end in &mut ends {
            let own = *end;
            // Where its places begin; each one that comes moves it on, and in the end it is where they end.
            *end = total;
            total += own;
        }
        let mut ids = vec![0; total];
        for (entry, start) in index.entries.values().zip(starts) {
            entry.facts.words.each(|word, place| {
                ids[ends[word]] = (start + place) as u32;
                ends[word] += 1;
            });
        }
        Self { ends, ids }
    }

    fn of(&self, word: usize) -> &[u32] {
        let start = word.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.ids[start..self.ends[word]]
    }
}

fn write_word(out: &mut String, word: &str, ids: &[u32]) {
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = write!(out, "{word} ");
    let mut before = 0;
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        base36(out, id - before);
        before = *id;
    }
}

fn base36(out: &mut String, mut number: u32) {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut digits = [0; 7];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = DIGITS[(number % 36) as usize];
        number /= 36;
        if number == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

/// A part of a page that is found as such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub anchor: String,
    pub title: String,
    /// How it begins.
    pub excerpt: String,
}

/// What a search finds in a text.
pub(crate) struct Findable {
    /// Its parts: its sections, and the tabs in them, whose links open them.
    pub places: Vec<Place>,
    /// The words of each part.
    pub words: TextWords,
    /// What it begins with.
    pub about: String,
}

/// Collects what a search finds in a text.
pub(crate) fn findable(document: &Document) -> Findable {
    let sections = document.sections.iter().map(|section| {
        let is_part = section.level > 1;
        let text = |text: &String| if is_part { text.clone() } else { String::new() };
        Place {
            anchor: text(&section.anchor),
            title: text(&section.title),
            excerpt: String::new(),
        }
    });
    let mut places: Vec<Place> = sections.collect();
    let mut words = TextWords::default();
    let about = add_sections(&mut words, &mut places, document);
    tabs::groups(document, |group| {
        for tab in group {
            words.add(places.len(), tab.name);
            tab.blocks.iter().for_each(|block| words.add(places.len(), &block.text));
            let section = &document.sections[tab.blocks[0].section];
            places.push(Place {
                anchor: tab.anchor.clone(),
                title: format!("{} ({})", section.title, tab.name).trim_start().to_owned(),
                excerpt: String::new(),
            });
        }
    });
    Findable { places, words, about }
}

/// Adds the words of each section of a text, its title, its prose, its code; and how it begins. Returns how the whole text
/// does.
fn add_sections(words: &mut TextWords, places: &mut [Place], document: &Document) -> String {
    let mut about = Abstract::default();
    if document.sections.is_empty() {
        return about.finish();
    }
    let front = &document.front;
    let titles = front.title.iter().chain(&front.tags);
    titles.for_each(|text| words.add(0, text));
    let mut starts = document
        .sections
        .iter()
        .enumerate()
        .filter(|(_, section)| section.level > 0)
        .peekable();
    let mut current = 0;
    let mut excerpt = Excerpt::default();
    let body = document.body.min(document.source.text.len());
    let mut in_html = false;
    let text = &document.source.text[body..];
    for (event, range) in Parser::new_ext(text, markdown_options(text)).into_offset_iter() {
        while let Some((at, _)) = starts.next_if(|(_, section)| section.span.start <= range.start + body) {
            places[current].excerpt = take(&mut excerpt).finish();
            current = at;
        }
        about.event(&event);
        // Notes stand beside code, and say little without it.
        if !document
            .note_lists
            .iter()
            .any(|list| list.span.contains(&(range.start + body)))
        {
            excerpt.event(&event);
        }
        match event {
            Event::Start(Tag::HtmlBlock) => in_html = true,
            Event::End(TagEnd::HtmlBlock) => in_html = false,
            Event::Text(text) | Event::Code(text) if !in_html => words.add(current, &text),
            _ => {}
        }
    }
    places[current].excerpt = excerpt.finish();
    about.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::{Page, Side};
    use crate::model::settings::Settings;
    use crate::parse;
    use crate::render::text::Text;
    use crate::source::SourceFile;

    #[test]
    fn words_lead_to_their_sections() {
        let source = SourceFile::new(
            "content/a.md",
            "Intro Docker.\n\n## Two\n\n```sh\ndocker run\n```\n\n## Three\n\nRun\n",
        );
        let page = Page {
            address: "a/".into(),
            is_section: false,
            document: parse::document(source, Side::Revised).value,
        };
        let words = Words::default();
        let texts = [Text::page(page, &words)];
        let index = Index::new(&Settings::default(), &texts, false);
        let script = String::from_utf8(script(&index, &words)).unwrap();
        assert_eq!(
            script,
            "docgenSearch({\"pages\":[[\"a/index.html\",\"A\"]],\"sections\":[[0,\"\",\"\"],[0,\"two\",\"Two\"],[0,\"three\",\"Three\"]],\
             \"words\":\"docker 0,1\\nintro 0\\nrun 1,1\\nthree 2\\ntwo 1\"})\n"
        );
    }

    #[test]
    fn a_tab_is_found_in_its_section_and_by_itself() {
        let text = "## Get it\n\n```sh tab=Debian id=deb\napt\n```\n```sh tab=Fedora id=fed\ndnf\n```\n";
        let Findable { places, words, .. } =
            findable(&parse::document(SourceFile::new("a.md", text), Side::Revised).value);
        let found = |word: &str| -> Vec<(&str, &str)> {
            let hits = words.places_of(word).into_iter().map(|place| &places[place as usize]);
            hits.map(|place| (place.anchor.as_str(), place.title.as_str()))
                .collect()
        };
        assert_eq!(found("dnf"), [("get-it", "Get it"), ("fed-tab", "Get it (Fedora)")]);
    }

    #[test]
    fn numbers_are_short() {
        let mut out = String::new();
        base36(&mut out, 0);
        base36(&mut out, 36 * 36 + 35);
        assert_eq!(out, "010z");
    }
}
