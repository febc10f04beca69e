//! The shell lexer: tokens, logical commands, prompts. Pure; used by parse, align, render and lints.
