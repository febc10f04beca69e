//! Edge: writes a site to disk, staged and swapped.
