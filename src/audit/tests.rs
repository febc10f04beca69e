use super::*;
use crate::model::guide::Side;

fn planned(text: &str) -> (Document, Plan) {
    let parsed = parse::document(SourceFile::new("g.md", text), Side::Revised);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let plan = plan::plan("g", &parsed.value, &[], &Selection::default(), None).unwrap();
    (parsed.value, plan)
}

fn listed(text: &str) -> Vec<(Kind, usize, String, String)> {
    let (document, plan) = planned(text);
    let listed = mutants(&document, &plan).into_iter();
    listed
        .map(|mutant| (mutant.kind, mutant.line, mutant.before, mutant.after))
        .collect()
}

fn of(kind: Kind, text: &str) -> Vec<String> {
    let all = listed(text).into_iter().filter(|mutant| mutant.0 == kind);
    all.map(|(_, line, before, after)| format!("{line}: {before} -> {after}"))
        .collect()
}

#[test]
fn flags_go_with_their_values() {
    let text = "```bash\ndocker run -d -p 127.0.0.1:80:81 --rm \\\n  --name web -it \\\n  -e DB \\\n  img:1 -y nginx --last x\n```\n";
    assert_eq!(
        of(Kind::DropFlag, text),
        [
            "2: -d -> ",
            "2: -p 127.0.0.1:80:81 -> ",
            "2: --rm -> ",
            "3: --name web -> ",
            "3: -it -> ",
            "4: -e DB -> ",
            "5: -y -> ",
            "5: --last -> ",
        ]
    );
    assert_eq!(of(Kind::ChangeFlag, text)[0], "2: -d -> -D");
    assert_eq!(of(Kind::ChangeFlag, text)[2], "2: --rm -> --rmx");
    assert_eq!(of(Kind::Image, text), ["5: img -> igm"]);
}

#[test]
fn set_up_programs_and_swaps() {
    let text = "```bash id=a\ncd /tmp\nexport A=1\nsudo -n ls\n```\n\n```console id=b\n$ make all\nmade 3 files\n```\n";
    assert_eq!(of(Kind::DropCommand, text), ["2: cd /tmp -> ", "3: export A=1 -> "]);
    assert_eq!(of(Kind::Program, text), ["4: ls -> lsx", "8: make -> mkae"]);
}

#[test]
fn only_blocks_that_name_the_same_thing_change_places() {
    let script = |id: &str, text: &str| format!("```bash id={id}\n{text}\n```\n\n");
    let file = "```ini id=unit file=/etc/systemd/system/links.service\nUser=links\n```\n\n";
    let text = script("user", "sudo useradd links") + file + &script("start", "systemctl enable links");
    assert_eq!(
        of(Kind::SwapBlocks, &text),
        ["1: user, unit -> unit, user", "5: unit, start -> start, unit"]
    );
    let text = script("a", "sudo apt-get install nginx") + &script("b", "sudo ufw enable") + file;
    assert_eq!(of(Kind::SwapBlocks, &text), Vec::<String>::new());
}

#[test]
fn expectations_and_statuses() {
    let text = "```bash exit=1,4\nls\n```\n\n```output\n...\nat {{port}} after 3 seconds and 9 pieces\n```\n";
    assert_eq!(of(Kind::ExpectedStatus, text), ["1: 1 -> 2"]);
    assert_eq!(
        of(Kind::ExpectedWord, text),
        ["7: after -> atfer", "7: pieces -> peices"]
    );
    assert_eq!(of(Kind::ExpectedDigit, text), ["7: 3 -> 4"]);
    let json = "```bash\nls\n```\n\n```output match=json\n{\"active\": true}\n```\n";
    assert_eq!(
        of(Kind::ExpectedWord, json),
        ["6: active -> atcive", "6: true -> false"]
    );
}

#[test]
fn files_have_hosts_and_ports() {
    let text = "```nginx file=/etc/x\nlisten 80;\nserver_name a.example.test;\n```\n";
    assert_eq!(of(Kind::Number, text), ["2: 80 -> 81"]);
    assert_eq!(of(Kind::Host, text), ["3: a.example.test -> a.xeample.test"]);
}

#[test]
fn blocks_in_lists_are_edited_where_they_stand() {
    let text = "1. Do\n\n   ```bash\n   ls --all /x\n   ```\n";
    let (document, plan) = planned(text);
    let all = mutants(&document, &plan);
    let dropped = all.iter().find(|mutant| mutant.kind == Kind::DropFlag).unwrap();
    let applied = dropped.applied(&document, &plan, &[], Strictness::Guide);
    assert_eq!(applied.document.blocks[0].text, "ls  /x\n");
    assert!(applied.errors.is_empty());
}

#[test]
fn each_mutant_differs_from_the_guide_in_what_is_run_or_expected() {
    let text = include_str!("../../content/run-your-own-oauth2-server/guide.md");
    let parsed = parse::document(SourceFile::new("g.md", text), Side::Revised);
    let machines = parse::guide::machines_of(&parsed.value);
    let (document, plan) = (
        parsed.value.clone(),
        plan::plan("g", &parsed.value, &machines, &Selection::default(), None).unwrap(),
    );
    let all = mutants(&document, &plan);
    assert_eq!(all, mutants(&document, &plan));
    for mutant in &all {
        let applied = mutant.applied(&document, &plan, &machines, Strictness::Guide);
        assert!(applied.plan != plan || !applied.errors.is_empty(), "{mutant:?}");
    }
    let run: Vec<Mutant> = all.into_iter().filter(Mutant::needs_run).collect();
    let chosen = sample(&run, 40);
    assert_eq!(chosen.len(), 40);
    let blocks: std::collections::BTreeSet<usize> = chosen.iter().map(|index| run[*index].block).collect();
    assert!(blocks.len() >= 20, "{blocks:?}");
}

#[test]
fn what_would_notice_nothing_is_named() {
    let text = "```bash id=a\nls\n```\n\n```output\n...\nready\n```\n\n```bash id=b exit=any\nls\n```\n\n```bash id=c\nls\n```\n";
    let (document, plan) = planned(text);
    let loose: Vec<String> = weak::accepts_anything(&document, &plan)
        .into_iter()
        .map(|weak| weak.block)
        .collect();
    assert_eq!(loose, ["b"]);
    let bare: Vec<String> = weak::without_expectation(&document, &plan)
        .into_iter()
        .map(|weak| weak.block)
        .collect();
    assert_eq!(bare, ["c"]);
}

#[test]
fn browsers_do_and_see_something_else() {
    let text = "```browser\nopen https://a.example.test/login\ntype \"Email\" \"me@example.test\"\nclick \"Log in\"\nexpect \"Welcome back\"\nexpect-url */home*\ncapture code \"#code\"\nscreenshot home\n```\n";
    assert_eq!(
        of(Kind::DropInstruction, text),
        [
            "2: open https://a.example.test/login -> ",
            "3: type \"Email\" \"me@example.test\" -> ",
            "4: click \"Log in\" -> "
        ]
    );
    assert_eq!(
        of(Kind::Instruction, text),
        [
            "2: login -> lgoin",
            "3: Email -> Eamil",
            "3: example -> eaxmple",
            "4: Log -> Lgo",
            "5: Welcome -> Wlecome",
            "6: home -> hmoe",
            "7: code -> cdoe"
        ]
    );
    let (document, plan) = planned(text);
    for mutant in mutants(&document, &plan) {
        let applied = mutant.applied(&document, &plan, &plan.machines, Strictness::Guide);
        assert!(mutant.needs_run() && applied.plan != plan, "{mutant:?}");
    }
}
