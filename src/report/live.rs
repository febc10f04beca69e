//! Progress while a run goes on: a spinner a guide on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::brief::brief;
use crate::report::event::{Event, GuideKey};
use crate::report::human::duration;

/// Columns for the command in a progress line.
const WIDTH: usize = 48;

/// Shows progress. Feed it every event; secrets must be masked before.
#[derive(Debug)]
pub struct Live {
    bars: MultiProgress,
    guides: BTreeMap<GuideKey, Guide>,
    plain: bool,
}

#[derive(Debug)]
struct Guide {
    bar: ProgressBar,
    planned: usize,
    done: usize,
}

impl Live {
    /// Draws spinners on the terminal behind stderr.
    pub fn terminal() -> Self {
        Self::new(ProgressDrawTarget::stderr(), false)
    }

    /// Writes a plain line for each block that has ended.
    pub fn plain() -> Self {
        Self::new(ProgressDrawTarget::hidden(), true)
    }

    /// Shows nothing.
    pub fn quiet() -> Self {
        Self::new(ProgressDrawTarget::hidden(), false)
    }

    fn new(target: ProgressDrawTarget, plain: bool) -> Self {
        Self {
            bars: MultiProgress::with_draw_target(target),
            guides: BTreeMap::new(),
            plain,
        }
    }

    /// Takes one event in. Plain lines go to `plain`, which is usually stderr.
    ///
    /// # Errors
    /// `plain` cannot be written.
    pub fn event(&mut self, event: &Event, plain: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::RunStarted { .. } | Event::RunFinished { .. } => {}
            Event::GuidePreparing { guide, doing } => {
                self.guide(guide).bar.set_message(doing.clone());
                if self.plain {
                    writeln!(plain, "{}: {doing}", guide)?;
                }
            }
            Event::GuideStarted { guide, planned, .. } => self.guide(guide).planned = planned.len(),
            Event::BlockStarted { guide, id, command } => {
                let state = self.guide(guide);
                let command = brief(command, id, WIDTH);
                let message = format!("{}/{} {id}  {command}", state.done + 1, state.planned);
                state.bar.set_message(message);
            }
            Event::BlockOutput { id, text, .. } => {
                self.suspend(|| text.lines().try_for_each(|line| writeln!(plain, "{id} | {line}")))?
            }
            Event::BlockFinished { guide, block } => {
                let state = self.guide(guide);
                state.done += 1;
                let (done, planned) = (state.done, state.planned);
                if self.plain {
                    let took = duration(block.duration_ms);
                    writeln!(
                        plain,
                        "{}: {done}/{planned} {} {} {took}",
                        guide,
                        block.id,
                        block.status.word()
                    )?;
                }
            }
            Event::GuideFinished { guide, .. } => {
                if let Some(state) = self.guides.remove(guide) {
                    state.bar.finish_and_clear();
                    self.bars.remove(&state.bar);
                }
            }
        }
        Ok(())
    }

    /// Runs `print` while no spinner is on the screen.
    pub fn suspend<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bars.suspend(print)
    }

    fn guide(&mut self, key: &GuideKey) -> &mut Guide {
        let bars = &self.bars;
        self.guides.entry(key.clone()).or_insert_with(|| {
            let bar = bars.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}  {wide_msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.set_prefix(key.to_string());
            if !bars.is_hidden() {
                bar.enable_steady_tick(Duration::from_millis(100));
            }
            Guide {
                bar,
                planned: 0,
                done: 0,
            }
        })
    }
}
