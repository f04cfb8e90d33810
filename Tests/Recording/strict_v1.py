#!/usr/bin/env python3
"""Reads an .ahr file exactly as version 1 of the format says, and fails on anything else.

Prints one JSON object: output (hex), resizes, snapshots. Needs libbrotlidec of the system; exits 77 without it.
"""
import ctypes
import ctypes.util
import json
import struct
import sys


def brotli():
    for name in ("libbrotlidec.so.1", ctypes.util.find_library("brotlidec")):
        try:
            return ctypes.CDLL(name)
        except (OSError, TypeError):
            continue
    sys.exit(77)


def decode(library, payload, size):
    out = ctypes.create_string_buffer(size + 1)
    length = ctypes.c_size_t(size + 1)
    result = library.BrotliDecoderDecompress(
        ctypes.c_size_t(len(payload)), payload, ctypes.byref(length), out)
    assert result == 1, "not one whole Brotli stream"
    assert length.value == size, "uncompressed_len is wrong"
    return out.raw[:size]


def records(data, state):
    at = 0
    count = 0
    while at < len(data):
        tag, _, time = struct.unpack_from("<B3sQ", data, at)
        at += 12
        assert time >= state["time"], "time runs backwards"
        state["time"] = time
        if state["first"]:
            assert tag == 1, "the first record is no RESIZE"
            state["first"] = False
        if tag == 0:
            start, length = struct.unpack_from("<QI", data, at)
            at += 12
            assert start == len(state["output"]), "DATA starts elsewhere"
            assert at + length <= len(data)
            state["output"] += data[at:at + length]
            at += length
        elif tag == 1:
            state["resizes"].append(struct.unpack_from("<HH", data, at))
            at += 4
        elif tag == 2:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4 + length
            assert at <= len(data)
        elif tag == 3:
            struct.unpack_from("<II", data, at)
            at += 8
        elif tag == 4:
            _, anchor, length = struct.unpack_from("<QQH", data, at)
            at += 18
            assert anchor == len(state["output"]), "the anchor isn't at the snapshot"
            state["snapshots"].append(data[at:at + length].decode("utf-8"))
            at += length
        else:
            raise AssertionError("unknown tag %d" % tag)
        count += 1
    assert at == len(data)
    return count


def main(path, needs_resize):
    library = brotli()
    data = open(path, "rb").read()
    state = {"output": bytearray(), "resizes": [], "snapshots": [], "time": 0, "first": needs_resize}
    at = 0
    last = False
    while not last and at < len(data):  # Agent Harbor's own files end without the flag
        magic, version, header_len, start, offset, size, packed, count, flags = struct.unpack_from(
            "<IHHQQIIIB", data, at)
        assert magic == 0x43524841 and version == 1 and header_len == 48
        assert offset == len(state["output"])
        assert start >= state["time"]
        payload = data[at + 44:at + 44 + packed]
        assert len(payload) == packed, "truncated payload"
        assert records(decode(library, payload, size), state) == count
        at += 44 + packed
        last = flags & 1 == 1
    assert at == len(data), "bytes after the last block"
    state["output"] = state["output"].hex()
    print(json.dumps(state))


main(sys.argv[1], len(sys.argv) < 3)
