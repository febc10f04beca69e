//! Blocks in one shell: status, output, state, failing commands.

use crate::fixture::Bench;

#[tokio::test]
async fn status_and_output_come_back() {
    let mut bench = Bench::new().await;
    let transcript = bench.run("echo out; echo err >&2; (exit 7)").await;
    assert_eq!(transcript.status, 7);
    assert_eq!(transcript.output.to_text(), "out\nerr\n");
    assert_eq!(bench.text("printf abc").await, "abc");
    bench.stop().await;
}
