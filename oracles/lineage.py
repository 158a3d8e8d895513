"""OpenLineage events of a run, held against the facet classes of openlineage-python; skipped where that is missing."""
import json
import uuid
from datetime import datetime


def known_classes():
    """Facet classes by the names that facets have in events."""
    from openlineage.client.generated import (
        dataset_version_dataset, error_message_run, job_type_job, output_statistics_output_dataset, parent_run, processing_engine_run)

    return {
        "parent": parent_run.ParentRunFacet, "errorMessage": error_message_run.ErrorMessageRunFacet,
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet, "jobType": job_type_job.JobTypeJobFacet,
        "version": dataset_version_dataset.DatasetVersionDatasetFacet,
        "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
    }


def fault(name, facet, classes):
    """Why a facet is not one of its class; None if it is."""
    import attr

    if name not in classes:
        return f"{name}: no such facet"
    fields = attr.fields(classes[name])
    missing = {field.name for field in fields if field.default is attr.NOTHING} | {"_producer", "_schemaURL"}
    missing -= facet.keys()
    unknown = facet.keys() - {field.name for field in fields}
    if missing or unknown:
        return f"{name}: missing {sorted(missing)}, unknown {sorted(unknown)}"
    if facet["_schemaURL"] != classes[name]._get_schema():
        return f"{name}: {facet['_schemaURL']} for {classes[name]._get_schema()}"
    try:
        # Constructors check formats, such as that of a run's id.
        values = {key: value for key, value in facet.items() if not key.startswith("_")}
        if name == "parent":
            from openlineage.client.generated.parent_run import Job, Run

            values = {"run": Run(**values["run"]), "job": Job(**values["job"])}
        classes[name](**values)
    except (TypeError, ValueError) as error:
        return f"{name}: {error}"
    return None


def event_faults(event, classes):
    from openlineage.client.generated.base import RunEvent

    datetime.fromisoformat(event["eventTime"].replace("Z", "+00:00"))
    uuid.UUID(event["run"]["runId"])
    if event["schemaURL"] != RunEvent._get_schema():
        yield f"{event['schemaURL']} for {RunEvent._get_schema()}"
    if event["eventType"] not in ("START", "COMPLETE", "FAIL", "ABORT") or not event["producer"]:
        yield f"{event['eventType']} by {event['producer']}"
    groups = [event["run"]["facets"], event["job"]["facets"]]
    for side in ("inputs", "outputs"):
        if not event[side]:
            yield f"no {side}"
        for dataset in event[side]:
            if not (dataset["namespace"] and dataset["name"]):
                yield f"{side} without a name"
            groups += [dataset["facets"], dataset.get("outputFacets", {})]
    for group in groups:
        for name, facet in group.items():
            wrong = fault(name, facet, classes)
            if wrong:
                yield wrong


def check(vecmill, peers, results):
    try:
        classes = known_classes()
    except ImportError:
        print("lineage: skipped: openlineage-python is not installed")
        return
    texts = vecmill.folder / "told.txt"
    texts.write_text("\n".join(f"line {number} of a text" for number in range(60)) + "\n")
    pipeline = """
pipeline: told
params: {least: 0}
stages:
  lines: {kind: ingest, media: text, unit: line, from: [told.txt]}
  features: {kind: featurize, input: lines, embedder: hashing, hashing: {dimensions: 16}}
  index: {kind: index, input: features, type: Flat}
  quality: {kind: evaluate, input: index, queries: 10, require: {count: "${least}"}}
  files: {kind: export, input: index, to: out/told}
"""
    (vecmill.folder / "told.yaml").write_text(pipeline)
    vecmill("run", "told.yaml", "--progress", "none", "--lineage", "told.jsonl")
    vecmill("run", "told.yaml", "--progress", "none", "--lineage", "told.jsonl", "--set", "least=1000", status=4)
    events = [json.loads(line) for line in (vecmill.folder / "told.jsonl").read_text().splitlines()]
    kinds = {event["eventType"] for event in events}
    results.note("lineage", "kinds of events", kinds == {"START", "COMPLETE", "FAIL"}, sorted(kinds))
    seen = {name for event in events for name in event["run"]["facets"]}
    results.note("lineage", "facets of a failed stage", {"parent", "errorMessage"} <= seen, sorted(seen))
    for event in events:
        faults = list(event_faults(event, classes))
        results.note("lineage", f"{event['eventType']} of {event['job']['name']}", not faults, "; ".join(sorted(set(faults))))
