#!/usr/bin/env python3
"""Kills a small run at random moments, up to three runs in a row, and lets the next one end."""
import time

import campaign


def main():
    options = campaign.arguments(10_000, 150)
    reference = campaign.reference(options)
    usual = duration(options)

    def body(worker, case):
        place = campaign.Place(options, f"w{worker}").fresh()
        random, killed = campaign.draw(options.seed, case), 0
        for _ in range(random.choice((1, 1, 2, 3))):
            process = place.start()
            time.sleep(random.uniform(0, 1.1 * usual))
            process.kill()
            status, said = campaign.ended(process)
            if status not in (0, 137):
                return f"ended with {status}: {campaign.last(said)}", {}
            killed += status == 137
        return place.resume(reference, verify=case % 20 == 0), {"kills": killed}

    campaign.Tally(options).over(body, range(options.count)).end()


def duration(options):
    """Seconds of a run with as much beside it as there will be."""
    times = []
    for _ in range(10):
        place = campaign.Place(options, "time").fresh()
        start = time.monotonic()
        place.run()
        times.append(time.monotonic() - start)
    return sorted(times)[5]


if __name__ == "__main__":
    main()
