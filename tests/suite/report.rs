//! tests/cases/report/CASE: what the reporters make of one run, a file each.

use std::path::Path;

use docgen::check::Secrets;
use docgen::diagnostic::Look;
use docgen::model::guide::Side;
use docgen::model::machine::MachineKind;
use docgen::report::collect::Collector;
use docgen::report::event::{Event, GuideKey, PlannedBlock};
use docgen::report::failure::{Code, Failure, Spot, UsedValue};
use docgen::report::results::{BlockReport, MachineReport, Report, Status, Verdict};
use docgen::report::{github, human, json, junit, masking, merge, schema, tap};

use crate::golden;
use crate::schema::problems as schema_problems;

const PATH: &str = "content/run-your-own-oauth2-server/guide.md";

#[test]
fn every_reporter_tells_the_same_run() {
    let mut problems = Vec::new();
    let cases = [
        ("red", red()),
        ("green", green()),
        ("error", error()),
        ("not-begun", not_begun()),
        ("alternatives", alternatives()),
    ];
    for (case, report) in cases {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases/report")
            .join(case);
        for (file, text) in [
            ("human.txt", human::write(&report, Look::Plain)),
            ("report.json", json::write(&report)),
            ("junit.xml", junit::write(&report)),
            ("github.txt", github::write(&report)),
            ("tap.txt", tap::write(&report)),
        ] {
            problems.extend(golden::compare(&folder.join(file), &text));
        }
        assert_eq!(json::read(&json::write(&report)).unwrap(), report);
    }
    golden::report(problems);
}

#[test]
fn reports_fit_the_published_schema() {
    let schema: serde_json::Value = serde_json::from_str(schema::REPORT).unwrap();
    for report in [red(), green(), error(), not_begun(), alternatives()] {
        let mut value: serde_json::Value = serde_json::from_str(&json::write(&report)).unwrap();
        assert_eq!(schema_problems(&schema, &value), Vec::<String>::new());
        value["guides"][0]["blocks"][0]["status"] = "green".into();
        value["surprise"] = true.into();
        assert_eq!(schema_problems(&schema, &value).len(), 2);
    }
}

#[test]
fn junit_fits_its_schema_and_tap_its_protocol() {
    for report in [red(), green(), error(), alternatives()] {
        let xml = junit::write(&report);
        assert_eq!(crate::junit::problems(&xml), Vec::<String>::new(), "{xml}");
        let told = report
            .guides
            .iter()
            .map(|guide| guide.blocks.len() + usize::from(guide.error.is_some()));
        assert_eq!(xml.matches("<testcase ").count(), told.clone().sum::<usize>());
        assert_eq!(tap_tests(&tap::write(&report)), told.sum::<usize>());
    }
}

/// Reads TAP 14 as a harness would; returns the number of tests.
fn tap_tests(text: &str) -> usize {
    let mut lines = text.lines().peekable();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let mut count = 0;
    while let Some(line) = lines.next() {
        if let Some(plan) = line.strip_prefix("1..") {
            assert_eq!((plan, lines.next()), (count.to_string().as_str(), None));
            return count;
        }
        if line == "  ---" {
            let yaml: Vec<&str> = lines.by_ref().take_while(|line| *line != "  ...").collect();
            assert!(
                yaml.iter().all(|line| line.starts_with("  ")) && lines.peek().is_some(),
                "{yaml:?}"
            );
            let _: serde_json::Value = serde_saphyr::from_str(&yaml.join("\n")).unwrap();
        } else if !line.starts_with("  # ") {
            count += 1;
            let rest = line.strip_prefix("not ").unwrap_or(line);
            let described = rest
                .strip_prefix(&format!("ok {count} - "))
                .unwrap_or_else(|| panic!("{line}"));
            let directive = described
                .replace("\\#", "")
                .split_once('#')
                .map(|(_, said)| said.to_owned());
            assert!(
                directive.is_none_or(|said| said.starts_with(" SKIP ") || said.starts_with(" TODO ")),
                "{line}"
            );
        }
    }
    panic!("no plan in {text}")
}

#[test]
fn no_report_holds_a_secret() {
    let report = red();
    for text in [
        human::write(&report, Look::Plain),
        json::write(&report),
        junit::write(&report),
        github::write(&report),
        tap::write(&report),
    ] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn shards_merge_into_one_verdict() {
    let (mut other, red) = (green(), red());
    other.guides[0].guide = "another".into();
    let merged = merge::merge(vec![red.clone(), other.clone()]).unwrap();
    assert_eq!(merged.verdict(), Verdict::Failed);
    assert_eq!(merged.summary.total(), red.summary.total() + other.summary.total());
    assert_eq!(merged.guides[0].guide, "another");
    let twice = merge::merge(vec![red.clone(), red]).unwrap_err().to_string();
    assert!(
        twice.contains("two reports hold `run-your-own-oauth2-server (revised)`"),
        "{twice}"
    );
}

const TOKEN: &str = "ory_at_0123456789abcdefghijklmnopqrstuvwxyz";

fn key() -> GuideKey {
    GuideKey {
        guide: "run-your-own-oauth2-server".into(),
        side: Side::Revised,
        alternative: None,
    }
}

fn of_tab(name: &str) -> GuideKey {
    GuideKey {
        alternative: Some(name.into()),
        ..key()
    }
}

fn planned(id: &str, line: usize, commands: &str) -> PlannedBlock {
    PlannedBlock {
        id: id.into(),
        path: PATH.into(),
        line,
        machine: "host".into(),
        terminal: "main".into(),
        expected_exit: "0".into(),
        hidden: false,
        commands: commands.into(),
    }
}

fn plan() -> Vec<PlannedBlock> {
    let run = "docker run --rm -it \\\n  --network hydraguide \\\n  oryd/hydra:v1.11.10 \\\n  ";
    vec![
        planned("network", 31, "docker network create hydraguide\n"),
        planned("token", 196, &format!("{run}token client \\\n  --endpoint https://x\n")),
        planned("introspect", 203, &format!("{run}token introspect {TOKEN}\n")),
        planned("nginx", 240, "sudo apt-get install nginx\n"),
        planned("reload", 250, "sudo nginx -s reload\n"),
    ]
}

fn events(error: Option<&str>, blocks: Vec<BlockReport>) -> Report {
    let machine = MachineReport {
        name: "host".into(),
        image: "debian:12".into(),
        image_id: "sha256:3fa85f6457174562b3fc2c963f66afa6".into(),
        digest: None,
        local_build: true,
        kind: MachineKind::Docker,
        stand_in: None,
        images: vec![],
    };
    events_on(vec![machine], error, blocks)
}

fn events_on(machines: Vec<MachineReport>, error: Option<&str>, blocks: Vec<BlockReport>) -> Report {
    let mut collector = Collector::new();
    collector.event(&Event::RunStarted {
        docgen: "0.1.0".into(),
        started: "2026-11-23T20:11:05Z".parse().unwrap(),
        guides: vec![key()],
    });
    if !blocks.is_empty() {
        collector.event(&Event::GuideStarted {
            guide: key(),
            machines,
            deviations: vec!["debconf asks nothing".into()],
            notes: vec![],
            planned: plan(),
        });
    }
    for block in blocks {
        let block = Box::new(block);
        collector.event(&Event::BlockFinished { guide: key(), block });
    }
    collector.event(&Event::GuideFinished {
        guide: key(),
        duration_ms: 12_000,
        error: error.map(str::to_owned),
    });
    collector.event(&Event::RunFinished {
        duration_ms: 12_400,
        left_behind: vec![],
    });
    collector.report()
}

fn passed(planned: &PlannedBlock, ms: u64, output: &str) -> BlockReport {
    BlockReport {
        exit: Some(0),
        attempts: 1,
        duration_ms: ms,
        output: output.into(),
        output_bytes: output.len() as u64,
        ..planned.report()
    }
}

fn green() -> Report {
    let plan = plan();
    let mut blocks: Vec<BlockReport> = plan.iter().map(|planned| passed(planned, 200, "ok\n")).collect();
    blocks[3].status = Status::NotVerified;
    blocks[3].reason = Some("needs a browser".into());
    blocks[4].notes = vec!["its output was not compared".into()];
    blocks[4].advice = vec!["line 253: write `output` after the ticks, or run with `--outputs`".into()];
    let mut report = events(None, blocks);
    report.guides[0].notes = vec!["2 lines of prose tell a reader to edit a file".into()];
    report
}

fn red() -> Report {
    let plan = plan();
    let mut blocks = vec![
        passed(&plan[0], 234, "7f1c\n"),
        passed(&plan[1], 512, &format!("{TOKEN}\n")),
        passed(&plan[2], 403, "{\n  \"active\": false,\n  \"c\": \"\u{1b}[1m]]>\"\n}\n"),
    ];
    blocks[2].status = Status::Failed;
    blocks[2].failure = Some(introspect_failure());
    for planned in &plan[3..] {
        blocks.push(BlockReport {
            status: Status::Unreachable,
            reason: Some("a block before it failed".into()),
            ..planned.report()
        });
    }
    let mut report = events(None, blocks);
    let mut secrets = Secrets::new();
    secrets.add("token", TOKEN);
    masking::report(&mut report, &secrets);
    report
}

fn introspect_failure() -> Failure {
    let expected = "{\n  ...\n\"active\": true,\n  ...\n}\n";
    let (expectation, _) = docgen::parse::expectation::expectation(expected, docgen::model::block::MatchMode::Lines);
    let real = b"{\n  \"active\": false,\n  \"c\": 1\n}\n";
    let docgen::check::Outcome::Mismatch(diff) = docgen::check::outcome(&expectation, real, &Default::default()) else {
        panic!("the outputs differ");
    };
    let text = "\"active\": true,".to_owned();
    let spot = Spot {
        path: PATH.into(),
        line: 214,
        start: 0,
        end: text.len(),
        text,
    };
    let used = UsedValue {
        name: "token",
        path: PATH,
        line: 196,
        shown: docgen::check::capture::hint(TOKEN),
        masked: true,
    };
    Failure::output_differs(spot, diff)
        .ran(PATH, 203, Some(0), &[used])
        .reproduce(&key(), "introspect")
}

/// A guide that runs once for each of two tabs; the second is wrong.
fn alternatives() -> Report {
    let plan = plan();
    let run = |name: &str, left_out: &str| {
        let mut blocks: Vec<BlockReport> = plan[..4].iter().map(|planned| passed(planned, 200, "ok\n")).collect();
        for block in blocks.iter_mut().filter(|block| block.id == left_out) {
            block.status = Status::NotVerified;
            block.reason = Some(format!("an alternative: the tab `{name}` was run"));
            block.instead = Some(name.into());
            block.attempts = 0;
        }
        let mut report = events(None, blocks);
        report.guides[0].blocks.truncate(4);
        report.guides[0].alternative = Some(name.into());
        report
    };
    let (mut debian, mut fedora) = (run("Debian", "token"), run("Fedora 42", "network"));
    for report in [&mut debian, &mut fedora] {
        report.guides[0].verdict = Verdict::of_blocks(&report.guides[0].blocks);
    }
    let block = &mut fedora.guides[0].blocks[3];
    block.status = Status::Failed;
    block.exit = Some(127);
    block.failure = Some(
        Failure::new(
            Code::CommandFailed,
            Spot {
                path: PATH.into(),
                line: 240,
                text: "sudo apt-get install nginx".into(),
                start: 0,
                end: 4,
            },
            "a command failed with status 127",
        )
        .label("there is no `apt-get` here")
        .reproduce(&of_tab("Fedora 42"), "nginx"),
    );
    fedora.guides[0].verdict = Verdict::Failed;
    merge::merge(vec![debian, fedora]).unwrap()
}

/// A run with everything else that can go wrong.
fn error() -> Report {
    let plan = plan();
    let spot = |line: usize, text: &str| Spot {
        path: PATH.into(),
        line,
        text: text.into(),
        start: 0,
        end: text.len(),
    };
    let mut blocks: Vec<BlockReport> = plan.iter().map(|planned| passed(planned, 61_000, "")).collect();
    blocks[0].status = Status::Failed;
    blocks[0].exit = Some(1);
    blocks[0].failure = Some(
        Failure::new(
            Code::CommandFailed,
            spot(31, "docker network create hydraguide"),
            "a command failed with status 1",
        )
        .label("status 1")
        .output("Error response from daemon: network with name hydraguide already exists\n")
        .log("db", "running", &"waiting\n".repeat(25))
        .reproduce(
            &GuideKey {
                side: Side::Original,
                ..key()
            },
            "network",
        ),
    );
    blocks[1].status = Status::TimedOut;
    blocks[1].exit = None;
    blocks[1].failure = Some(
        Failure::new(
            Code::TimedOut,
            spot(196, "docker run --rm -it \\"),
            "the block did not end within 60 s",
        )
        .label("still running")
        .note("the last line it printed: `Do you want to continue? [Y/n]`"),
    );
    blocks[2].status = Status::Skipped;
    blocks[2].reason = Some("needs `token`, which was not captured".into());
    blocks[3].status = Status::Error;
    blocks[3].reason = Some("the machine `host` is gone".into());
    blocks[3].failure = Some(
        Failure::new(
            Code::MachineDied,
            spot(240, "sudo apt-get install nginx"),
            "the machine `host` is gone",
        )
        .label("it was running this")
        .help("raise `memory` of the machine, or `--memory`"),
    );
    blocks.truncate(4);
    events(Some("cannot reach the engine at `unix:///var/run/docker.sock`"), blocks)
}

/// A run whose machines did not come up.
fn not_begun() -> Report {
    let plan = plan();
    let blocks = plan.iter().map(|planned| BlockReport {
        status: Status::Error,
        reason: Some("it was not run: `prepare` of machine `host` failed with status 3".into()),
        ..planned.report()
    });
    let error = "`prepare` of machine `host` failed with status 3\nno such package";
    events_on(vec![], Some(error), blocks.collect())
}
