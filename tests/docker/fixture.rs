//! One machine for one test.

use std::time::Duration;

use docgen::model::machine::{MachineSpec, NetworkPolicy};
use docgen::sandbox::{Engine, Machine, RunId, Sandbox, SandboxOptions};
use docgen::session::{Mode, Request, Session};
use docgen::transcript::Transcript;

/// The image that most tests use.
pub(crate) const IMAGE: &str = "debian:12";

/// A machine with a session, gone when the test calls [`Bench::stop`].
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) machine: Machine,
    pub(crate) session: Session,
}

/// How a sandbox of a test is made.
pub(crate) fn options() -> SandboxOptions {
    SandboxOptions {
        run: RunId::new(),
        network: NetworkPolicy::Full,
        watchdog: None,
        memory: None,
        pids: Some(4096),
        events: None,
    }
}

pub(crate) async fn engine() -> Engine {
    Engine::connect(None).await.expect("these tests need a Docker engine")
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(MachineSpec::plain("server", IMAGE)).await
    }

    pub(crate) async fn with(spec: MachineSpec) -> Self {
        let sandbox = Sandbox::start(&engine().await, options()).await.expect("a sandbox");
        let machine = sandbox.machine(&spec).await.expect("a machine");
        let session = machine.open(&machine.options()).await.expect("a session");
        Self {
            sandbox,
            machine,
            session,
        }
    }

    /// Runs a block as most are.
    pub(crate) async fn run(&mut self, script: &str) -> Transcript {
        self.session
            .run(Request::script(script, Duration::from_secs(60)))
            .await
            .expect("a transcript")
    }

    /// Runs a block in a mode, with a limit of time.
    pub(crate) async fn run_in(&mut self, mode: Mode, script: &str, seconds: f64) -> Transcript {
        let request = Request {
            mode,
            ..Request::script(script, Duration::from_secs_f64(seconds))
        };
        self.session.run(request).await.expect("a transcript")
    }

    /// Runs a block and returns its output as text; it must end with 0.
    pub(crate) async fn text(&mut self, script: &str) -> String {
        let transcript = self.run(script).await;
        assert_eq!(transcript.status, 0, "{script}: {}", transcript.output.to_text());
        transcript.output.to_text()
    }

    /// Opens the session anew.
    pub(crate) async fn reopen(&mut self) {
        self.session = self.machine.open(&self.machine.options()).await.expect("a session");
    }

    pub(crate) async fn stop(self) {
        self.sandbox.stop().await.expect("an orderly end");
    }
}
