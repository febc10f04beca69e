//! An output folder as the last build left it: what its pages were made from, what its files look like from outside.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::fingerprint;
use super::log::Log;
use crate::pack::{Hash, Packer, Unpacker};
use crate::render::Record;
use crate::write::{Stamp, Stamps};

/// What is known about an output folder.
#[derive(Debug)]
pub struct Output {
    log: Log,
    packed: Vec<u8>,
    /// What each page was made from, by its address.
    pub pages: BTreeMap<String, Record>,
    /// What each file looks like from outside, by its path.
    pub stamps: Stamps,
}

/// The one record of the log.
const KEY: Hash = [0; 16];

impl Output {
    pub(super) fn read(path: &Path) -> Self {
        let (log, mut records) = Log::read(path, fingerprint());
        let packed = records.remove(&KEY).unwrap_or_default();
        let (pages, stamps) = unpacked(&packed).unwrap_or_default();
        Self {
            log,
            packed,
            pages,
            stamps,
        }
    }

    /// Keeps what a build has left.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save(self, pages: &BTreeMap<String, Record>, stamps: &Stamps) -> io::Result<()> {
        let packed = packed(pages, stamps);
        if packed == self.packed {
            return Ok(());
        }
        self.log
            .begun_anew()
            .add(&BTreeMap::new(), &BTreeMap::from([(KEY, packed)]))
    }
}

fn packed(pages: &BTreeMap<String, Record>, stamps: &Stamps) -> Vec<u8> {
    let mut out = Packer::default();
    out.count(pages.len());
    for (address, record) in pages {
        out.text(address);
        record.pack(&mut out);
    }
    out.count(stamps.len());
    for (path, stamp) in stamps {
        out.text(path);
        out.raw(&stamp.hash);
        out.number(stamp.size);
        out.number(stamp.modified);
    }
    out.finish()
}

type Unpacked = (BTreeMap<String, Record>, Stamps);

fn unpacked(packed: &[u8]) -> Option<Unpacked> {
    let mut bytes = Unpacker::new(packed);
    let pages = bytes.list(|bytes| Some((bytes.text()?, Record::unpack(bytes)?)))?;
    let stamps = bytes.list(|bytes| {
        let path = bytes.text()?;
        let stamp = Stamp {
            hash: bytes.raw()?,
            size: bytes.number()?,
            modified: bytes.number()?,
        };
        Some((path, stamp))
    })?;
    let is_whole = bytes.is_empty();
    is_whole.then(|| (pages.into_iter().collect(), stamps.into_iter().collect()))
}
