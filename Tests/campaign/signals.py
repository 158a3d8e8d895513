#!/usr/bin/env python3
"""Sends SIGTERM or SIGINT at random moments: the run must be gone in 2 s with the signal's status, and resumable."""
import signal
import time

import campaign
import kill_times

EXPECTED = {signal.SIGTERM: 143, signal.SIGINT: 130}


def main():
    options = campaign.arguments(1000, 60)
    # Long enough that moments differ: a slow file system is made by syncing one.
    reference = campaign.reference(options)
    usual = kill_times.duration(options)

    def body(worker, case):
        random, place = campaign.draw(options.seed, case), campaign.Place(options, f"w{worker}").fresh()
        which = random.choice(list(EXPECTED))
        process = place.start()
        time.sleep(random.uniform(0, usual))
        process.send_signal(which)
        sent = time.monotonic()
        status, said = campaign.ended(process)
        took = time.monotonic() - sent
        if took > 2:
            return f"{took:.1f} s after the signal", {}
        # Before the program's first line it dies of the signal like any other, which a shell shows by the same number;
        # after its last commit it is done.
        if status not in (0, EXPECTED[which]):
            return f"ended with {status}: {campaign.last(said)}", {}
        if status == 0 and (fault := place.differences(reference)):
            return f"ended with 0, but {fault}", {}
        return place.resume(reference, verify=case % 10 == 0), {"stopped": status != 0}

    campaign.Tally(options).over(body, range(options.count)).end()


if __name__ == "__main__":
    main()
