"""What the checks found: a line for each, a table at the end."""
import contextlib
import io
import json
import os
import pathlib
import runpy
import subprocess
import sys


class Results:
    """Passed and failed checks, in order."""

    def __init__(self, verbose=False):
        self.rows = []
        self.verbose = verbose

    def note(self, subject, check, passed, detail=""):
        self.rows.append((subject, check, bool(passed), str(detail)))
        if self.verbose or not passed:
            print(f"{'pass' if passed else 'FAIL'}  {subject}: {check} {detail}", file=sys.stderr)
        return bool(passed)

    @property
    def failed(self):
        return [row for row in self.rows if not row[2]]

    def grouped(self):
        """One line a subject: how many checks it passed, what failed or what was measured."""
        groups = {}
        for subject, check, passed, detail in self.rows:
            groups.setdefault(subject, []).append((check, passed, detail))
        for subject, checks in groups.items():
            bad = [f"{check} {detail}" for check, passed, detail in checks if not passed]
            said = [detail for _, passed, detail in checks if passed and detail]
            yield subject, sum(c[1] for c in checks), len(bad), "; ".join(bad or said)

    def show(self):
        lines = list(self.grouped())
        width = max((len(line[0]) for line in lines), default=0)
        for subject, passed, failed, said in lines:
            print(f"{subject:{width}}  {passed:4d} passed {failed:3d} failed  {said[:200]}")
        print(f"{len(self.rows) - len(self.failed)} passed, {len(self.failed)} failed")


class Peers:
    """The shared oracle scripts, run inside this process so that Faiss and others are imported once."""

    def __init__(self, shared):
        self.folder = pathlib.Path(shared) / "oracles"

    def __call__(self, script, *arguments):
        """The JSON that a script printed, and its exit status; a message instead of JSON where it gave up."""
        before, out = sys.argv, io.StringIO()
        sys.argv = [script, *map(str, arguments)]
        status = 0
        try:
            with contextlib.redirect_stdout(out):
                runpy.run_path(str(self.folder / script), run_name="__main__")
        except SystemExit as ending:
            status = ending.code or 0
        finally:
            sys.argv = before
        if isinstance(status, str):
            return status, 1
        try:
            return json.loads(out.getvalue()), status
        except ValueError:
            return out.getvalue().strip(), status


class Vecmill:
    """The program under test, in a folder of its own."""

    def __init__(self, program, folder):
        self.program = os.path.abspath(program)
        self.folder = pathlib.Path(folder)

    def __call__(self, *arguments, status=0):
        """Standard output of a call; a status other than the expected one ends the checks."""
        done = subprocess.run([self.program, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != status:
            raise RuntimeError(f"vecmill {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stderr[-2000:]}{done.stdout[-2000:]}")
        return done.stdout

    def run(self, pipeline, **params):
        sets = [word for name, value in params.items() for word in ("--set", f"{name}={value}")]
        return json.loads(self("run", pipeline, "--progress", "none", "--json", *sets))
