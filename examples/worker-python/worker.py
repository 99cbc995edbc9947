"""Reads order events by the event contract and nothing else: prints each once, and says on stderr what it refuses."""

import argparse
import functools
import json
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlparse

import yaml
from confluent_kafka import Consumer
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7


def read(uri):  # the contract, and what it refers to
    contents = yaml.safe_load(Path(unquote(urlparse(uri).path)).read_text("utf-8"))
    return Resource(contents=contents, specification=DRAFT7)


URI = (Path(__file__).resolve().parents[2] / "asyncapi" / "asyncapi.yaml").as_uri()
CONTRACT = read(URI).contents
CHANNEL, MESSAGES = CONTRACT["channels"]["orders"], CONTRACT["components"]["messages"]
BY_TYPE = {MESSAGES[name]["name"]: name for name in CHANNEL["messages"]}


@functools.cache
def validator(name, part):
    schema = {"$ref": f"{URI}#/components/messages/{name}/{part}"}
    return Draft7Validator(schema, registry=Registry(retrieve=read), format_checker=FormatChecker())


def parse(message):  # name in the contract, ce_id, payload; a ValueError for what it does not promise
    headers = {name: (value or b"").decode() for name, value in message.headers() or []}
    name = BY_TYPE.get(headers.get("ce_type"))
    if name is None:
        raise ValueError(f"ce_type: {headers.get('ce_type')} is not in the contract")
    key, payload = (message.key() or b"").decode(), json.loads(message.value() or b"")
    for part, value in (("headers", headers), ("bindings/kafka/key", key), ("payload", payload)):
        if error := best_match(validator(name, part).iter_errors(value)):
            raise ValueError(f"{part}{error.json_path[1:]}: {error.message}")
    return name, headers["ce_id"], payload


def handle(message, seen):
    place = f"{message.partition()}/{message.offset()}"
    try:
        name, event_id, payload = parse(message)
    except ValueError as error:
        print(place, "refused:", error, file=sys.stderr, flush=True)
        return
    if name == "logBarrier" or event_id in seen:
        return
    order_id, status = message.key().decode(), payload.get("change", {}).get("status", "accepted")
    print(place, MESSAGES[name]["name"], order_id, status, flush=True)
    seen[event_id] = True
    if len(seen) > 100_000:
        del seen[next(iter(seen))]  # the oldest


options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--until-idle", type=float, default=float("inf"), metavar="SECONDS", help="end when nothing comes")
until_idle, stopped = options.parse_args().until_idle, []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: stopped.append(True))

brokers = os.environ.get("KAFKA_BROKERS", CONTRACT["servers"]["kafka"]["host"])
calm = {"reconnect.backoff.ms": 1_000, "reconnect.backoff.max.ms": 10_000}
group = {"group.id": os.environ.get("GROUP", "orders-worker-python"), "auto.offset.reset": "earliest"}
consumer = Consumer({"bootstrap.servers": brokers, "enable.auto.commit": False, **calm, **group})
consumer.subscribe([os.environ.get("KAFKA_TOPIC", CHANNEL["address"])])
seen, last = {}, time.monotonic()
while not stopped and time.monotonic() - last < until_idle:
    messages = consumer.consume(500, timeout=0.5)
    if messages or not consumer.assignment():
        last = time.monotonic()
    for message in messages:
        if message.error():
            sys.exit(f"kafka: {message.error()}")
        handle(message, seen)
    if messages:
        consumer.commit(asynchronous=True)  # Ctrl-C is heard while Kafka is away
consumer.close()
