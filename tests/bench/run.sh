#!/usr/bin/env bash
# Builds one corpus with docgen, Hugo and mdBook, whichever are installed, in one go: run.sh PAGES [RUNS=5]
# Compare the ratios of one run, never absolute times. DOCGEN, HUGO, MDBOOK name the programs; WORK is a folder on the
# file system to measure (a tmpfs such as /dev/shm measures the programs rather than the disk).
set -eu
pages=${1:-1000} runs=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
corpus=$work/corpus-$pages
docgen=${DOCGEN:-$here/../../target/release/docgen} hugo=${HUGO:-hugo} mdbook=${MDBOOK:-mdbook}
[ -d "$corpus" ] || python3 "$here/corpus.py" "$pages" "$corpus"
exec python3 "$here/measure.py" "$corpus" "$runs" "$docgen" "$hugo" "$mdbook"
