//! Which blocks run, and what is to be said of the others. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::foreign::around::{self, Tabs};
use crate::foreign::attended::{self, Need};
use crate::foreign::comments;
use crate::foreign::endless::endless;
use crate::foreign::notes;
use crate::foreign::placeholder::placeholder;
use crate::foreign::platform::{self, Platform};
use crate::foreign::roles::{Fact, Fences};
use crate::foreign::serve::{split, stands_alone};
use crate::foreign::uncertain::uncertain;
use crate::foreign::unmade::{self, Unmade};
use crate::foreign::{Options, Reading, Remark};
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::parse::guess;

/// Decides for every block.
pub(super) fn steps(fences: Fences, options: &Options) -> Reading {
    let Fences {
        document,
        facts,
        without_language,
    } = fences;
    let ours = platform::of_image(&options.image);
    let wanted = options.tab.as_deref();
    let tabs = around::open_tabs(&document, &facts, ours, wanted);
    let not_open = wanted.filter(|wanted| !tabs.is_open(wanted));
    let mut walk = Walk {
        document: &document,
        ours,
        tabs,
        inside: None,
        last: None,
        unmade: Unmade::default(),
    };
    let mut remarks: BTreeMap<usize, Remark> = BTreeMap::new();
    let mut splits = Vec::new();
    for (index, fact) in facts.iter().enumerate() {
        walk.unmade.read(&document, index);
        if !matches!(document.blocks[index].role, Role::Script | Role::Console(_)) {
            remarks.extend(walk.other_tab(index).map(|remark| (index, remark)));
            continue;
        }
        let mut remark = walk.block(index, fact);
        if remark.not_run.is_none() {
            outputs(&document, index, fact, options, &mut remark);
            if remark.background {
                splits.push(index);
            }
            walk.last = Some(document.blocks[index].id.clone());
        }
        walk.went(index, &remark);
        if remark != Remark::default() {
            remarks.insert(index, remark);
        }
    }
    let missing = not_open.map(|name| format!("no tab `{name}` that fits the machine: the first that fits was run"));
    let mut notes: Vec<String> = missing.into_iter().collect();
    notes.extend(walk.unmade.notes());
    notes.extend(notes::liquid(&document.source.text));
    notes.extend(notes::without_language(without_language));
    let mut reading = Reading {
        document,
        remarks,
        notes,
    };
    // From the end, so that the places before stay as they are.
    splits.into_iter().rev().for_each(|index| split(&mut reading, index));
    reading
}

struct Walk<'a> {
    document: &'a Document,
    ours: Platform,
    tabs: Tabs,
    /// What a block opened to type into, and nobody left since.
    inside: Option<Inside>,
    /// The last block that runs.
    last: Option<String>,
    /// What nobody has made.
    unmade: Unmade,
}

/// A shell or a program that somebody types into.
#[derive(Debug, Clone, Copy)]
struct Inside {
    /// The block that opened it.
    opener: usize,
    /// It is on another machine or for another user: what looks like commands of a shell is meant for it too.
    elsewhere: bool,
}

/// A shell of the same user on the same machine changes little for what follows.
fn is_plain_shell(program: &str) -> bool {
    matches!(program.split(' ').next(), Some("bash" | "sh" | "zsh"))
}

/// Whether a block begins with a command that everybody knows, not with a statement of some program.
fn begins_as_command(block: &Block) -> bool {
    let text = block.commands_text();
    let first = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| guess::is_command(line, &BTreeSet::new()))
}

impl Walk<'_> {
    fn line(&self, index: usize) -> usize {
        self.document.source.line(self.document.blocks[index].fence.start)
    }

    /// What is said of a block in a tab that is not the open one.
    fn other_tab(&self, index: usize) -> Option<Remark> {
        let other = self.tabs.other(index)?;
        let advice = "a reader takes one; to run this one, put it first or out of the tabs";
        Some(Remark {
            not_run: Some(format!("an alternative: the tab `{other}` was run")),
            advice: vec![format!("line {}: {advice}", self.line(index))],
            ..Remark::default()
        })
    }

    fn block(&mut self, index: usize, fact: &Fact) -> Remark {
        let block = &self.document.blocks[index];
        if block.keys.skip.is_some() {
            return Remark::default();
        }
        let script = filled(block);
        self.for_others(index, fact)
            .or_else(|| self.unfit(index, fact, &script))
            .or_else(|| self.typed_into(index, &script))
            .unwrap_or_else(|| self.by_itself(index, &script))
    }

    fn refuse(&self, index: usize, reason: String, advice: &str) -> Remark {
        Remark {
            not_run: Some(reason),
            advice: vec![format!("line {}: {advice}", self.line(index))],
            ..Remark::default()
        }
    }

    /// Why a block is for another system, or replaces one that runs.
    fn for_others(&self, index: usize, fact: &Fact) -> Option<Remark> {
        const NOTHING: &str = "nothing to do here: docgen runs Linux";
        if fact.other_shell {
            return Some(self.refuse(index, "written for another shell than bash".to_owned(), NOTHING));
        }
        if let Some(platform) = around::wrong_platform(self.document, index, fact, &self.tabs, self.ours) {
            let advice = match platform {
                Platform::Mac | Platform::Windows | Platform::Bsd => NOTHING,
                _ => "run it on such an image with `--image`",
            };
            return Some(self.refuse(index, format!("for {}", platform.word()), advice));
        }
        let instead = || {
            let replaces = around::is_alternative(self.document, &self.document.blocks[index]);
            let last = self.last.as_ref().filter(|_| replaces)?;
            let advice = "a reader takes one; if both are meant, do not begin the text before it with `or`";
            Some(self.refuse(index, format!("an alternative to block `{last}`"), advice))
        };
        self.other_tab(index).or_else(instead)
    }

    /// Why a block cannot be run as it stands.
    fn unfit(&self, index: usize, fact: &Fact, script: &str) -> Option<Remark> {
        let block = &self.document.blocks[index];
        if let Some(at) = fact.mixed {
            let at = block.file_line(&self.document.source, at);
            let advice = "put the output into a fence of its own, or use ```console with `$ ` before the commands";
            return Some(self.refuse(index, format!("mixes commands with output (line {at})"), advice));
        }
        if block.role == Role::Script
            && let Some(at) = comments::alternative(&block.text)
        {
            let at = block.file_line(&self.document.source, at);
            let advice = "a reader takes one; put each into a fence of its own";
            return Some(self.refuse(index, format!("holds alternatives (line {at})"), advice));
        }
        if let Some(reason) = unmade::is_content(self.document, block) {
            return Some(self.refuse(index, reason, "add `file=PATH`, so that it is saved"));
        }
        if let Some(found) = placeholder(script, &|name| self.assigns(name)) {
            let advice = format!("put a value in its place, or add `fill=\"{found} = CAPTURE\"`");
            return Some(self.refuse(index, format!("holds a placeholder: `{found}`"), &advice));
        }
        self.unmade.needed(script).map(|missing| Remark {
            not_run: Some(missing.reason),
            advice: vec![missing.advice],
            ..Remark::default()
        })
    }

    /// Why a block may be meant for a shell or a program that a block above opens.
    fn typed_into(&mut self, index: usize, script: &str) -> Option<Remark> {
        let block = &self.document.blocks[index];
        let inside = self.inside?;
        let leaves = attended::leaves(script);
        let comes_out = match inside.elsewhere {
            true => block.keys.leave,
            false => block.keys.leave || begins_as_command(block),
        };
        if leaves || comes_out {
            self.inside = None;
        }
        if comes_out && !leaves {
            return None;
        }
        let what = if inside.elsewhere { "shell" } else { "program" };
        let by = &self.document.blocks[inside.opener].id;
        let line = self.line(inside.opener);
        Some(Remark {
            not_run: Some(format!("may be typed into the {what} that block `{by}` opens")),
            advice: vec![format!(
                "add `enter` to line {line} and `leave` to the block that comes out of it"
            )],
            ..Remark::default()
        })
    }

    /// Whether a block runs without anybody, and how.
    fn by_itself(&mut self, index: usize, script: &str) -> Remark {
        let block = &self.document.blocks[index];
        if block.keys.background.is_some() {
            return Remark::default();
        }
        let refuse = |program: &str, need: Need| {
            let (reason, advice) = need.words();
            self.refuse(index, format!("`{program}` {reason}"), advice)
        };
        let annotated = block.keys.tty || block.keys.enter || !block.keys.answers.is_empty();
        if !annotated && let Some((program, need)) = attended::need(script) {
            let remark = refuse(&program, need);
            if let Need::Inside { elsewhere } = need
                && !attended::leaves(script)
                && (elsewhere || !is_plain_shell(&program))
            {
                self.inside = Some(Inside {
                    opener: index,
                    elsewhere,
                });
            }
            return remark;
        }
        match endless(script) {
            Some((program, Need::Serves)) if stands_alone(block, script) => Remark {
                background: true,
                notes: vec![format!(
                    "`{program}` was started in the background; all that is known is that it went on running"
                )],
                advice: vec![format!(
                    "line {}: say when it is ready: `background=NAME ready=port:PORT`",
                    self.line(index)
                )],
                ..Remark::default()
            },
            Some((program, need)) => refuse(&program, need),
            None => Remark::default(),
        }
    }

    /// Notes what a block made, or what is missing because it is not run.
    fn went(&mut self, index: usize, remark: &Remark) {
        let block = &self.document.blocks[index];
        let script = filled(block);
        if remark.not_run.is_none() {
            return self.unmade.made(&script);
        }
        self.unmade.missed(block, &script);
        if attended::need(&script).is_some_and(|(_, need)| need == Need::Editor) {
            self.unmade.edited(&script, self.line(index));
        }
    }

    /// Whether the page sets a variable somewhere.
    fn assigns(&self, name: &str) -> bool {
        let mark = format!("{name}=");
        let blocks = self.document.blocks.iter();
        blocks
            .filter(|block| matches!(block.role, Role::Script | Role::Console(_)))
            .any(|block| {
                block
                    .text
                    .lines()
                    .any(|line| line.trim_start().trim_start_matches("export ").starts_with(&mark))
            })
    }
}

/// The commands as they run: what `fill=` replaces is a plain word.
fn filled(block: &Block) -> String {
    let fills = block.keys.fills.iter();
    fills.fold(block.commands_text(), |text, fill| {
        text.replace(&fill.literal, "filled")
    })
}

/// What is said of outputs that are not compared.
fn outputs(document: &Document, index: usize, fact: &Fact, options: &Options, remark: &mut Remark) {
    let block = &document.blocks[index];
    let shows =
        matches!(&block.role, Role::Console(commands) if commands.iter().any(|command| !command.output.is_empty()));
    if fact.guessed_transcript && shows && !options.outputs {
        remark.outputs_ignored = true;
        let line = document.source.line(block.fence.start);
        remark
            .notes
            .push("output not compared: the lines after its commands".to_owned());
        remark.advice.push(format!(
            "line {line}: make it a ```console fence, or run with `--outputs`"
        ));
    }
    let line = document.source.line(block.fence.start);
    uncertain(&block.commands_text(), line, remark);
    if block.role == Role::Script
        && let Some(at) = comments::output(&block.text)
    {
        let at = block.file_line(&document.source, at);
        remark
            .notes
            .push(format!("output not compared: the comments in it (line {at})"));
        remark
            .advice
            .push(format!("line {at}: show it in a fence ```output below the block"));
    }
    for (_, output) in document.outputs_of(index).filter(|_| shows) {
        let line = document.source.line(output.fence.start);
        remark.notes.push(format!(
            "output not compared: line {line}, as its commands show their own"
        ));
        remark
            .advice
            .push(format!("line {line}: put it below the command that prints it"));
    }
    for line in &fact.outputs {
        remark.notes.push(format!("output not compared: line {line}"));
        remark.advice.push(format!(
            "line {line}: add the key `output` to the fence, or run with `--outputs`; `--update` makes holes for what changes"
        ));
    }
}
