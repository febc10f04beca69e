//! What of the last build is still right: a page is taken over if everything that it was made from is the same.
//!
//! That is its key, made of its own inputs, the settings, the theme and its view without the text (navigation, neighbours,
//! cards and all that later comes to it), and the answers to what it asked about the rest of the site: where links lead,
//! whether files are there. Whoever renders a text asks through [`Asked`] and nothing else, so that nothing is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;
use crate::pack::{Hash, Packer, Unpacker, hash, hash_of};
use crate::render::links::{self, Links};
use crate::render::{File, Site, SiteInput};
use crate::source::Span;

/// What the last build made.
#[derive(Debug, Default)]
pub struct Before {
    /// By address of the page.
    pub pages: BTreeMap<String, Record>,
    /// Files that are still there, and what is in them.
    pub present: BTreeMap<String, Hash>,
}

/// What a page was made from, and what was made of it. A page with problems has none: problems are said by every build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    key: Hash,
    asked: Vec<Question>,
    answers: Hash,
    files: Vec<(String, Hash)>,
}

/// A question about the rest of the site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    /// Path of the text that asks; empty if the question is whether there is a file.
    source: String,
    /// Address of the page on which the answer is shown.
    from: String,
    /// What it is about.
    about: String,
}

/// The rest of the site, for one page that asks about it.
pub(crate) struct Asked<'a> {
    links: &'a Links<'a>,
    input: &'a SiteInput<'a>,
    questions: Mutex<BTreeSet<Question>>,
}

impl<'a> Asked<'a> {
    /// Nothing has been asked.
    pub(crate) fn new(links: &'a Links<'a>, input: &'a SiteInput<'a>) -> Self {
        Self {
            links,
            input,
            questions: Mutex::default(),
        }
    }

    /// Asks about nothing of the same site again.
    pub(crate) fn anew(&self) -> Self {
        Self::new(self.links, self.input)
    }

    /// Returns the link to write in the page at `from` for the destination `dest` in `document`.
    pub(crate) fn resolve(
        &self,
        document: &Document,
        from: &str,
        dest: &str,
        span: &Span,
        problems: &mut Vec<Diagnostic>,
    ) -> String {
        self.note(&document.source.path, from, dest);
        self.links.resolve(document, from, dest, span, problems)
    }

    /// Returns the file that the destination `dest` in `document` means, if it is one.
    pub(crate) fn file(&self, document: &Document, dest: &str) -> Option<&links::File> {
        self.note(&document.source.path, "", dest);
        self.links.file(&document.source.path, dest)
    }

    /// Returns whether a file is copied to this path below the output folder.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.note("", "", path);
        self.input.assets.contains_key(path)
    }

    fn note(&self, source: &str, from: &str, about: &str) {
        let question = Question {
            source: source.to_owned(),
            from: from.to_owned(),
            about: about.to_owned(),
        };
        self.questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(question);
    }

    /// Records a page that was made.
    pub(crate) fn record(&self, key: Hash, files: &[(String, File)]) -> Record {
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        let asked: Vec<Question> = questions.iter().cloned().collect();
        Record {
            key,
            answers: self.answers(&asked),
            asked,
            files: files.iter().map(|(path, file)| (path.clone(), file.hash)).collect(),
        }
    }

    /// Returns the files of the page at `address`, if they are still right and there.
    pub(crate) fn kept(&self, address: &str, key: Hash) -> Option<(Record, Vec<(String, File)>)> {
        let before = self.input.before;
        let record = before.pages.get(address).filter(|record| record.key == key)?;
        let is_there = |(path, hash): &(String, Hash)| before.present.get(path) == Some(hash);
        if !record.files.iter().all(is_there) || self.answers(&record.asked) != record.answers {
            return None;
        }
        let files = record.files.iter();
        let files = files.map(|(path, hash)| (path.clone(), File::kept(*hash))).collect();
        Some((record.clone(), files))
    }

    /// Makes the file at `path` from what `key` is a hash of, unless the last build has made the same.
    pub(crate) fn file_of(&self, path: &str, key: Hash, make: impl FnOnce() -> Vec<u8>) -> (Record, File) {
        if let Some((record, mut files)) = self.kept(path, key)
            && let Some((_, file)) = files.pop()
        {
            return (record, file);
        }
        let files = [(path.to_owned(), File::new(make()))];
        let record = self.record(key, &files);
        let [(_, file)] = files;
        (record, file)
    }

    fn answers(&self, asked: &[Question]) -> Hash {
        let mut out = Packer::default();
        for question in asked {
            if question.source.is_empty() {
                out.flag(self.input.assets.contains_key(&question.about));
            } else {
                let found = self.links.find(&question.source, &question.from, &question.about);
                out.text(&found.href);
                out.flag(found.fault.is_some());
                let file = self.links.file(&question.source, &question.about);
                let (width, height) = file.and_then(|file| file.size).unwrap_or_default();
                out.number(u64::from(width));
                out.number(u64::from(height));
            }
        }
        hash(&out.finish())
    }
}

/// A hash of what all pages depend on: the settings, the site's own theme and the options. That it is docgen itself that
/// has not changed is for the keeper of the records to see.
pub(crate) fn common(input: &SiteInput<'_>) -> Hash {
    let settings = format!("{:?} {:?}", input.settings, input.options);
    let theme = input.theme.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]);
    hash_of(std::iter::once(settings.as_bytes()).chain(theme))
}

impl Record {
    /// Writes the record.
    pub fn pack(&self, out: &mut Packer) {
        out.raw(&self.key);
        out.raw(&self.answers);
        out.count(self.asked.len());
        for question in &self.asked {
            out.text(&question.source);
            out.text(&question.from);
            out.text(&question.about);
        }
        out.count(self.files.len());
        for (path, hash) in &self.files {
            out.text(path);
            out.raw(hash);
        }
    }

    /// Reads what [`Record::pack`] wrote; `None` for anything else.
    pub fn unpack(bytes: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self {
            key: bytes.raw()?,
            answers: bytes.raw()?,
            asked: bytes.list(|bytes| {
                Some(Question {
                    source: bytes.text()?,
                    from: bytes.text()?,
                    about: bytes.text()?,
                })
            })?,
            files: bytes.list(|bytes| Some((bytes.text()?, bytes.raw()?)))?,
        })
    }
}

impl Before {
    /// Takes a build for the one before.
    pub fn new(pages: BTreeMap<String, Record>, site: &Site) -> Self {
        Self {
            pages,
            present: site.iter().map(|(path, file)| (path.clone(), file.hash)).collect(),
        }
    }
}
