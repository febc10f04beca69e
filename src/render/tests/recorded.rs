//! What pages show of a recorded run.

use super::{build_all, guide, settings, text_at};
use crate::model::fingerprint::Fingerprint;

#[test]
fn an_output_that_is_filled_shows_what_a_run_printed() {
    let text = "```sh id=now\ndate\n```\n\n```output recorded\nfirst draft\n```\n";
    let page = |recorded: Option<&str>| {
        let built = build_all(&settings(&[]), vec![guide(text, recorded)], &[], &[]);
        text_at(&built, "g/index.html").to_owned()
    };
    let none = page(None);
    assert!(
        none.contains("first draft") && none.contains("An example: nothing is recorded"),
        "{none}"
    );
    let without = guide(text, None);
    let fingerprint = &Fingerprint::of_steps(&without.revised, &without.machines)["now"];
    let record = serde_json::json!({
        "version": 1, "docgen": "1", "sides": [{
            "side": "revised", "date": "2026-11-23", "verdict": "passed", "machines": [], "deviations": [],
            "blocks": [{
                "id": "now", "fingerprint": fingerprint, "status": "passed", "reason": null, "exit": 0,
                "duration_ms": 1, "cached": false, "output": "Mon <Nov> 23\n", "output_bytes": 13,
            }],
        }],
    });
    let some = page(Some(&record.to_string()));
    assert!(
        some.contains("Mon &lt;Nov> 23") || some.contains("Mon &lt;Nov&gt; 23"),
        "{some}"
    );
    assert!(
        some.contains("What was printed on 23 Nov 2026") && !some.contains("first draft"),
        "{some}"
    );
    assert!(!some.contains("Expected output"), "{some}");
}
