//! Edge: reads a site from disk.
