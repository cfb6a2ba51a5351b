/** SwiftF0 from its published graph, held to its authors' package. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../src/base/errors.js';
import { modelsFolder } from '../../src/base/package.js';
import { loadEngine } from '../../src/engine/engine.js';
import { pullModels } from '../../src/hub/pull.js';
import { midiOf, segmentNotes } from '../../src/transcription/segment.js';
import { swiftF0Tracker } from '../../src/transcription/trackers/swift-f0.js';
import { VoiceFrameStream, type VoiceFrames } from '../../src/transcription/voice-frames.js';
import { availableEngines } from '../engine/available.js';
import { readGoldenJson } from '../golden/read.js';
import { melody } from '../golden/signals.js';

interface Golden {
  swiftF0: { hz: number[]; confidence: number[]; level: number[]; notes: [number, number, number][] };
}

const file = join(modelsFolder(), 'swift-f0', 'model.onnx');
const problem = existsSync(file)
  ? null
  : await pullModels(['swift-f0'], { log: () => {} }).then(
      () => null,
      (error: unknown) => `swift-f0 cannot be fetched: ${messageOf(error)}`,
    );

const { swiftF0 } = readGoldenJson<Golden>('transcription');

describe.each(availableEngines)('on %s', (engine) => {
  let frames: VoiceFrames;
  beforeAll(async () => {
    if (problem) return;
    await loadEngine(engine);
    const tracker = swiftF0Tracker(await readFile(file));
    const stream = new VoiceFrameStream(tracker);
    await stream.push(melody());
    frames = await stream.finish();
    tracker.dispose();
  });

  it('has its authors’ pitch, confidence and level to 1e-4', (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    expect(frames.hz.length).toBe(swiftF0.hz.length);
    for (const [t, hz] of swiftF0.hz.entries()) {
      expect(Math.abs(frames.hz[t] / hz - 1)).toBeLessThan(1e-4);
      expect(Math.abs(frames.confidence[t] - swiftF0.confidence[t])).toBeLessThan(1e-4);
      // Levels here have a floor of −140 dB, there of −140 dB by another rule.
      if (swiftF0.level[t] > -130) expect(Math.abs(frames.level[t] - swiftF0.level[t])).toBeLessThan(1e-2);
    }
  });

  it('gives the notes of its authors’ segmentation', (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    const notes = segmentNotes(frames, { hold: 0.08 });
    expect(notes.length).toBe(swiftF0.notes.length);
    for (const [i, [start, end, pitch]] of swiftF0.notes.entries()) {
      expect(Math.abs(notes[i].onset - start)).toBeLessThan(0.017);
      expect(Math.abs(notes[i].offset - end)).toBeLessThan(0.017);
      expect(Math.abs(notes[i].pitch - pitch)).toBeLessThan(0.1);
    }
  });

  it('is the same in windows as whole', async (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    const samples = new Float32Array(2 * melody().length);
    samples.set(melody(), 1000);
    samples.set(melody(), melody().length);
    const tracker = swiftF0Tracker(await readFile(file));
    const windows = new VoiceFrameStream(tracker);
    await windows.push(samples);
    const whole = new VoiceFrameStream({ ...tracker, window: 1e9 });
    await whole.push(samples);
    const [found, wanted] = [await windows.finish(), await whole.finish()];
    tracker.dispose();
    for (const [t, hz] of wanted.hz.entries()) {
      if (wanted.confidence[t] < 0.5) continue;
      expect(Math.abs(100 * (midiOf(found.hz[t]) - midiOf(hz)))).toBeLessThan(0.1);
      expect(Math.abs(found.confidence[t] - wanted.confidence[t])).toBeLessThan(1e-4);
    }
  });
});

it('refuses a range without a pitch, and a file that is not the graph', async (ctx) => {
  ctx.skip(problem !== null, problem ?? '');
  const bytes = await readFile(file);
  expect(() => swiftF0Tracker(bytes, { fMin: 2500, fMax: 3000 })).toThrow(
    'SwiftF0 finds pitches from 46.875 to 2093.75 Hz, of which 2500 to 3000 Hz has none.',
  );
  expect(() => swiftF0Tracker(bytes.subarray(0, 1000))).toThrow();
});
