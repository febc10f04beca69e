//! What the shell tells out of band, over the control FIFO: sans-IO.
//!
//! A record is `\x01 text \x02`. Text between records is the output of `trap -p ERR`.

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A command of the running block failed.
    Failed {
        /// Line in the block, 1-based.
        line: u32,
        /// Its status.
        status: i32,
        /// Whether the block's empty input had been read by then; means nothing if it has none.
        input_read: bool,
    },
    /// A block ended.
    Ended(Ended),
}

/// How a block ended, as its shell sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The block.
    pub block: u32,
    /// Status of its last command.
    pub status: i32,
    /// The shell's single-letter options (`$-`).
    pub flags: String,
    /// The shell's working directory.
    pub cwd: String,
    /// The trap on failing commands.
    pub trap: String,
}

/// Collects records, however they are cut.
#[derive(Default)]
pub struct Records {
    pending: Vec<u8>,
}

impl Records {
    /// Takes bytes and returns the records that are whole by now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Record> {
        self.pending.extend_from_slice(bytes);
        let mut records = Vec::new();
        let mut scanned = 0;
        let mut trap = Vec::new();
        while let Some(end) = self.pending[scanned..]
            .iter()
            .position(|byte| *byte == 2)
            .map(|at| scanned + at)
        {
            let start = self.pending[scanned..end]
                .iter()
                .rposition(|byte| *byte == 1)
                .map(|at| scanned + at);
            trap.extend_from_slice(&self.pending[scanned..start.unwrap_or(end)]);
            if let Some(record) = start.and_then(|start| parse(&self.pending[start + 1..end], &trap)) {
                if matches!(record, Record::Ended(_)) {
                    trap.clear();
                }
                records.push(record);
            }
            scanned = end + 1;
        }
        trap.extend_from_slice(&self.pending[scanned..]);
        self.pending = trap;
        records
    }
}

fn parse(record: &[u8], trap: &[u8]) -> Option<Record> {
    let text = String::from_utf8_lossy(record);
    let mut words = text.splitn(5, ' ');
    match words.next()? {
        "E" => Some(Record::Failed {
            line: words.next()?.parse().ok()?,
            status: words.next()?.parse().ok()?,
            input_read: words.next() != Some("0"),
        }),
        "D" => Some(Record::Ended(Ended {
            block: words.next()?.parse().ok()?,
            status: words.next()?.parse().ok()?,
            flags: words.next()?.to_owned(),
            cwd: words.next()?.to_owned(),
            trap: String::from_utf8_lossy(trap).into_owned(),
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ended, Record, Records};

    const STREAM: &[u8] = b"\x01E 3 1 0\x02trap -- 'x' ERR\n\x01D 7 1 himBHs /a b\x02\x01D 8 0 hB /\x02";

    #[test]
    fn any_cut_gives_the_same_records() {
        let end = |block, status, flags: &str, cwd: &str, trap: &str| {
            Record::Ended(Ended {
                block,
                status,
                flags: flags.into(),
                cwd: cwd.into(),
                trap: trap.into(),
            })
        };
        let expected = [
            Record::Failed {
                line: 3,
                status: 1,
                input_read: false,
            },
            end(7, 1, "himBHs", "/a b", "trap -- 'x' ERR\n"),
            end(8, 0, "hB", "/", ""),
        ];
        for size in 1..=STREAM.len() {
            let mut records = Records::default();
            let got: Vec<Record> = STREAM.chunks(size).flat_map(|chunk| records.push(chunk)).collect();
            assert_eq!(got, expected, "chunks of {size}");
        }
    }
}
