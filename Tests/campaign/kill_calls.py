#!/usr/bin/env python3
"""Kills a small run before each of its file-changing calls, and half-way through each write; then also its successor."""
import campaign


def main():
    options = campaign.arguments(0, 240)
    library = campaign.shim(options)
    reference = campaign.reference(options)
    calls = count(options, library)
    cases = [(k, act) for k in range(1, calls + 1) for act in ("kill", "tear")]
    if options.count:
        cases = campaign.draw(options.seed, "cases").sample(cases, min(options.count, len(cases)))

    def body(worker, case):
        (at, act), place = case, campaign.Place(options, f"w{worker}").fresh()
        killed = 0
        # The second kill meets the run that resumes.
        for k in (at, campaign.draw(options.seed, case).randint(1, calls)):
            status, said = place.run(env=faults(library, place, VF_AT=str(k), VF_ACT=act))
            if status not in (0, 137):
                return f"ended with {status}: {campaign.last(said)}", {}
            killed += status == 137
        return place.resume(reference), {"kills": killed}

    campaign.Tally(options).over(body, cases).end()


def faults(library, place, **more):
    return {"LD_PRELOAD": library, "VF_UNDER": place.path, **more}


def count(options, library):
    """How many calls an undisturbed run makes."""
    place = campaign.Place(options, "count").fresh()
    log = place.path + ".log"
    status, said = place.run(env=faults(library, place, VF_LOG=log))
    assert status == 0, said
    return numbered(log)


def numbered(log):
    """How many calls a log tells of."""
    return max((int(line.split()[0]) for line in open(log)), default=0)


if __name__ == "__main__":
    main()
