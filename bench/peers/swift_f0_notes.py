"""SwiftF0's own notes of recordings, driven line by line: samples as float32 in a file at 16 kHz, notes out."""
import json
import sys
import time

import numpy as np
from swift_f0 import SwiftF0, segment_notes

detector = SwiftF0(threads=1)
for line in sys.stdin:
    samples = np.fromfile(json.loads(line)["path"], np.float32)
    begin = time.perf_counter()
    notes = segment_notes(detector.detect(samples, 16_000))
    seconds = time.perf_counter() - begin
    rows = [[note.start, note.end, 69 + 12 * float(np.log2(note.pitch_hz / 440))] for note in notes]
    print(json.dumps({"seconds": seconds, "work": len(samples) / 16_000, "notes": rows}), flush=True)
