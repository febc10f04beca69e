//! Takes secrets out of everything that leaves: every text of a report or event that a program or a command may have put there.

use crate::check::{Diff, Row, Secrets, mask};
use crate::report::event::Event;
use crate::report::failure::{Excerpt, Failure};
use crate::report::results::{BlockReport, GuideReport, Report};

/// Masks a whole report.
pub fn report(report: &mut Report, secrets: &Secrets) {
    if !secrets.is_empty() {
        report.guides.iter_mut().for_each(|one| guide(one, secrets));
    }
}

/// Masks the report of a guide.
pub fn guide(guide: &mut GuideReport, secrets: &Secrets) {
    optional(&mut guide.error, secrets);
    all(&mut guide.deviations, secrets);
    guide.blocks.iter_mut().for_each(|one| block(one, secrets));
}

/// Masks an event.
pub fn event(event: &mut Event, secrets: &Secrets) {
    match event {
        Event::BlockFinished { block: one, .. } => block(one, secrets),
        Event::BlockStarted { command, .. } => text(command, secrets),
        Event::BlockOutput { text: shown, .. } => text(shown, secrets),
        Event::GuidePreparing { doing, .. } => text(doing, secrets),
        Event::GuideFinished { error, .. } => optional(error, secrets),
        Event::GuideStarted { deviations, .. } => all(deviations, secrets),
        Event::RunStarted { .. } | Event::RunFinished { .. } => {}
    }
}

/// Masks the report of a block.
pub fn block(block: &mut BlockReport, secrets: &Secrets) {
    text(&mut block.output, secrets);
    text(&mut block.commands, secrets);
    optional(&mut block.reason, secrets);
    all(&mut block.notes, secrets);
    all(&mut block.advice, secrets);
    if let Some(found) = &mut block.failure {
        failure(found, secrets);
    }
}

fn failure(failure: &mut Failure, secrets: &Secrets) {
    text(&mut failure.message, secrets);
    text(&mut failure.label, secrets);
    all(&mut failure.notes, secrets);
    all(&mut failure.help, secrets);
    if let Some(found) = &mut failure.diff {
        diff(found, secrets);
    }
    if let Some(output) = &mut failure.output {
        excerpt(output, secrets);
    }
    for log in &mut failure.logs {
        text(&mut log.state, secrets);
        excerpt(&mut log.text, secrets);
    }
}

fn diff(diff: &mut Diff, secrets: &Secrets) {
    text(&mut diff.label, secrets);
    all(&mut diff.notes, secrets);
    for row in &mut diff.rows {
        match row {
            Row::Same { holes, .. } => holes.iter_mut().for_each(|taken| text(&mut taken.value, secrets)),
            Row::Changed { real, .. } | Row::Unexpected { real } => text(real, secrets),
            Row::Missing { .. } | Row::Any { .. } | Row::LeftOut { .. } => {}
        }
    }
}

fn excerpt(excerpt: &mut Excerpt, secrets: &Secrets) {
    all(&mut excerpt.lines, secrets);
}

fn all(texts: &mut [String], secrets: &Secrets) {
    texts.iter_mut().for_each(|one| text(one, secrets));
}

fn optional(value: &mut Option<String>, secrets: &Secrets) {
    if let Some(value) = value {
        text(value, secrets);
    }
}

fn text(text: &mut String, secrets: &Secrets) {
    *text = mask(text, secrets);
}
