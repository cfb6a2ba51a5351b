/** A page that transcribes, served on this machine: for tests and benchmarks in Chromium. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Page } from 'playwright-core';
import { modelsFolder } from '../../src/base/package.js';
import type { TranscriptionJson } from '../../src/transcription/outputs/json.js';

/** What the page gives for a recording. */
export interface PageTranscription {
  json: TranscriptionJson;
  /** Size of the MIDI file. */
  bytes: number;
  /** Bars of the score; 0 where there is none. */
  bars: number;
  /** Milliseconds of the transcription, without decoding. */
  ms: number;
}

/** The graph of a published model on this machine, whether or not it is there. */
export const graphPath = (model: 'swift-f0' | 'basic-pitch'): string =>
  join(modelsFolder(), model, 'model.onnx');

const SCRIPT = `
  import { decodeAudio } from './src/audio/decode.ts';
  import { openBasicPitch, openPitchModel, openSwiftF0, pyinTracker, toMidi, toMusicXml, transcribe, transcribePolyphonic, transcriptionJson } from './src/transcription/index.ts';

  const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const open = {
    pyin: () => pyinTracker(),
    'swift-f0': async () => openSwiftF0(await bytesOf('/models/swift-f0/model.onnx'), { wasmPaths: '/wasm/' }),
    pitch: async () => {
      const description = await (await fetch('/models/pitch/model.json')).text();
      const weights = await bytesOf('/models/pitch/weights.safetensors');
      return openPitchModel({ description, weights }, { wasmPaths: '/wasm/' });
    },
    'basic-pitch': async () => openBasicPitch(await bytesOf('/models/basic-pitch/model.onnx'), { wasmPaths: '/wasm/' }),
  };
  const opened = {};
  window.transcribeSamples = async (samples, sampleRate, model) => {
    const tracker = await (opened[model] ??= open[model]());
    const begin = performance.now();
    const recording = { samples: Float32Array.from(samples), sampleRate };
    const result = tracker.track ? await transcribe(recording, {}, tracker) : transcribePolyphonic(recording, tracker);
    const ms = performance.now() - begin;
    const bars = result.f0 ? toMusicXml(result, { shortest: 16 }).split('<measure').length - 1 : 0;
    return { json: transcriptionJson(result), bytes: toMidi(result).length, bars, ms };
  };
  window.transcribeFile = async (path, model) => {
    const { channels: [samples], sampleRate } = await decodeAudio(await bytesOf(path), { mono: true });
    return window.transcribeSamples(samples, sampleRate, model);
  };
`;

const { resolve } = createRequire(import.meta.url);
const root = dirname(resolve('polytag/package.json'));

/** Modules that package.json leaves out in browsers are left out of the sources too. */
const withoutNode: Plugin = {
  name: 'without-node',
  setup({ onResolve, onLoad }) {
    const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      browser: Record<string, false>;
    };
    const left = Object.keys(browser).map((path) => join(root, path.replace('./dist/', 'src/')));
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) =>
      left.includes(join(resolveDir, path)) ? { path, namespace: 'left-out' } : null,
    );
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/**
 * Serves the page.
 *
 * @param recordings - a folder whose files are under `/recordings/`
 * @param pitchModel - a folder with a model that finds pitch, which the page opens as `pitch`
 * @returns its address, and what stops it
 */
export async function serveTranscription(
  recordings?: string,
  pitchModel?: string,
): Promise<{ url: string; close(): void }> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: root, loader: 'ts' },
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', logLevel: 'error' },
    plugins: [withoutNode],
  });
  const folders: Record<string, string | undefined> = {
    wasm: dirname(resolve('@tensorflow/tfjs-backend-wasm')),
    'models/swift-f0': dirname(graphPath('swift-f0')),
    'models/basic-pitch': dirname(graphPath('basic-pitch')),
    'models/pitch': pitchModel,
    recordings,
  };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const folder = folders[dirname(path).slice(1)];
    response.setHeader(
      'content-type',
      path === '/' ? 'text/html' : path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript',
    );
    if (path === '/') response.end('<!doctype html><script type="module" src="/page.js"></script>');
    else if (path === '/page.js') response.end(outputFiles[0].text);
    else if (folder === undefined) response.writeHead(404).end();
    else response.end(await readFile(join(folder, basename(path))).catch(() => ''));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  };
}

/** Opens the page. */
export async function openTranscription(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction('window.transcribeFile');
}

/** Transcribes a file of the folder `recordings` in the page. */
export const transcribeFileIn = (page: Page, file: string, model: string): Promise<PageTranscription> =>
  page.evaluate(
    `window.transcribeFile(${JSON.stringify(`/recordings/${encodeURIComponent(file)}`)}, '${model}')`,
  );

/** Transcribes samples in the page. */
export const transcribeSamplesIn = (
  page: Page,
  { samples, sampleRate }: { samples: Float32Array; sampleRate: number },
  model: string,
): Promise<PageTranscription> =>
  page.evaluate(`window.transcribeSamples([${samples.join()}], ${sampleRate}, '${model}')`);
