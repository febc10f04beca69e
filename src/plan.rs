//! A guide to a plan: which block runs on which machine and terminal, with which fills and expectations.
