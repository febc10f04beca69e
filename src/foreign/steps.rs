//! Which blocks run, and what is to be said of the others. Pure.

use std::collections::BTreeMap;

use crate::foreign::around::{self, Tabs};
use crate::foreign::attended::{self, Need};
use crate::foreign::notes;
use crate::foreign::placeholder::placeholder;
use crate::foreign::platform::{self, Platform};
use crate::foreign::roles::{Fact, Fences};
use crate::foreign::unmade::{self, Unmade};
use crate::foreign::{Options, Reading, Remark};
use crate::model::block::{Block, Ready, Role};
use crate::model::guide::Document;
use crate::shell;

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
    /// The block that opened a shell on another machine or as another user, which nobody left since.
    inside: Option<usize>,
    /// The last block that runs.
    last: Option<String>,
    /// What nobody has made.
    unmade: Unmade,
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
        let line = self.line(index);
        if block.keys.skip.is_some() {
            return Remark::default();
        }
        let refuse = |reason: String, advice: String| Remark {
            not_run: Some(reason),
            advice: vec![format!("line {line}: {advice}")],
            ..Remark::default()
        };
        if fact.other_shell {
            return refuse(
                "written for another shell than bash".to_owned(),
                "nothing to do here: docgen runs Linux".to_owned(),
            );
        }
        if let Some(platform) = around::wrong_platform(self.document, index, fact, &self.tabs, self.ours) {
            let advice = match platform {
                Platform::Mac | Platform::Windows | Platform::Bsd => "nothing to do here: docgen runs Linux".to_owned(),
                _ => "run it on such an image with `--image`".to_owned(),
            };
            return refuse(format!("for {}", platform.word()), advice);
        }
        if let Some(remark) = self.other_tab(index) {
            return remark;
        }
        if let Some(last) = self
            .last
            .as_ref()
            .filter(|_| around::is_alternative(self.document, block))
        {
            return refuse(
                format!("an alternative to block `{last}`"),
                "a reader takes one; if both are meant, do not begin the text before it with `or`".to_owned(),
            );
        }
        if let Some(at) = fact.mixed {
            let at = block.file_line(&self.document.source, at);
            return refuse(
                format!("mixes commands with output (line {at})"),
                "put the output into a fence of its own, or use ```console with `$ ` before the commands".to_owned(),
            );
        }
        if let Some(reason) = unmade::is_content(self.document, block) {
            return refuse(reason, "add `file=PATH`, so that it is saved".to_owned());
        }
        let script = filled(block);
        if let Some(found) = placeholder(&script, &|name| self.assigns(name)) {
            let advice = format!("put a value in its place, or add `fill=\"{found} = CAPTURE\"`");
            return refuse(format!("holds a placeholder: `{found}`"), advice);
        }
        if let Some(missing) = self.unmade.needed(&script) {
            return Remark {
                not_run: Some(missing.reason),
                advice: vec![missing.advice],
                ..Remark::default()
            };
        }
        let annotated = block.keys.tty || block.keys.enter || !block.keys.answers.is_empty();
        if let Some(opener) = self.inside {
            let leaves = attended::leaves(&script);
            if leaves || block.keys.leave {
                self.inside = None;
            }
            if !block.keys.leave || leaves {
                let by = &self.document.blocks[opener].id;
                let reason = format!("may be typed into the shell that block `{by}` opens");
                let advice = format!(
                    "add `enter` to line {} and `leave` to the block that comes out of it",
                    self.line(opener)
                );
                return Remark {
                    not_run: Some(reason),
                    advice: vec![advice],
                    ..Remark::default()
                };
            }
        }
        if block.keys.background.is_some() {
            return Remark::default();
        }
        if !annotated && let Some((program, need)) = attended::need(&script) {
            if need == (Need::Inside { elsewhere: true }) && !attended::leaves(&script) {
                self.inside = Some(index);
            }
            let (reason, advice) = words(need);
            return refuse(format!("`{program}` {reason}"), advice.to_owned());
        }
        match attended::endless(&script) {
            Some((program, Need::Watcher)) => {
                let (reason, advice) = words(Need::Watcher);
                refuse(format!("`{program}` {reason}"), advice.to_owned())
            }
            Some((program, Need::Serves)) if stands_alone(block, &script) => Remark {
                background: true,
                notes: vec![format!(
                    "`{program}` was started in the background; all that is known is that it went on running"
                )],
                advice: vec![format!(
                    "line {line}: say when it is ready: `background=NAME ready=port:PORT`"
                )],
                ..Remark::default()
            },
            Some((program, _)) => {
                let (reason, advice) = words(Need::Serves);
                refuse(format!("`{program}` {reason}"), advice.to_owned())
            }
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

/// Why a need cannot be met, and what would help.
fn words(need: Need) -> (&'static str, &'static str) {
    match need {
        Need::Editor => (
            "opens an editor",
            "show the file that comes of it in a fence with `file=PATH`, or add `skip=\"REASON\"`",
        ),
        Need::Pager => ("is for reading page by page", "use `cat`, or add `skip=\"REASON\"`"),
        Need::Inside { .. } => (
            "opens a prompt that somebody types into",
            "add `enter` if the next blocks are typed into it, and `leave` to the one after them",
        ),
        Need::Answers => (
            "asks somebody",
            "add `answer=\"PROMPT => TEXT\"`, or use an option that does not ask",
        ),
        Need::Window => (
            "opens a window",
            "write the step as a fence of language `browser`, or add `skip=\"REASON\"`",
        ),
        Need::Power => ("ends the machine", "add `skip=\"REASON\"`"),
        Need::Watcher => (
            "runs until somebody stops it",
            "use an option that ends (`-c 3`, without `-f`), or add `background=NAME`",
        ),
        Need::Serves => (
            "never ends",
            "put it into a fence of its own with `background=NAME ready=port:PORT`",
        ),
    }
}

/// The commands as they run: what `fill=` replaces is a plain word.
fn filled(block: &Block) -> String {
    let fills = block.keys.fills.iter();
    fills.fold(block.commands_text(), |text, fill| {
        text.replace(&fill.literal, "filled")
    })
}

/// Whether the last command is a line of its own, not the end of `a && b`.
fn stands_alone(block: &Block, script: &str) -> bool {
    let text = match &block.role {
        Role::Console(commands) => commands.last().map_or("", |command| &command.script),
        _ => script,
    };
    let commands = shell::commands(text);
    let last = commands.last().map(|command| &text[command.span.clone()]);
    last.is_some_and(|last| shell::simple_commands(last).len() == 1)
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
    let own = document
        .blocks
        .iter()
        .filter(|output| shows && output.role == Role::Output(Some(index)));
    for output in own {
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

/// Makes a block that ends in a server two: what comes before, and the server, in the background.
fn split(reading: &mut Reading, index: usize) {
    let block = &reading.document.blocks[index];
    let (head, mut tail) = match &block.role {
        Role::Console(commands) => {
            let mut head = commands.clone();
            let last = head.split_off(head.len().saturating_sub(1));
            let with = |commands| Block {
                role: Role::Console(commands),
                ..block.clone()
            };
            ((!head.is_empty()).then(|| with(head)), with(last))
        }
        _ => {
            let start = shell::commands(&block.text)
                .last()
                .map_or(0, |command| command.lines.start);
            let lines: Vec<&str> = block.text.split_inclusive('\n').collect();
            let part = |from: usize, to: usize| Block {
                text: lines[from..to].concat(),
                lines: block.lines[from.min(block.lines.len())..to.min(block.lines.len())].to_vec(),
                ..block.clone()
            };
            let head = part(0, start);
            let has_commands = !shell::commands(&head.text).is_empty();
            (has_commands.then_some(head), part(start, lines.len()))
        }
    };
    tail.keys.background = Some(tail.id.clone());
    tail.keys.ready = vec![ready(&tail.commands_text())];
    let Some(head) = head else {
        reading.document.blocks[index] = tail;
        return;
    };
    tail.id = format!("{}-serve", head.id);
    tail.keys.background = Some(tail.id.clone());
    reading.document.blocks.splice(index..=index, [head, tail]);
    for block in &mut reading.document.blocks {
        if let Role::Output(Some(owner)) = &mut block.role
            && *owner >= index
        {
            *owner += 1;
        }
    }
    let moved = reading.remarks.split_off(&index);
    reading
        .remarks
        .extend(moved.into_iter().map(|(at, remark)| (at + 1, remark)));
}

/// A port that is told in the command, else a while in which it must not end.
fn ready(script: &str) -> Ready {
    let words: Vec<&str> = script.split_whitespace().collect();
    let port = words.windows(2).find_map(|pair| {
        let told = matches!(
            pair[0],
            "http.server" | "SimpleHTTPServer" | "--port" | "-p" | "-S" | "runserver"
        );
        told.then(|| pair[1].rsplit(':').next()?.parse::<u16>().ok())?
    });
    let server = words
        .iter()
        .any(|word| matches!(*word, "http.server" | "SimpleHTTPServer"));
    match port.or(server.then_some(8000)) {
        Some(port) => Ready::Port(port),
        None => Ready::Command("sleep 2".to_owned()),
    }
}
