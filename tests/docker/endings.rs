//! Ends of whole runs of the program.
