/** Transcription in Chromium: the notes of Node, by every tracker. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { loadEngine } from '../../src/engine/engine.js';
import type { PitchTracker } from '../../src/transcription/f0.js';
import { type TranscriptionJson, transcriptionJson } from '../../src/transcription/outputs/json.js';
import { readBasicPitch } from '../../src/transcription/polyphonic/basic-pitch.js';
import { transcribePolyphonic } from '../../src/transcription/polyphonic/transcribe.js';
import { pitchTrackers, TRACKER_NAMES, type TrackerName } from '../../src/transcription/trackers/index.js';
import { VOICE_RANGE } from '../../src/transcription/trackers/pyin.js';
import { transcribe } from '../../src/transcription/transcribe.js';
import { launchChromium } from '../chromium.js';
import { GOLDEN_RATE, melody } from '../golden/signals.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { isMissing } from '../requirements.js';
import {
  graphPath,
  openTranscription,
  serveTranscription,
  transcribeFileIn,
  transcribeSamplesIn,
} from './page.js';
import { inTime, sing, VOICE_RATE } from './voice.js';

const hums = referencePath('data', 'hums', 'audio');

async function openHere(name: TrackerName): Promise<PitchTracker> {
  await loadEngine('wasm');
  const { open, needs } = pitchTrackers[name];
  return open(VOICE_RANGE, needs ? await readFile(graphPath('swift-f0')) : new Uint8Array(0));
}

describe.skipIf(await isMissing('chromium'))('transcription in Chromium', () => {
  let server: Awaited<ReturnType<typeof serveTranscription>>;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    server = await serveTranscription(hums);
    browser = await launchChromium();
    page = await browser.newPage();
    await openTranscription(page, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const samples = sing(inTime([57, 57, 60, 64, 62, 60, 57, 55, 57], 0.35, 0.05), 4, {
    vibrato: 0.4,
    glide: 0.05,
  });

  it.for(TRACKER_NAMES)('gives Node’s notes by %s', { timeout: 120_000 }, async (name, ctx) => {
    ctx.skip(name === 'swift-f0' && !existsSync(graphPath('swift-f0')), 'swift-f0 was not pulled');
    const tracker = await openHere(name);
    const here = transcriptionJson(await transcribe({ samples, sampleRate: VOICE_RATE }, {}, tracker));
    tracker.dispose();
    const there = await transcribeSamplesIn(page, { samples, sampleRate: VOICE_RATE }, name);
    expect(there.json).toEqual(here);
    expect(here.notes.length).toBe(9);
    expect(there.bytes).toBeGreaterThan(100);
    expect(there.bars).toBeGreaterThan(0);
  });

  it('gives Node’s notes of chords by basic-pitch', { timeout: 120_000 }, async (ctx) => {
    ctx.skip(!existsSync(graphPath('basic-pitch')), 'basic-pitch was not pulled');
    await loadEngine('wasm');
    const chords = melody().subarray(0, 4 * GOLDEN_RATE);
    const network = readBasicPitch(await readFile(graphPath('basic-pitch')));
    const here = transcriptionJson(
      transcribePolyphonic({ samples: chords, sampleRate: GOLDEN_RATE }, network),
    );
    network.dispose();
    const there = await transcribeSamplesIn(
      page,
      { samples: chords, sampleRate: GOLDEN_RATE },
      'basic-pitch',
    );
    expect(JSON.stringify(there.json)).toBe(JSON.stringify(here));
    expect(here.notes.length).toBeGreaterThan(9);
  });

  /** Nine of the 60, of nine tunes and all voices; the others in `npm run bench:transcription-page`. */
  it.for(TRACKER_NAMES)('gives Node’s file of hums by %s', { timeout: 240_000 }, async (name, ctx) => {
    needsShared(ctx);
    ctx.skip(name === 'swift-f0' && !existsSync(graphPath('swift-f0')), 'swift-f0 was not pulled');
    const files = hasReference ? readdirSync(hums).sort() : [];
    const chosen = files.filter((_, i) => i % 7 === 0);
    const tracker = await openHere(name);
    const here = async (): Promise<TranscriptionJson[]> => {
      const results: TranscriptionJson[] = [];
      for (const file of chosen) {
        const { channels, sampleRate } = await decodeAudio(`${hums}/${file}`, { mono: true });
        results.push(transcriptionJson(await transcribe({ samples: channels[0], sampleRate }, {}, tracker)));
      }
      return results;
    };
    const there = async (): Promise<TranscriptionJson[]> => {
      const results: TranscriptionJson[] = [];
      for (const file of chosen) results.push((await transcribeFileIn(page, file, name)).json);
      return results;
    };
    const [node, chromium] = await Promise.all([here(), there()]);
    tracker.dispose();
    expect(node.length).toBe(9);
    for (const [i, json] of node.entries())
      expect(JSON.stringify(chromium[i]), chosen[i]).toBe(JSON.stringify(json));
  });
});
