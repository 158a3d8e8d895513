#!/usr/bin/env python3
"""Starts two to five runs of one workspace at once: exactly one works, the others say who and end with 75."""
import os
import re
import time

import campaign


def main():
    options = campaign.arguments(1000, 40)
    library = campaign.shim(options)
    reference = campaign.reference(options)

    def body(worker, case):
        place = campaign.Place(options, f"w{worker}").fresh()
        # Who comes first waits for the others, so that they do meet: a run of 20 ms would be over.
        go = place.path + ".go"
        if os.path.exists(go):
            os.unlink(go)
        hold = {"LD_PRELOAD": library, "VF_UNDER": place.path, "VF_HOLD": go}
        processes = [place.start(env=hold) for _ in range(campaign.draw(options.seed, case).randint(2, 5))]
        limit = time.monotonic() + 8
        while sum(one.poll() is None for one in processes) > 1 and time.monotonic() < limit:
            time.sleep(0.002)
        open(go, "w").close()
        endings = [campaign.ended(one) for one in processes]
        return judge(processes, endings) or place.differences(reference), {"sent_away": len(processes) - 1}

    campaign.Tally(options).over(body, range(options.count)).end()


def judge(processes, endings):
    winners = [process for process, (status, _) in zip(processes, endings) if status == 0]
    if len(winners) != 1:
        return f"{len(winners)} of {len(processes)} worked: {[status for status, _ in endings]}"
    for process, (status, said) in zip(processes, endings):
        if process is winners[0]:
            continue
        if status != 75:
            return f"a second run ended with {status}: {campaign.last(said)}"
        named = re.search(r"process (\d+)", said)
        if not named or int(named[1]) != winners[0].pid:
            return f"process {winners[0].pid} has it, but a second run said: {campaign.last(said)}"


if __name__ == "__main__":
    main()
