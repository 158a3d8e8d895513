#!/usr/bin/env python3
"""Fails, or shortens, each call of a small run in turn: no space, I/O error, short write; once, or from then on for good."""
import errno
import re

import campaign
import kill_calls

# What fails how; reads fail too, as on a dying disk. To open a file that is there takes no room.
NEEDING_ROOM = "open,write,fsync,close,rename,link,mkdir,unlink"
ACTS = [(NEEDING_ROOM, errno.ENOSPC), ("changes", errno.EIO), ("write", "short"), ("read", errno.EIO)]


def main():
    options = campaign.arguments(0, 240)
    library = campaign.shim(options)
    reference = campaign.reference(options)
    cases = []
    for ops, act in ACTS:
        place = campaign.Place(options, "count").fresh()
        log = f"{place.path}-{ops}.log"
        place.run(env=kill_calls.faults(library, place, VF_LOG=log, VF_OPS=ops))
        calls = kill_calls.numbered(log)
        cases += [(ops, act, k, lasting) for k in range(1, calls + 1) for lasting in (False, True)]
    if options.count:
        cases = campaign.draw(options.seed, "cases").sample(cases, min(options.count, len(cases)))

    def body(worker, case):
        (ops, act, at, lasting), place = case, campaign.Place(options, f"w{worker}").fresh()
        more = {"VF_STICKY": "1"} if lasting else {}
        status, said = place.run(
            env=kill_calls.faults(library, place, VF_OPS=ops, VF_AT=str(at), VF_ACT=str(act), **more))
        fault = judge(status, said, act, place, reference)
        return fault or place.resume(reference), {"failed_runs": status != 0}

    campaign.Tally(options).over(body, cases).end()


def judge(status, said, act, place, reference):
    """Either all is well all the same, as when a cache cannot be written, or the status and the path are told."""
    if status == 0:
        fault = place.differences(reference)
        return None if fault and fault.startswith(".vecmill/sources.json") else fault
    if act == "short":
        return f"a short write ended it with {status}: {campaign.last(said)}"
    if status != (73 if act == errno.ENOSPC else 74):
        return f"ended with {status}: {campaign.last(said)}"
    if not re.search(r"error: .*(/|folder (of )?\.|\.vecmill|out|notes-|pipeline\.yaml)", said):
        return f"no path is named: {campaign.last(said)}"


if __name__ == "__main__":
    main()
