/** Transcription in Chromium: the notes of Node, by both trackers. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelsFolder } from '../../src/base/package.js';
import { loadEngine } from '../../src/engine/engine.js';
import { transcriptionJson } from '../../src/transcription/outputs/json.js';
import { swiftF0Tracker } from '../../src/transcription/trackers/swift-f0.js';
import { transcribe } from '../../src/transcription/transcribe.js';
import { launchChromium } from '../chromium.js';
import { isMissing } from '../requirements.js';
import { inTime, sing, VOICE_RATE } from './voice.js';

const graph = join(modelsFolder(), 'swift-f0', 'model.onnx');
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

/** What the page runs: `swift` by the network, else by pYIN. */
const PAGE = `
  import { openSwiftF0, pyinTracker, toMidi, toMusicXml, transcribe, transcriptionJson } from './src/transcription/index.ts';
  window.hear = async (samples, sampleRate, swift) => {
    const tracker = swift
      ? await openSwiftF0(new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer()), { wasmPaths: '/' })
      : pyinTracker();
    const result = await transcribe({ samples: Float32Array.from(samples), sampleRate }, {}, tracker);
    const begin = performance.now();
    await transcribe({ samples: Float32Array.from(samples), sampleRate }, {}, tracker);
    const ms = performance.now() - begin;
    return { json: transcriptionJson(result), bytes: toMidi(result).length, bars: toMusicXml(result, { shortest: 16 }).split('<measure').length, ms };
  };
`;

describe.skipIf(await isMissing('chromium'))('transcription in Chromium', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const root = join(import.meta.dirname, '..', '..');
    const { outputFiles } = await build({
      stdin: { contents: PAGE, resolveDir: root, loader: 'ts' },
      ...{ bundle: true, write: false, format: 'esm', platform: 'browser', logLevel: 'error' },
    });
    server = createServer(async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const type =
        path === '/' ? 'text/html' : path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      response.setHeader('content-type', type);
      if (path === '/') response.end('<!doctype html><script type="module" src="/page.js"></script>');
      else if (path === '/page.js') response.end(outputFiles[0].text);
      else if (path === '/model.onnx') response.end(await readFile(graph));
      else response.end(await readFile(join(wasm, basename(path))).catch(() => ''));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server?.close());

  const samples = sing(inTime([57, 57, 60, 64, 62, 60, 57, 55, 57], 0.35, 0.05), 4, {
    vibrato: 0.4,
    glide: 0.05,
  });

  it.for([false, true])('gives Node’s notes (by SwiftF0: %s)', { timeout: 120_000 }, async (swift, ctx) => {
    ctx.skip(swift && !existsSync(graph), 'swift-f0 was not pulled');
    await loadEngine('wasm');
    const tracker = swift ? swiftF0Tracker(await readFile(graph), { fMin: 65, fMax: 1050 }) : undefined;
    const here = transcriptionJson(await transcribe({ samples, sampleRate: VOICE_RATE }, {}, tracker));
    tracker?.dispose();
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.waitForFunction('window.hear');
      const there = (await page.evaluate(`window.hear([${samples.join()}], ${VOICE_RATE}, ${swift})`)) as {
        json: typeof here;
        bytes: number;
        bars: number;
        ms: number;
      };
      expect(there.json).toEqual(here);
      expect(here.notes.length).toBe(9);
      expect(there.bytes).toBeGreaterThan(100);
      expect(there.bars).toBeGreaterThan(1);
      if (process.env.POLYTAG_TEST_TIMES)
        process.stderr.write(`4 s in the page: ${there.ms.toFixed(0)} ms\n`);
    } finally {
      await browser.close();
    }
  });
});
