//! The plan of a text that nobody wrote for docgen.

use crate::foreign;
use crate::plan::{Action, Expected, NotRun, Plan};

impl Plan {
    /// Takes in what is known of a text that nobody wrote for docgen. The plan is that of the reading's document.
    pub fn unattended(mut self, reading: &foreign::Reading) -> Self {
        self.notes.clone_from(&reading.notes);
        for step in &mut self.steps {
            // The reading has chosen among tabs, by what fits the machine.
            if matches!(step.not_run, Some(NotRun::Alternative(_))) {
                step.not_run = None;
            }
            let remark = reading.remarks.get(&step.block).cloned().unwrap_or_default();
            if let Some(reason) = remark.not_run
                && step.not_run.is_none()
            {
                step.not_run = Some(NotRun::NotVerifiable(reason));
            }
            step.notes = remark.notes;
            step.advice = remark.advice;
            match &mut step.action {
                Action::Commands(commands) => {
                    commands.unattended = !commands.tty;
                    let lines: Vec<&str> = reading.document.blocks[step.block].text.lines().collect();
                    let shows = |expected: &Expected| {
                        let own = expected.block != step.block;
                        own || lines
                            .get(expected.lines.clone())
                            .is_some_and(|lines| lines.iter().any(|line| !line.trim().is_empty()))
                    };
                    // Where a transcript shows no output, its author rarely means that there is none.
                    for paste in &mut commands.pastes {
                        paste
                            .expected
                            .retain(|expected| !remark.outputs_ignored && shows(expected));
                    }
                }
                Action::Background(background) => background.guessed = remark.background,
                Action::File(_) | Action::Browser(_) | Action::Nothing => {}
            }
        }
        self
    }
}
