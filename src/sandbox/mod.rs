//! Edge: machines and networks of one run, on a Docker engine.
