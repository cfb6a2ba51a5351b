/** The features in a browser: the compiled modules as they are, without a bundler, give Node's numbers. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { launchChromium } from '../chromium.js';
import { isMissing } from '../requirements.js';

const dist = join(import.meta.dirname, '..', '..', 'dist');

/** Sums of features of a made signal, which tell every difference; runs here and there. */
const PROGRAM = `
  const at = (path) => import(base + path);
  const samples = Float32Array.from({ length: 40000 }, (_, n) => Math.sin(n * 0.05) * Math.sin(n * n * 1e-6) + 0.01 * Math.sin(n * n));
  const rate = 16000;
  const sum = (values) => Array.from(values).reduce((total, value, i) => total + (Number.isFinite(value) ? value : 0) * (1 + (i % 97)), 0);
  const { logMelSpectrogram } = await at('features/mel.js');
  const { spectrogram } = await at('features/stft.js');
  const { resample } = await at('audio/resample.js');
  const { mfcc } = await at('features/timbre/mfcc.js');
  const { cqt } = await at('features/harmony/cqt.js');
  const { chromaStft } = await at('features/harmony/chroma-stft.js');
  const { onsetStrength } = await at('features/rhythm/onset-strength.js');
  const { yin } = await at('features/pitch/yin.js');
  const { encodeWav } = await at('audio/encode/wav.js');
  const everything = await at('features/index.js');
  const settings = { sampleRate: rate, nFft: 512, hopLength: 256, melBands: 96 };
  return {
    logMel: sum(logMelSpectrogram(samples, settings).values),
    stft: sum(spectrogram(samples, settings, 1).values),
    resample: sum(resample(samples, 44100, 16000)),
    mfcc: sum(mfcc(samples, { ...settings, nMfcc: 20 }).values),
    cqt: sum(cqt(samples, { sampleRate: rate, hopLength: 256 }).values),
    chroma: sum(chromaStft(samples, { sampleRate: rate, nFft: 2048, hopLength: 256 }).values),
    onset: sum(onsetStrength(samples, { sampleRate: rate, hopLength: 256 })),
    yin: sum(yin(samples, { sampleRate: rate, hopLength: 256, fMin: 65, fMax: 2093 })),
    wav: encodeWav([samples], rate).length,
    exports: Object.keys(everything).length,
  };
`;

describe.skipIf(await isMissing('chromium'))('features in Chromium', () => {
  it('are those of Node, to the bit', { timeout: 120_000 }, async () => {
    const server = createServer(async (request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      const html = path === '/';
      response.setHeader('content-type', html ? 'text/html' : 'text/javascript');
      response.end(html ? '<!doctype html>' : await readFile(join(dist, path)).catch(() => ''));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const there = await page.evaluate(`(async (base) => {${PROGRAM}})(${JSON.stringify(url)})`);
      const script = `const run = async (base) => {${PROGRAM}};
        console.log(JSON.stringify(await run(${JSON.stringify(`${pathToFileURL(dist).href}/`)})));`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
      expect(JSON.parse(stdout)).toEqual(there);
      for (const [name, value] of Object.entries(there as Record<string, number>))
        expect(Math.abs(value), name).toBeGreaterThan(0);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
