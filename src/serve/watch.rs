//! Tells that files have changed, once for a whole burst of changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use notify::{Config, Event, PollWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::{Instant, timeout, timeout_at};

/// How long it must be quiet before a burst is over: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(40);
/// How long a burst may last.
const BURST: Duration = Duration::from_secs(1);
/// How often files are looked at where the system does not tell.
const POLL: Duration = Duration::from_millis(500);

/// Watches the files of a site.
pub(super) struct Watch {
    root: PathBuf,
    watcher: Box<dyn Watcher + Send>,
    changes: UnboundedReceiver<()>,
    polls: bool,
    /// Folders that were there when they were followed last.
    followed: BTreeSet<PathBuf>,
}

impl Watch {
    /// Prepares to watch the site in `root`.
    pub(super) fn new(root: PathBuf) -> Result<Self, notify::Error> {
        let (told, changes) = mpsc::unbounded_channel();
        let tell = teller(told);
        let (watcher, polls): (Box<dyn Watcher + Send>, bool) = match notify::recommended_watcher(tell) {
            Ok(watcher) => (Box::new(watcher), false),
            Err(_) => return Self::polling(root),
        };
        Ok(Self {
            root,
            watcher,
            changes,
            polls,
            followed: BTreeSet::new(),
        })
    }

    /// Looks at the files again and again: for systems that do not tell, or not of so many files.
    fn polling(root: PathBuf) -> Result<Self, notify::Error> {
        let (told, changes) = mpsc::unbounded_channel();
        let watcher = PollWatcher::new(teller(told), Config::default().with_poll_interval(POLL))?;
        Ok(Self {
            root,
            watcher: Box::new(watcher),
            changes,
            polls: true,
            followed: BTreeSet::new(),
        })
    }

    /// Watches these folders with all below, and the site's own folder without: other things may live there.
    /// Returns whether one of them was not watched before, so that changes in it may have been missed.
    pub(super) fn follow(&mut self, folders: &[PathBuf]) -> Result<bool, notify::Error> {
        match self.add(folders) {
            Err(_) if !self.polls => {
                *self = Self::polling(self.root.clone())?;
                self.add(folders)
            }
            result => result,
        }
    }

    fn add(&mut self, folders: &[PathBuf]) -> Result<bool, notify::Error> {
        self.watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        let there = |folder: &&PathBuf| folder.is_dir() && **folder != self.root;
        let there: BTreeSet<PathBuf> = folders.iter().filter(there).cloned().collect();
        // All of them each time: a folder that was removed and made anew has to be watched anew.
        for folder in &there {
            self.watcher.watch(folder, RecursiveMode::Recursive)?;
        }
        let is_new = !there.is_subset(&self.followed);
        self.followed = there;
        Ok(is_new)
    }

    /// Waits for the end of the next burst of changes.
    pub(super) async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            // The watcher lives as long as this value, so this does not happen; if it did, nothing would change any more.
            std::future::pending::<()>().await;
        }
        let end = Instant::now() + BURST;
        while let Ok(Ok(Some(()))) = timeout_at(end, timeout(QUIET, self.changes.recv())).await {}
    }
}

/// Passes on what changes files; that somebody reads them, as the build does, is no news.
fn teller(told: mpsc::UnboundedSender<()>) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    move |event| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // Whoever waits may be gone already.
            let _ = told.send(());
        }
    }
}
