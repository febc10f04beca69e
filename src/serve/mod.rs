//! Edge: shows a site while it is written. Pages come from memory; nothing is written to disk.
//!
//! 1. [`watch`] tells that a file of the site has changed; the caller's closure builds the site anew.
//! 2. [`edition`] is one such build with its [`problems`]: it knows the answer to every address. Pure.
//! 3. [`http`] gives these answers, and tells open pages that there is a new edition.
//!
//! A page with problems shows them above its text; one that could not be made shows them instead. If the site as a whole
//! could not be built, the last good one stays.

mod edition;
mod http;
mod problems;
mod watch;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync;

use crate::diagnostic::Diagnostic;
use crate::render::Site;
use edition::Edition;
use watch::Watch;

/// A site as it was just built.
#[derive(Debug, Default)]
pub struct Built {
    /// Bytes by path; empty if the site could not be built.
    pub site: Site,
    /// Problems of its texts.
    pub diagnostics: Vec<Diagnostic>,
    /// Folders whose files make the site; those that are not there are left out.
    pub sources: Vec<PathBuf>,
}

/// Why a site cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port is taken, or not ours to take.
    #[error("could not listen on port {port}: {source}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// Changes cannot be noticed.
    #[error("could not watch the site's files: {0}")]
    Watch(#[from] notify::Error),
    /// The system took the server's socket or signals away.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// A server that listens, on this computer only.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Listens on a port of 127.0.0.1; port 0 is any that is free.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn listen(port: u16) -> Result<Self, ServeError> {
        let fail = |source| ServeError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?;
        Ok(Self { listener, address })
    }

    /// Returns the address for a browser, with a final `/`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Shows the site in `root` until Ctrl-C. `build` is called at once and after every change, on this thread; `told`
    /// hears of a build that differs from the one before. `sources` are the folders that are known before the first build.
    ///
    /// # Errors
    /// If files cannot be watched, or the socket is gone.
    pub async fn run(
        self,
        root: PathBuf,
        sources: Vec<PathBuf>,
        mut build: impl FnMut() -> Built,
        mut told: impl FnMut(&[Diagnostic]),
    ) -> Result<(), ServeError> {
        let mut watch = Watch::new(root)?;
        watch.follow(&sources)?;
        let built = anew(&mut watch, &mut build);
        let mut sources = built.sources.clone();
        told(&built.diagnostics);
        let (editions, current) = sync::watch::channel(Arc::new(Edition::new(built, None)));
        let serving = tokio::spawn(http::serve(self.listener, current));
        let interrupted = tokio::signal::ctrl_c();
        tokio::pin!(interrupted, serving);
        loop {
            tokio::select! {
                () = watch.changed() => {}
                signal = &mut interrupted => return signal.map_err(ServeError::Stopped),
                ended = &mut serving => {
                    return Err(ServeError::Stopped(ended.unwrap_or_else(std::io::Error::other)));
                }
            }
            // What cannot be watched now must not end the show; the next change brings another try.
            let _ = watch.follow(&sources);
            let built = tokio::task::block_in_place(|| anew(&mut watch, &mut build));
            sources.clone_from(&built.sources);
            let before = Arc::clone(&editions.borrow());
            let diagnostics = built.diagnostics.clone();
            let next = Edition::new(built, Some(&before));
            if next.version != before.version {
                told(&diagnostics);
                editions.send_replace(Arc::new(next));
            }
        }
    }
}

/// Builds; and once more if a folder came to be watched only after it was read.
fn anew(watch: &mut Watch, build: &mut impl FnMut() -> Built) -> Built {
    let built = build();
    match watch.follow(&built.sources) {
        Ok(true) => build(),
        Ok(false) | Err(_) => built,
    }
}
