#!/usr/bin/env python3
"""Branch coverage of Sources/ from `llvm-cov export`: which outcomes of which decisions were seen.

Of C, the compiler records branches: each condition was true, each was false. Of Swift it records how often each region of the source
ran; what a decision came to is read from that:

  if, guard        the body was entered; it was passed by (the count before it less its own, or that of the other body)
  a ? b : c        b; c
  &&, ||, ??       the right side was evaluated; it was not
  for, while       the body was entered; the loop came to an end behind which the program went on
  repeat           it went round again; it ended
  case, default    entered
  catch            entered

A list of conditions (`if a, b`) is one decision, and so are the patterns of a `case`. Not decisions: errors that pass through a `try`,
optional chaining, the `where` of a loop. Counts have to be exact, and so atomic: a count that two threads raise at once, and that
loses, would make a branch look passed by. Code of other systems (`#if`) is left out, and kernels that this processor cannot run.
"""
import argparse
import bisect
import fnmatch
import json
import re
import sys

# Durable files, checkpoints and manifests, the workspace and its lock, and the folder that is exchanged: all that finished work passes
# through on its way to being acknowledged.
COMMIT = ["Artifacts/*.swift", "Bundles/BundleWriter.swift", "Bundles/ExportTarget.swift"]
# Machines, and what they are read as: the decision lies in a file, and the file is only run on that machine.
KERNELS = {"CKernels/codes_vbmi.c": "avx512_vbmi", "CKernels/convolution_vnni.c": "avx512_vnni"}
TOKEN = re.compile(
    r"//[^\n]*|(?P<block>/\*)|(?P<string>#*\"(?:\"\")?)|(?P<word>#?[A-Za-z_][A-Za-z_0-9]*|`\w+`)|(?P<number>[0-9][\w.]*)"
    r"|(?P<bracket>[(){}\[\]])|(?P<operator>[-+*/%=<>!&|^~?.]+)|(?P<mark>[,:;@\\#$])")
CLOSING = {"(": ")", "[": "]", "{": "}"}
SYSTEM = {"canImport(Glibc)": True, "canImport(Darwin)": False, "os(macOS)": False, "os(Linux)": True, "DEBUG": False}


class Token:
    __slots__ = ("text", "at", "end", "spaced")

    def __init__(self, text, at, spaced):
        self.text, self.at, self.end, self.spaced = text, at, at + len(text), spaced


def tokens_of(text):
    """The tokens of Swift source, those inside of interpolations in their place, as if parenthesized."""
    found = []
    scan(text, 0, found, None)
    return active(found)


def scan(text, at, found, until):
    depth = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            at += 1
            continue
        if match["block"]:
            at = after_comment(text, at)
        elif match["string"]:
            found.append(Token('"', at, False))
            at = after_string(text, match.end(), match["string"], found)
        elif match.group().startswith("//"):
            at = match.end()
        else:
            token = Token(match.group(), at, text[at - 1:at].isspace() and text[match.end():match.end() + 1].isspace())
            if until and token.text == "(":
                depth += 1
            if until and token.text == ")":
                if depth == 0:
                    return at
                depth -= 1
            if token.text in ("#if", "#elseif"):
                token = Token(text[at:text.find("\n", at)].strip(), at, False)
            found.append(token)
            at = token.end
    return at


def after_comment(text, at):
    depth = 0
    for match in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if match.group() == "/*" else -1
        if depth == 0:
            return match.end()
    raise ValueError("a comment without an end")


def after_string(text, at, opening, found):
    pounds = opening.count("#")
    quotes, escape = opening.lstrip("#"), "\\" + "#" * pounds
    while True:
        if text.startswith(quotes + "#" * pounds, at):
            return at + len(quotes) + pounds
        if text.startswith(escape + "(", at):
            found.append(Token("(", at + len(escape), False))
            at = scan(text, at + len(escape) + 1, found, ")")
            found.append(Token(")", at, False))
            at += 1
        elif text.startswith(escape, at):
            at += len(escape) + 1
        else:
            at += 1


def active(tokens):
    """Without the parts that `#if` leaves out on this system."""
    kept, levels = [], []
    for token in tokens:
        word, _, condition = token.text.partition(" ")
        if word == "#if":
            levels.append([SYSTEM[condition]])
        elif word == "#elseif":
            levels[-1].append(not any(levels[-1]) and SYSTEM[condition])
        elif word == "#else":
            levels[-1].append(not any(levels[-1]))
        elif word == "#endif":
            levels.pop()
        elif all(level[-1] for level in levels):
            kept.append(token)
    return kept


class Counts:
    """How often the code at a place of a file ran, by the segments of the export; None where there is none."""

    def __init__(self, text, segments):
        self.lines = [0] + [match.end() for match in re.finditer("\n", text)]
        self.starts = [(line, column) for line, column, *_ in segments]
        self.segments = segments
        self.corrections = []

    def correct(self, start, end, count):
        """The compiler has no region for the `if` of an `else if`: what is between the places and in no region of its own ran so often."""
        self.corrections.append((start, end, self.recorded(start), count))

    def place(self, offset):
        line = bisect.bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def at(self, offset):
        times = self.recorded(offset)
        for start, end, recorded, count in self.corrections:
            if start <= offset < end and times == recorded:
                return count
        return times

    def recorded(self, offset):
        found = bisect.bisect_right(self.starts, self.place(offset)) - 1
        if found < 0 or not self.segments[found][3]:
            return None
        return self.segments[found][2]


class Decisions:
    """The outcomes of one file's decisions: (line, column, what, times)."""

    def __init__(self, text, segments):
        self.counts = Counts(text, segments)
        self.tokens = tokens_of(text)
        self.outcomes = []
        self.pairs = self.matched()

    def matched(self):
        pairs, open_ = {}, []
        for place, token in enumerate(self.tokens):
            if token.text in CLOSING:
                open_.append(place)
            elif token.text in CLOSING.values():
                start = open_.pop()
                if CLOSING[self.tokens[start].text] != token.text:
                    raise ValueError(f"brackets do not match at {self.counts.place(token.at)}")
                pairs[start] = place
        return pairs

    def note(self, place, what, times):
        if times is not None:
            self.outcomes.append((*self.counts.place(self.tokens[place].at), what, max(0, times)))

    def forward(self, place, wanted):
        """The next token with such a text that is in no brackets of its own."""
        while self.tokens[place].text not in wanted:
            place = self.pairs.get(place, place) + 1
        return place

    def before(self, place):
        return self.counts.at(self.tokens[place].at - 1)

    def start(self, place):
        return self.counts.at(self.tokens[place].at)

    def behind(self, place):
        return self.counts.at(self.tokens[place].end)

    def find(self):
        switches, repeats = [], set()
        for place, token in enumerate(self.tokens):
            last = self.tokens[place - 1].text if place else ""
            following = self.tokens[place + 1].text if place + 1 < len(self.tokens) else ""
            # A member or an argument's label.
            if last in (".", "func") or (following == ":" and token.text != "default"):
                continue
            match token.text:
                case "if": self.if_(place)
                case "guard": self.guard(place)
                case "for": self.loop(place, "for")
                case "while" if place in repeats: pass
                case "while":
                    if [t.text for t in self.tokens[place + 1:place + 3]] != ["true", "{"]:
                        self.loop(place, "while")
                case "repeat":
                    end = self.pairs[place + 1]
                    repeats.add(end + 1)
                    self.repeat(place, end)
                case "switch":
                    body = self.forward(place, ["{"])
                    switches.append((body, self.pairs[body]))
                case "case" | "default" if last not in ("if", "guard", "while", "for", ",") and self.is_label(place, switches):
                    self.note(place, f"`{token.text}` entered", self.start(place))
                case "catch": self.note(place, "`catch` entered", self.start(self.forward(place, ["{"])))
                case "&&" | "||" | "??" if token.spaced:
                    before, right = self.start(place), self.start(place + 1)
                    if before is not None and right is not None:
                        self.note(place, f"`{token.text}` evaluates its right side", right)
                        self.note(place, f"`{token.text}` leaves out its right side", before - right)
                case "?" if token.spaced: self.ternary(place)
        return self.outcomes

    def is_label(self, place, switches):
        inside = [(start, end) for start, end in switches if start < place < end]
        if not inside:
            return False
        # Directly in the braces of the switch: nothing else is open.
        return not any(inside[-1][0] < start < place < end for start, end in self.pairs.items())

    def if_(self, place):
        body = self.forward(place, ["{"])
        before, entered = self.before(body), self.start(body)
        if before is None or entered is None:
            return
        self.note(place, "`if` entered", entered)
        other = self.pairs[body] + 1
        if other >= len(self.tokens) or self.tokens[other].text != "else":
            return self.note(place, "`if` passed by", before - entered)
        other += 1
        if self.tokens[other].text == "if":
            self.counts.correct(self.tokens[other].at, self.tokens[self.forward(other, ["{"])].at, before - entered)
        self.note(place, "`else` entered", self.start(other))

    def guard(self, place):
        body = self.forward(place, ["else"]) + 1
        self.note(place, "`guard` leaves", self.start(body))
        self.note(place, "`guard` goes on", self.behind(self.pairs[body]))

    def loop(self, place, word):
        body = self.forward(place, ["{"])
        self.note(place, f"`{word}` entered", self.start(body))
        self.note(place, f"`{word}` comes to its end", self.behind(self.pairs[body]))

    def repeat(self, place, end):
        body, condition = self.start(place + 1), end + 1
        # The condition has no brackets of its own: it ends with its line.
        line = self.counts.place(self.tokens[condition].at)[0]
        while condition + 1 < len(self.tokens) and self.counts.place(self.tokens[condition + 1].at)[0] == line:
            condition += 1
        left = self.behind(condition)
        if body is not None and left is not None:
            self.note(place, "`repeat` goes round", body - left)
            self.note(place, "`repeat` ends", left)

    def ternary(self, place):
        self.note(place, "`?` yes", self.start(place + 1))
        other, depth = place + 1, 0
        while True:
            text = self.tokens[other].text
            if text == "?" and self.tokens[other].spaced:
                depth += 1
            if text == ":" and self.tokens[other].spaced:
                if depth == 0:
                    break
                depth -= 1
            other = self.pairs.get(other, other) + 1
        self.note(place, "`?` no", self.start(other + 1))


def outcomes_of_c(file):
    """Each condition's two; what the compiler knew beforehand is in neither count."""
    found = []
    for line, column, _, _, true, false, *_ in file["branches"]:
        found += [(line, column, "is true", true), (line, column, "is false", false)]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", help="the JSON of llvm-cov export")
    parser.add_argument("--missed", metavar="GLOB", help="list the outcomes that were not seen, of files below Sources/ like this")
    parser.add_argument("--files", action="store_true", help="a line a file, most missed last")
    parser.add_argument("--least", type=float, default=0, help="percent of all outcomes, or fail")
    parser.add_argument("--least-commit", type=float, default=0, help="percent of those of the commit code, or fail")
    args = parser.parse_args()
    with open("/proc/cpuinfo") as file:
        flags = set(next(line for line in file if line.startswith("flags")).split())
    files = {}
    with open(args.export) as file:
        for entry in json.load(file)["data"][0]["files"]:
            name = entry["filename"].rpartition("/Sources/")[2]
            if KERNELS.get(name, None) not in flags | {None}:
                continue
            if name.endswith(".swift"):
                with open(entry["filename"], encoding="latin-1", newline="") as source:
                    files[name] = Decisions(source.read(), entry["segments"]).find()
            else:
                files[name] = outcomes_of_c(entry)
    if args.missed:
        for name in sorted(files):
            if fnmatch.fnmatch(name, args.missed):
                for line, column, what, times in sorted(files[name]):
                    if not times:
                        print(f"Sources/{name}:{line}:{column}: {what}: never")
    if args.files:
        for name in sorted(files, key=lambda name: len(missed(files[name]))):
            if files[name]:
                print(f"{name:60} {told(files[name])}")
    commit = [name for name in files if any(fnmatch.fnmatch(name, pattern) for pattern in COMMIT)]
    failed = False
    for title, names, least in [
        ("Swift", [name for name in files if name.endswith(".swift")], 0), ("C", [name for name in files if not name.endswith(".swift")], 0),
        ("all", list(files), args.least), ("commit code", commit, args.least_commit)]:
        outcomes = [outcome for name in names for outcome in files[name]]
        failed |= percent(outcomes) < least
        print(f"{title:60} {told(outcomes)}" + (f", at least {least:g} %" if least else ""))
    sys.exit(1 if failed else 0)


def missed(outcomes):
    return [outcome for outcome in outcomes if not outcome[3]]


def percent(outcomes):
    return 100 * (1 - len(missed(outcomes)) / max(1, len(outcomes)))


def told(outcomes):
    # Rounded down: 100 % means all.
    return f"{int(percent(outcomes) * 100) / 100:6.2f} % of {len(outcomes):5} outcomes, {len(missed(outcomes)):4} missed"


if __name__ == "__main__":
    main()
