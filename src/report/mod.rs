//! Events of a run, and their consumers: human, json, junit, github, tap.
