//! Makes the record that the site shows from the report of a run.

use std::collections::BTreeMap;

use crate::model::fingerprint::Fingerprint;
use crate::model::guide::Side;
use crate::model::record::{Recorded, RecordedBlock, RecordedMachine, RecordedScreenshot, RecordedSide, VERSION};
use crate::parse::slug::slug;
use crate::report::results::{BlockReport, FAILURE_SHOT, GuideReport, Report};

/// Returns the record of a guide: this run, and of `before` those of the other side, and of the other alternatives as far
/// as they are `kept`. `fingerprints` are by block id; a block without one is left out, so that nothing is claimed about it.
pub fn record(
    report: &Report,
    guide: &GuideReport,
    fingerprints: &BTreeMap<String, Fingerprint>,
    before: Option<&Recorded>,
    kept: &dyn Fn(Option<&str>) -> bool,
) -> Recorded {
    let stays = |run: &&RecordedSide| {
        let other = run.alternative != guide.alternative && kept(run.alternative.as_deref());
        run.side != guide.side || other
    };
    let before = before.into_iter().flat_map(|before| &before.sides);
    let mut sides: Vec<RecordedSide> = before.filter(stays).cloned().collect();
    sides.push(side(report, guide, fingerprints));
    sides.sort_by_key(|side| side.side);
    Recorded {
        version: VERSION,
        docgen: report.docgen.clone(),
        sides,
    }
}

/// Returns the record as the text of `verified.json`.
pub fn write(recorded: &Recorded) -> String {
    let mut text = serde_json::to_string_pretty(recorded).expect("a record is plain data");
    text.push('\n');
    text
}

fn side(report: &Report, guide: &GuideReport, fingerprints: &BTreeMap<String, Fingerprint>) -> RecordedSide {
    let machines = guide.machines.iter().map(|machine| RecordedMachine {
        name: machine.name.clone(),
        image: machine.image.clone(),
        image_id: machine.image_id.clone(),
        digest: machine.digest.clone(),
        local_build: machine.local_build,
        kind: machine.kind,
        stand_in: machine.stand_in.clone(),
        images: machine.images.clone(),
    });
    let blocks = guide
        .blocks
        .iter()
        .filter_map(|one| Some(block(guide, one, fingerprints.get(&one.id)?)));
    RecordedSide {
        side: guide.side,
        alternative: guide.alternative.clone(),
        date: report.started.strftime("%Y-%m-%d").to_string(),
        verdict: guide.verdict.word().to_owned(),
        machines: machines.collect(),
        deviations: guide.deviations.clone(),
        blocks: blocks.collect(),
    }
}

/// Returns the pictures of a guide's run that belong to its record: the file of each, from the guide's folder, and its bytes.
pub fn pictures(guide: &GuideReport) -> BTreeMap<String, &[u8]> {
    let of_block = |block| screenshots(guide, block).map(|(recorded, png)| (recorded.file, png));
    guide.blocks.iter().flat_map(of_block).collect()
}

fn screenshots<'a>(
    guide: &GuideReport,
    block: &'a BlockReport,
) -> impl Iterator<Item = (RecordedScreenshot, &'a [u8])> + use<'a> {
    let kept = block.screenshots.iter().filter(|shot| shot.name != FAILURE_SHOT);
    let side = if guide.side == Side::Original { "original-" } else { "" };
    let tab = guide.alternative.as_ref().map(|name| format!("{}-", slug(name)));
    let prefix = format!("{side}{}", tab.unwrap_or_default());
    kept.map(move |shot| {
        let recorded = RecordedScreenshot {
            name: shot.name.clone(),
            file: format!("screenshots/{prefix}{}-{}.png", block.id, shot.name),
            width: shot.width,
            height: shot.height,
        };
        (recorded, shot.png.as_slice())
    })
}

fn block(guide: &GuideReport, report: &BlockReport, fingerprint: &Fingerprint) -> RecordedBlock {
    RecordedBlock {
        id: report.id.clone(),
        fingerprint: fingerprint.clone(),
        status: report.status.word().to_owned(),
        reason: report.reason.clone(),
        instead: report.instead.clone(),
        exit: report.exit,
        duration_ms: report.duration_ms,
        cached: report.cached,
        output: report.output.clone(),
        output_bytes: report.output_bytes,
        screenshots: screenshots(guide, report).map(|(recorded, _)| recorded).collect(),
    }
}
