"""FAISS's searches of binary codes, driven line by line: one JSON request a line in, one reply with the seconds of the search out."""
import json
import os
import sys
import time

import faiss
import numpy

faiss.omp_set_num_threads(1)
indexes = {}


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def index_of(path, kind, bits):
    if (path, kind) not in indexes:
        codes = numpy.fromfile(path, dtype=numpy.uint8).reshape(-1, bits // 8)
        before, begin = resident(), time.perf_counter()
        if kind == "flat":
            index = faiss.IndexBinaryFlat(bits)
        else:
            # Four substrings of 16 bits, one bit flipped in each, find all within a distance of 7.
            index = faiss.IndexBinaryMultiHash(bits, 4, 16)
            index.nflip = 1
        index.add(codes)
        note = f"FAISS {faiss.__version__} {kind}: {time.perf_counter() - begin:.2f} s to make, {(resident() - before) / 1e6:.0f} MB\n"
        sys.stderr.write(note)
        indexes[path, kind] = index
    return indexes[path, kind]


for line in sys.stdin:
    request = json.loads(line)
    index = index_of(request["path"], request["kind"], request["bits"])
    queries = numpy.fromfile(request["queries"], dtype=numpy.uint8).reshape(-1, request["bits"] // 8)
    begin = time.perf_counter()
    for i in range(len(queries)):
        if request["kind"] == "flat":
            index.search(queries[i : i + 1], request["count"])
        else:
            index.range_search(queries[i : i + 1], request["within"] + 1)
    print(json.dumps({"seconds": time.perf_counter() - begin, "work": len(queries)}), flush=True)
