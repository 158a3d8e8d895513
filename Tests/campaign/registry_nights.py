#!/usr/bin/env python3
"""Kills the nights of a registry at random moments: each act leaves the old state or the new one, and goes on from there.

Night 1 publishes and promotes, night 2 as well, night 3's archive is damaged and its gate keeps it out; by hand another bundle becomes
the challenger, is promoted, and rolled back. A link follows the champion.
"""
import json
import os
import time

import campaign

PIPELINE = """\
pipeline: nights
stages:
  notes: {kind: ingest, media: text, from: ["notes-*.tar"], shard_size: 5, max_rejects: 50%, damaged_archives: keep}
  features: {kind: featurize, input: notes, embedder: hashing, hashing: {dimensions: DIMENSIONS, features: 64}}
  index: {kind: index, input: features, type: Flat}
  quality: {kind: evaluate, input: index, queries: 3, champion: notes, require: {count: ">= champion * 0.9"}}
  files: {kind: export, input: index, to: out}
  live: {kind: publish, input: files, name: notes, link: current}
"""
# Act, its command, how it ends, and where the champion stands after it.
ACTS = [
    ("night 1", campaign.RUN, 0, 1),
    ("night 2", campaign.RUN, 0, 2),
    ("night 3", campaign.RUN, 4, 2),
    ("publish", ["publish", "hand", "--name", "notes", "--alias", "challenger"], 0, 2),
    ("promote", ["promote", "notes@challenger"], 0, 3),
    ("roll back", ["rollback", "notes"], 0, 2),
]
# What must have happened in the end, once each.
STORY = [
    ("published", 1, None), ("promoted", 1, "champion"), ("published", 2, None), ("promoted", 2, "champion"),
    ("published", 3, None), ("promoted", 3, "challenger"), ("promoted", 3, "champion"), ("rolled-back", 2, "champion")]


class Site(campaign.Place):
    """A folder with the pipeline of the nights."""

    def prepare(self, act):
        dimensions = {"night 1": 4, "night 2": 8, "night 3": 8}.get(act)
        if dimensions:
            with open(self.file("pipeline.yaml"), "w") as file:
                file.write(PIPELINE.replace("DIMENSIONS", str(dimensions)))
        if act == "night 3":
            os.truncate(self.file("notes-1.tar"), 3000)
        if act == "publish" and not os.path.exists(self.file("hand")):
            with open(self.file("hand.yaml"), "w") as file:
                text = PIPELINE.replace("DIMENSIONS", "12").replace("to: out", "to: hand")
                file.write("".join(line for line in text.splitlines(True) if "evaluate" not in line and "publish" not in line))
            status, said = self.run(["run", "hand.yaml", "--workspace", "other", "--progress", "none"])
            assert status == 0, said

    def champion(self):
        """Number of the champion, 0 for none; or what is wrong."""
        status, said = self.run(["show", "notes", "--json"])
        if status == 64:
            return 0
        if status != 0:
            return f"show ended with {status}: {campaign.last(said)}"
        return json.loads(said)["number"]

    def link(self):
        try:
            return int(os.path.basename(os.readlink(self.file("current"))))
        except OSError:
            return 0


def main():
    options = campaign.arguments(500, 12)
    usual = durations(options)

    def body(worker, case):
        site, random, kills = Site(options, f"w{worker}").fresh(), campaign.draw(options.seed, case), 0
        before = 0
        chosen = random.randrange(len(ACTS))
        for place, (act, command, ending, after) in enumerate(ACTS):
            site.prepare(act)
            for _ in range(random.choice((1, 1, 2)) if place == chosen or random.random() < 0.3 else 0):
                process = site.start(command)
                time.sleep(random.uniform(0, 1.1 * usual[act]))
                process.kill()
                status, said = campaign.ended(process)
                kills += status == 137
                if status not in (ending, 137):
                    return f"{act} ended with {status}: {campaign.last(said)}", {}
                champion = site.champion()
                if champion not in (before, after):
                    return f"killed in {act}, the champion is {champion}", {}
                if site.link() not in (0, before, after):
                    return f"killed in {act}, the link leads to {site.link()}", {}
                if act == "roll back" and champion == after:
                    break
            if not (act == "roll back" and site.champion() == after):
                status, said = site.run(command)
                if status != ending:
                    return f"{act} ended with {status}, not {ending}: {campaign.last(said)}", {}
            if site.champion() != after:
                return f"after {act} the champion is {site.champion()}, not {after}", {}
            before = after
        return wrong(site), {"kills": kills}

    campaign.Tally(options).over(body, range(options.count)).end()


def wrong(site):
    """What is wrong in the end, if anything."""
    # A roll-back that was killed after it counted leaves link and command to the next change.
    status, said = site.run(["promote", "notes@2"])
    if status != 0:
        return f"promote ended with {status}: {campaign.last(said)}"
    if site.link() != 2:
        return f"the link leads to {site.link()} in the end"
    status, said = site.run(["history", "notes", "--json"])
    told = [
        (event["event"], event.get("version"), event.get("alias")) for event in json.loads(said)
        if event["event"] in ("published", "promoted", "rolled-back")]
    if told != STORY:
        return f"the history tells {told}"
    status, said = site.run(["verify", ".vecmill"])
    return None if status == 0 else f"verify ended with {status}: {campaign.last(said)}"


def durations(options):
    """Seconds of each act, undisturbed; and that the story is told as it should be."""
    site, times = Site(options, "reference").fresh(), {}
    for act, command, ending, after in ACTS:
        site.prepare(act)
        start = time.monotonic()
        status, said = site.run(command)
        times[act] = time.monotonic() - start
        if status != ending or site.champion() != after:
            raise SystemExit(f"{act}, undisturbed, ended with {status}; the champion is {site.champion()}: {said}")
    if wrong(site):
        raise SystemExit(f"undisturbed: {wrong(site)}")
    return times


if __name__ == "__main__":
    main()
