//! What `-v` shows while a guide runs.

use std::time::Duration;

use crate::endings::Run;

const GUIDE: &str = r#"---
machines:
  host:
    image: debian:12
    env:
      TOKEN:
        secret: DOCGEN_TEST_TOKEN
---
```bash id=slow
printf 'early \033[1mline\033[0m\n'; printf "the %s" "${TOKEN:0:9}"; sleep 0.2; printf '%s\n' "${TOKEN:9}"; sleep 3; echo late
```

```bash id=captures secret=phrase
echo "word-$RANDOM-12345678"
```

```output
{{phrase:word}}
```

```bash id=uses fill=">WORD< = phrase"
echo >WORD<
```
"#;

#[test]
fn output_comes_while_a_block_runs_in_whole_lines_without_secrets() {
    let run = Run::start_with(GUIDE, &["-v"], &[("DOCGEN_TEST_TOKEN", "top-secret-value")]);
    let first = std::iter::from_fn(|| run.lines.recv_timeout(Duration::from_secs(60)).ok());
    let first: Vec<String> = first.skip_while(|line| !line.starts_with("slow | ")).take(2).collect();
    assert_eq!(first, ["slow | early line", "slow | the [secret]"]);
    assert!(run.is_running(), "it came before the end");
    let ended = run.ended();
    assert_eq!(ended.exit, Some(0), "{}", ended.progress);
    let shown: Vec<&str> = ended.progress.lines().filter(|line| line.contains(" | ")).collect();
    assert_eq!(
        shown,
        [
            "slow | early line",
            "slow | the [secret]",
            "slow | late",
            "uses | [phrase]"
        ]
    );
    assert!(!ended.progress.contains("top-secret"), "{}", ended.progress);
    let order = ["slow | late", "slow passed", "uses | [phrase]", "uses passed"];
    let places: Vec<_> = order.iter().map(|text| ended.progress.find(text)).collect();
    assert!(
        places.is_sorted() && places.iter().all(Option::is_some),
        "{}",
        ended.progress
    );
}
