/** SwiftF0 (Nieradzik 2025), a pitch tracker of 14,386 weights: the ONNX graph of the Python package swift-f0. */
import type { PublishedGraph } from './graph.js';

export const swiftF0: PublishedGraph = {
  description: 'SwiftF0, a convolutional pitch tracker for one voice',
  task: 'pitch',
  licence: 'MIT, Copyright (c) 2025-2026 Lars Nieradzik',
  citation: [
    'Lars Nieradzik: SwiftF0: Fast and Accurate Monophonic Pitch Detection. 2025. arXiv:2508.18440 (on the first version; 0.3.0 has a smaller network)',
  ],
  dataset: 'speech, singing and instruments, as its training repository lists them',
  protocol: '16 kHz, a frame every 16 ms, 46.875 to 2093.75 Hz',
  reported: null,
  source: {
    kind: 'wheel',
    requirement: 'swift-f0==0.3.0',
    file: 'swift_f0-0.3.0-py3-none-any.whl',
    sha256: 'd7240c7c94b1d3e8f0e0cd2701b79be89a0f23a19cd5f944895a6518ecad72f3',
    bytes: 116_429,
    platform: 'any',
  },
  origin: 'swift_f0/model.onnx',
  files: {
    'swift_f0/model.onnx': 'model.onnx',
    'swift_f0-0.3.0.dist-info/licenses/LICENSE': 'LICENSE',
  },
};
