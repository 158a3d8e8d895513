#!/usr/bin/env python3
"""Lets two processes promote at once what both decided by the same state: one wins, the other is told and ends with 75."""
import json

import campaign


def main():
    options = campaign.arguments(1000, 30)

    def body(worker, case):
        place = prepared(options, worker)
        status, said = place.run(["show", "notes", "--json"])
        if status != 0:
            return f"show ended with {status}: {campaign.last(said)}", {}
        current = json.loads(said)["number"]
        others = [number for number in (1, 2, 3) if number != current]
        expect = ["--expect", str(current)]
        processes = [place.start(["promote", f"notes@{number}", *expect]) for number in others]
        reader = place.run(["show", "notes", "--json"])
        endings = [campaign.ended(process) for process in processes]
        return judge(place, current, others, endings, reader), {}

    campaign.Tally(options).over(body, range(options.count)).end()


sites = {}


def prepared(options, worker):
    """A registry with three versions, one for each worker."""
    if worker not in sites:
        place = campaign.Place(options, f"w{worker}").fresh()
        for number, dimensions in enumerate((8, 12, 16), 1):
            place.dimensions = dimensions
            place.fill()
            for command in (campaign.RUN, ["publish", "out", "--name", "notes", "--promote"]):
                status, said = place.run(command)
                assert status == 0, f"{command} for version {number} ended with {status}: {said}"
        sites[worker] = place
    return sites[worker]


def judge(place, current, others, endings, reader):
    """What is wrong, if anything."""
    won = [number for number, (status, _) in zip(others, endings) if status == 0]
    told = [said for status, said in endings if status == 75]
    if len(won) != 1 or len(told) != 1:
        return f"ended with {[status for status, _ in endings]}: {[campaign.last(said) for _, said in endings]}"
    if "is changing it" not in told[0] and f"was notes@{current} when this began" not in told[0]:
        return f"the other was told: {campaign.last(told[0])}"
    if reader[0] != 0 or json.loads(reader[1])["number"] not in (current, won[0]):
        return f"a reader beside them ended with {reader[0]}: {campaign.last(reader[1])}"
    status, said = place.run(["show", "notes", "--json"])
    if status != 0 or json.loads(said)["number"] != won[0]:
        return f"{won[0]} won, but: {campaign.last(said)}"
    status, said = place.run(["history", "notes", "--json"])
    if status != 0 or [event.get("from") for event in json.loads(said)][-1] != current:
        return f"the history ends otherwise: {campaign.last(said)}"


if __name__ == "__main__":
    main()
