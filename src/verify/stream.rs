//! The output of a block while it runs, without secrets: whole lines for people, all bytes for files.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::check::{Masker, Secrets, mask};
use crate::report::event::{Event, GuideKey};
use crate::session::Chunk;
use crate::verify::runner::readable;

/// Bytes of one block that are told while it runs; nobody reads more, and events wait in memory.
const TOLD: usize = 1 << 20;
/// Bytes of a line that is not waited for any longer.
const LINE: usize = 64 << 10;
/// Pieces of output on their way; what is not taken holds the block up.
const QUEUE: usize = 64;

/// A piece of what a block printed, as it came, but without secrets.
#[derive(Debug)]
pub struct Printed {
    /// Which guide.
    pub guide: GuideKey,
    /// Which block.
    pub id: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Whose output it is, and where it goes.
pub(super) struct Listener {
    /// Where lines are told.
    pub events: Option<mpsc::UnboundedSender<Event>>,
    /// Where all bytes go.
    pub logs: Option<mpsc::Sender<Printed>>,
    /// Which guide.
    pub guide: GuideKey,
    /// Which block.
    pub id: String,
    /// What must not be shown.
    pub secrets: Secrets,
}

/// Starts to listen; the task ends when the sender is dropped.
pub(super) fn listen(listener: Listener) -> (mpsc::Sender<Chunk>, JoinHandle<()>) {
    let (sender, mut chunks) = mpsc::channel::<Chunk>(QUEUE);
    let task = tokio::spawn(async move {
        let mut lines = Lines::new(listener.secrets.clone());
        let mut bytes = Masker::new(listener.secrets.clone());
        while let Some(chunk) = chunks.recv().await {
            listener.tell(lines.push(&chunk.bytes));
            listener.keep(bytes.push(&chunk.bytes)).await;
        }
        listener.tell(lines.finish());
        listener.keep(bytes.finish()).await;
    });
    (sender, task)
}

impl Listener {
    fn tell(&self, text: String) {
        if let Some(events) = self.events.as_ref().filter(|_| !text.is_empty()) {
            drop(events.send(Event::BlockOutput {
                guide: self.guide.clone(),
                id: self.id.clone(),
                text,
            }));
        }
    }

    async fn keep(&self, bytes: Vec<u8>) {
        if let Some(logs) = self.logs.as_ref().filter(|_| !bytes.is_empty()) {
            let (guide, id) = (self.guide.clone(), self.id.clone());
            drop(logs.send(Printed { guide, id, bytes }).await);
        }
    }
}

/// Cuts a stream into lines that may be shown. Pure.
struct Lines {
    secrets: Secrets,
    masker: Masker,
    /// Masked bytes of a line that is not complete.
    open: Vec<u8>,
    told: usize,
}

impl Lines {
    fn new(secrets: Secrets) -> Self {
        Self {
            masker: Masker::new(secrets.clone()),
            secrets,
            open: Vec::new(),
            told: 0,
        }
    }

    /// Takes bytes, cut anywhere; returns the lines that may be shown now.
    fn push(&mut self, bytes: &[u8]) -> String {
        if self.told > TOLD {
            return String::new();
        }
        self.open.extend(self.masker.push(bytes));
        let whole = match self.open.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if self.open.len() > LINE => self.open.len(),
            None => return String::new(),
        };
        let lines: Vec<u8> = self.open.drain(..whole).collect();
        self.show(&lines)
    }

    /// Returns what is left when the stream has ended.
    fn finish(&mut self) -> String {
        let mut rest = std::mem::take(&mut self.open);
        rest.extend(self.masker.finish());
        if self.told > TOLD {
            String::new()
        } else {
            self.show(&rest)
        }
    }

    fn show(&mut self, bytes: &[u8]) -> String {
        let text = readable(bytes);
        self.told += text.len();
        // Again, because a secret may have stood between colours that only now are gone.
        let mut text = mask(&text, &self.secrets);
        if self.told > TOLD {
            text.push_str("\n[… more output, not shown while it runs …]\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, TOLD};
    use crate::check::Secrets;

    fn streamed(text: &[u8], size: usize) -> String {
        let mut secrets = Secrets::new();
        secrets.add("key", "first line\nsecond line");
        secrets.add("token", "s3cret-token");
        let mut lines = Lines::new(secrets);
        let mut shown: String = text.chunks(size).map(|chunk| lines.push(chunk)).collect();
        shown.push_str(&lines.finish());
        shown
    }

    #[test]
    fn secrets_are_masked_however_the_stream_is_cut() {
        let text = b"a s3cret-token b\r\nfirst line\nsecond line\nfirst li\n\x1b[1mlast\x1b[0m s3cret-";
        for size in 1..=text.len() {
            assert_eq!(
                streamed(text, size),
                "a [token] b\n[key]\nfirst li\nlast s3cret-",
                "chunks of {size}"
            );
        }
    }

    #[test]
    fn what_nobody_reads_is_not_told() {
        let shown = streamed(&b"0123456789\n".repeat(TOLD), 4096);
        assert!(shown.len() < TOLD + 10_000, "{}", shown.len());
        assert!(shown.ends_with("not shown while it runs …]\n"));
    }
}
