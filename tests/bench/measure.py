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


def bytes_of(folder, pattern="*"):
    return sum(path.stat().st_size for path in folder.rglob(pattern) if path.is_file())


def away(*folders):
    """Moves folders aside: to remove thousands of files right before a build distorts it on some file systems."""
    for folder in folders:
        if folder.exists():
            aside = corpus / "aside"
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)


class Case:
    """A build that is measured: a command in a folder, what it makes, and what is done before it."""

    def __init__(self, name, command, folder, out, prepare):
        self.name, self.command, self.folder, self.out, self.prepare = name, command, folder, out, prepare
        self.runs, self.phases = [], ""

    def run(self):
        self.prepare()
        *figures, said = once(self.command, self.folder)
        self.runs.append(figures)
        self.phases = "".join(line for line in said.splitlines() if line.startswith("milliseconds"))

    def say(self):
        """Says the medians. The first run warms the disk's cache and does not count."""
        wall, user, system, memory = (statistics.median(run[at] for run in self.runs[1:]) for at in range(4))
        html, size = bytes_of(self.out, "*.html"), bytes_of(self.out)
        self.figures = wall, user + system, memory, html, size
        print(
            f"{self.name:12} wall {wall:7.3f} s  user {user:6.2f}  sys {system:5.2f}  memory {memory:6.0f} MB  "
            f"{html / 1e6:7.1f} MB of HTML, {size / 1e6:7.1f} MB in all"
        )
        if self.phases:
            print(f"{'':12} {self.phases}")


docgen, out, kept = corpus / "docgen", corpus / "docgen/public", corpus / "docgen/.docgen"
build = [programs["docgen"], "build", "-v"]
page = sorted((docgen / "content").rglob("p*.md"))[7]
count = iter(range(10**9))


def edit():
    with page.open("a") as text:
        text.write(f"\nedited word{next(count)}\n")


def without_spare():
    away(out)
    for spare in kept.glob("build/spare-*"):
        shutil.rmtree(spare)


own = [
    Case("cold", build, docgen, out, lambda: away(out, kept)),
    Case("warm", build, docgen, out, without_spare),
    Case("warm, spare", build, docgen, out, lambda: away(out)),
    Case("edit", build, docgen, out, edit),
    Case("nothing", build, docgen, out, lambda: None),
]
peers = []
if shutil.which(programs["hugo"]):
    folder = corpus / "hugo"
    peers.append(Case("hugo", [programs["hugo"], "--quiet"], folder, folder / "public", lambda: away(folder / "public")))
if shutil.which(programs["mdbook"]):
    folder = corpus / "mdbook"
    peers.append(Case("mdbook", [programs["mdbook"], "build"], folder, folder / "book", lambda: away(folder / "book")))
# One after the other and again, so that a busy moment hits all of them.
for _ in range(runs + 1):
    for case in own + peers:
        case.run()
for case in own + peers:
    case.say()
print(f"load of this machine {os.getloadavg()[0]:.1f}")
for peer in peers:
    for case in own:
        wall, work, memory, html, size = (mine / other for mine, other in zip(case.figures, peer.figures))
        print(
            f"{case.name:12} of {peer.name}: wall {wall:.3f}  processor {work:.3f}  memory {memory:.2f}  "
            f"HTML {html:.2f}  with twins, search and fonts {size:.2f}"
        )
