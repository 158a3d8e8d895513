#!/usr/bin/env python3
"""An example of a program for `embedder: command`: the shares of byte values in an entry, 16 numbers a record.

It needs nothing but Python. It is no good embedding; it shows the frames, which are all little-endian:

  request   u32 count; for each entry u32 length of its name, the name in UTF-8, u64 size, its bytes
  answer    u64 length; a .npy file of that length, of shape (count, dimension) and type '<f4'

The end of the input means that no more requests come. Whatever is printed to standard error goes to Vecmill's log; nothing
but answers may go to standard output. In a pipeline file:

  features:
    kind: featurize
    input: photos
    embedder: command
    command:
      program: pipelines/embedders/byte_shares.py
      version: "1"               # change it when the vectors change
      dimension: 16
      timeout: 60s               # for one batch

A program with numpy writes its answer in two lines:

  file = io.BytesIO(); numpy.save(file, rows.astype("<f4"))
  sys.stdout.buffer.write(struct.pack("<Q", file.tell()) + file.getvalue()); sys.stdout.buffer.flush()

README.md beside this file sketches one for CLIP.
"""
import struct
import sys

DIMENSION = 16


def read_exactly(size):
    """`size` bytes of standard input; ends the program where the input ends."""
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        sys.exit(0 if not data else "the request was cut short")
    return data


def read_request():
    """The (name, bytes) of each entry; a text that has no entry comes with an empty name."""
    (count,) = struct.unpack("<I", read_exactly(4))
    entries = []
    for _ in range(count):
        (length,) = struct.unpack("<I", read_exactly(4))
        name = read_exactly(length).decode("utf-8", "replace") if length else ""
        (size,) = struct.unpack("<Q", read_exactly(8))
        entries.append((name, read_exactly(size) if size else b""))
    return entries


def embed(data):
    """The share of bytes in each sixteenth of their range."""
    counts = [0] * 256
    for byte in data:
        counts[byte] += 1
    step = 256 // DIMENSION
    total = max(len(data), 1)
    return [sum(counts[first : first + step]) / total for first in range(0, 256, step)]


def npy(rows):
    """A .npy file of 32-bit floats, as numpy.save writes it."""
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (len(rows), DIMENSION)
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    values = b"".join(struct.pack("<%df" % DIMENSION, *row) for row in rows)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values


def main():
    while True:
        answer = npy([embed(data) for _, data in read_request()])
        sys.stdout.buffer.write(struct.pack("<Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
