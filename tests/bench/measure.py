#!/usr/bin/env python3
"""Measures builds of one corpus: measure.py CORPUS RUNS DOCGEN HUGO MDBOOK. See run.sh."""
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

corpus, runs = Path(sys.argv[1]), int(sys.argv[2])
programs = dict(zip(("docgen", "hugo", "mdbook"), sys.argv[3:]))


def once(command, folder):
    """Returns wall, user and system time in seconds, peak memory in MB, and what was said."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if status:
        sys.exit(f"{' '.join(command)} ended with {status}:\n{said}")
    return wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024, said


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def away(*folders):
    """Moves folders aside: to remove thousands of files right before a build distorts it on some file systems."""
    for folder in folders:
        if folder.exists():
            aside = corpus / "aside"
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)


def case(name, command, folder, out, prepare):
    found = []
    for _ in range(runs + 1):
        prepare()
        found.append(once(command, folder))
    found = found[1:]  # the first warms the disk's cache
    wall, user, system, memory = (statistics.median(run[at] for run in found) for at in range(4))
    size = bytes_of(out)
    print(f"{name:13} wall {wall:7.3f} s  user {user:6.2f}  sys {system:5.2f}  memory {memory:6.0f} MB  {size / 1e6:7.1f} MB out", flush=True)
    phases = [line for line in found[-1][4].splitlines() if line.startswith("milliseconds")]
    for line in phases:
        print(f"{'':13} {line}", flush=True)
    return wall, memory, size


docgen, out, kept = corpus / "docgen", corpus / "docgen/public", corpus / "docgen/.docgen"
build = [programs["docgen"], "build", "-v"]
page = sorted((docgen / "content").rglob("p*.md"))[7]
count = iter(range(10**9))


def edit():
    with page.open("a") as text:
        text.write(f"\nedited word{next(count)}\n")


results = {
    "cold": case("docgen cold", build, docgen, out, lambda: away(out, kept)),
    "warm": case("docgen warm", build, docgen, out, lambda: (away(out), [shutil.rmtree(spare) for spare in kept.glob("build/spare-*")])),
    "warm, spare": case("docgen spare", build, docgen, out, lambda: away(out)),
    "edit": case("docgen edit", build, docgen, out, edit),
    "nothing": case("docgen again", build, docgen, out, lambda: None),
}
peers = {}
if shutil.which(programs["hugo"]):
    folder = corpus / "hugo"
    peers["hugo"] = case("hugo", [programs["hugo"], "--quiet"], folder, folder / "public", lambda: away(folder / "public"))
if shutil.which(programs["mdbook"]):
    folder = corpus / "mdbook"
    peers["mdbook"] = case("mdbook", [programs["mdbook"], "build"], folder, folder / "book", lambda: away(folder / "book"))
for peer, (wall, memory, size) in peers.items():
    for name, own in results.items():
        print(f"{name:12} of {peer}: wall {own[0] / wall:.3f}  memory {own[1] / memory:.2f}  bytes {own[2] / size:.2f}")
