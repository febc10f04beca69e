//! Guides and comparisons to a site: a map from path to bytes. No I/O.
