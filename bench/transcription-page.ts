/**
 * Transcription in a page, beside Node on the same engine, as docs/transcription.md has it: the time for 10 s of a real
 * singer, and in how many of 60 hums the two write the same file. Run it by `npm run bench:transcription-page -- DATA`, after
 * the set-up, where Chromium is installed: DATA holds `hums/` and `singing/`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeAudio } from '../src/audio/decode.js';
import { loadEngine } from '../src/engine/engine.js';
import { openTracker } from '../src/transcription/files/open-tracker.js';
import { transcriptionJson } from '../src/transcription/outputs/json.js';
import { TRACKER_NAMES } from '../src/transcription/trackers/index.js';
import { transcribe } from '../src/transcription/transcribe.js';
import { launchChromium } from '../test/chromium.js';
import {
  openTranscription,
  type PageTranscription,
  serveTranscription,
  transcribeFileIn,
} from '../test/transcription/page.js';

const [data] = process.argv.slice(2);
if (data === undefined) throw new Error('Give the folder that holds hums/ and singing/.');
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

const ROUNDS = 11;
const hums = join(data, 'hums', 'audio');
const files = (await readdir(hums)).sort();
const { channels, sampleRate } = await decodeAudio(join(data, 'singing', 'vocadito_1_first.flac'), {
  ...{ mono: true, sampleRate: 16_000, duration: 10 },
});
const ten = { samples: channels[0], sampleRate };

await loadEngine('wasm');
const server = await serveTranscription(hums);
const browser = await launchChromium();
const page = await browser.newPage();
await openTranscription(page, server.url);
await page.evaluate(`window.ten = Float32Array.from([${ten.samples.join()}])`);

/** Processor time of the page's thread in ms: on a busy machine less than what passes. */
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable', { timeDomain: 'threadTicks' });
async function used(): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
}

for (const name of TRACKER_NAMES) {
  const tracker = await openTracker(name);
  const [inNode, inPage]: number[][] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    await transcribe(ten, {}, tracker);
    const { user, system } = process.cpuUsage(cpu);
    const node = Math.min(performance.now() - begin, (user + system) / 1000);
    const before = await used();
    const { ms } = await page.evaluate<PageTranscription>(
      `window.transcribeSamples(window.ten, ${sampleRate}, '${name}')`,
    );
    const inThread = Math.min(ms, (await used()) - before);
    // The first compiles.
    if (round === 0) continue;
    inNode.push(node);
    inPage.push(inThread);
  }
  print(
    `${name}, 10 s on WebAssembly: ${median(inPage).toFixed(0)} ms in the page, ${median(inNode).toFixed(0)} ms in Node; ratio ${(median(inPage) / median(inNode)).toFixed(2)}`,
  );
  let same = 0;
  for (const file of files) {
    const decoded = await decodeAudio(await readFile(join(hums, file)), { mono: true });
    const here = await transcribe(
      { samples: decoded.channels[0], sampleRate: decoded.sampleRate },
      {},
      tracker,
    );
    const { json } = await transcribeFileIn(page, file, name);
    if (JSON.stringify(json) === JSON.stringify(transcriptionJson(here))) same++;
  }
  print(`${name}: the same file in ${same} of ${files.length} hums`);
  tracker.dispose();
}
await browser.close();
server.close();
