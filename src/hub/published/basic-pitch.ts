/** Basic Pitch (Bittner et al. 2022), some 17,000 weights that find the notes of any number of voices: the ONNX graph of its package. */
import type { PublishedGraph } from './graph.js';

export const basicPitch: PublishedGraph = {
  description: 'Basic Pitch, a convolutional network for the notes of polyphonic recordings',
  task: 'notes',
  licence: 'Apache 2.0, Copyright 2022 Spotify AB',
  citation: [
    'Rachel M. Bittner, Juan José Bosch, David Rubinstein, Gabriel Meseguer-Brocal, Sebastian Ewert: A Lightweight Instrument-Agnostic Model for Polyphonic Note Transcription and Multipitch Estimation. ICASSP 2022. arXiv:2203.09893',
  ],
  dataset: 'GuitarSet, iKala, MAESTRO, MedleyDB-Pitch and Slakh, as its authors list them',
  protocol: '22.05 kHz, windows of 2 s, a frame every 11.6 ms, 88 semitones from 27.5 Hz',
  reported: null,
  source: {
    kind: 'wheel',
    requirement: 'basic-pitch==0.4.0',
    file: 'basic_pitch-0.4.0-py2.py3-none-any.whl',
    sha256: '738adb503aae7fdfc7d1e1511aa0ce35052315f260a19531ef4c356708425db0',
    bytes: 758_279,
    platform: 'any',
  },
  origin: 'basic_pitch/saved_models/icassp_2022/nmp.onnx',
  files: {
    'basic_pitch/saved_models/icassp_2022/nmp.onnx': 'model.onnx',
    'basic_pitch-0.4.0.dist-info/LICENSE': 'LICENSE',
    'basic_pitch-0.4.0.dist-info/NOTICE': 'NOTICE',
  },
};
