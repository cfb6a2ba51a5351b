/**
 * How often meter and pickup are found: of tunes as they are written, whole and cut to their first notes, and of hums. Run it
 * by `npm run bench:meter -- DATA ESSEN`, after the set-up: DATA holds `hums/`, and ESSEN the ABC files of the Essen
 * collection (`corpus/essenFolksong` of the PyPI wheel music21 10.5.1). Tunes in 2/4, 3/4 and 4/4 count, of which 2/4 is right
 * as half of 4/4.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { randomGenerator } from '../src/base/random.js';
import { transcribeFile } from '../src/transcription/files/transcribe-file.js';
import { placeOnGrid } from '../src/transcription/grid.js';
import type { GridNote } from '../src/transcription/grid-notes.js';
import { fitMeter, type Meter } from '../src/transcription/meter.js';
import { pyinTracker } from '../src/transcription/trackers/pyin.js';

const [data, essen] = process.argv.slice(2);
if (essen === undefined)
  throw new Error('Give the folder that holds hums/, and the folder of the Essen collection.');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A tune on the grid, and its bars. */
interface Tune extends Meter {
  placed: GridNote[];
}

const TOKEN = /(\()|(\|)|(-)|[\^_=]*([A-Ga-gz])[,']*(\d*)(\/*)(\d*)/g;

/** Bars and lengths of a tune; null for another meter, for tuplets, and where bars differ. */
function tuneOf(text: string): Tune | null {
  const [, count, unit] = /^M:\s*(\d+)\/(\d+)/m.exec(text) ?? [];
  const [, part] = /^L:\s*1\/(\d+)/m.exec(text) ?? [];
  if (unit !== '4' || !['2', '3', '4'].includes(count) || part === undefined) return null;
  const body = text.replace(/^[A-Z]:.*$/gm, '');
  const [placed, lines]: [GridNote[], number[]] = [[], []];
  let [at, isTied] = [0, false];
  for (const [, tuplet, bar, tie, letter, times, slashes, divisor] of body.matchAll(TOKEN)) {
    if (tuplet) return null;
    if (bar) lines.push(at);
    else if (tie) isTied = true;
    else {
      const share = slashes === '' ? 1 : divisor === '' ? 2 ** slashes.length : Number(divisor);
      const length = (96 / Number(part)) * (Number(times || 1) / share);
      const before = placed.at(-1);
      if (letter !== 'z' && isTied && before) before.length = at + length - before.begin;
      else if (letter !== 'z') placed.push({ note: placed.length, begin: at, length, onset: 0, offset: 0 });
      if (letter !== 'z') isTied = false;
      at += length;
    }
  }
  const [beats, ticks] = [Number(count), 24 * Number(count)];
  if (placed.length < 8 || lines.length === 0) return null;
  if (lines.filter((line) => (line - lines[0]) % ticks === 0).length < 0.95 * lines.length) return null;
  const pickup = ((((lines[0] - placed[0].begin) % ticks) + ticks) % ticks) / 24;
  return { beats, pickup, placed };
}

/** Prints the shares of tunes whose meter, whose pickup in the right meter, and whose both are found. */
function report(name: string, tunes: readonly Tune[]): void {
  const isSame = (found: Meter, { beats, pickup }: Meter): boolean =>
    beats === 2 ? (found.pickup - pickup) % 2 === 0 : found.pickup === pickup;
  const shared = (test: (tune: Tune) => boolean): string => {
    const right = tunes.filter(test).length;
    return `${right} of ${tunes.length} (${((100 * right) / tunes.length).toFixed(1)} %)`;
  };
  const written = ({ beats }: Meter): number => (beats === 3 ? 3 : 4);
  print(`${name}`);
  print(`  meter ${shared((tune) => fitMeter(tune.placed).beats === written(tune))}`);
  print(
    `  pickup, the meter given ${shared((tune) => isSame(fitMeter(tune.placed, { beats: written(tune) }), tune))}`,
  );
  print(
    `  both ${shared((tune) => {
      const found = fitMeter(tune.placed);
      return found.beats === written(tune) && isSame(found, tune);
    })}`,
  );
  print(`  no pickup is right ${shared(({ pickup }) => pickup === 0)}`);
}

const tunes: Tune[] = [];
for (const name of (await readdir(essen)).filter((file) => file.endsWith('.abc')).sort()) {
  const text = await readFile(join(essen, name), 'latin1');
  for (const part of text.split(/^(?=X:)/m)) {
    const tune = tuneOf(part);
    if (tune) tunes.push(tune);
  }
}
const random = randomGenerator(1, 'bench meter');
report('Tunes of the Essen collection, whole', tunes);
report(
  'Their first 10 to 24 notes',
  tunes.map((tune) => ({ ...tune, placed: tune.placed.slice(0, 10 + Math.floor(15 * random.uniform())) })),
);

/** As the tunes are usually written. */
const BARS: Record<string, Meter> = {
  'amazing-grace': { beats: 3, pickup: 1 },
  'auld-lang-syne': { beats: 4, pickup: 1 },
  'when-the-saints': { beats: 4, pickup: 3 },
};
const rows = parse<{ audio: string; tune: string }>(await readFile(join(data, 'hums', 'hums.csv'), 'utf8'), {
  columns: true,
});
const hums: Tune[] = [];
const tracker = pyinTracker();
for (const { audio, tune } of rows) {
  const path = join(data, 'hums', audio);
  const { notes, tempo } = await transcribeFile({
    audio: path,
    tracker,
    settings: {},
    damage: 'keep-good-part',
  });
  const placed = placeOnGrid(notes, tempo ?? 120, { shortest: 16 });
  hums.push({ ...(BARS[tune] ?? { beats: 4, pickup: 0 }), placed });
}
report('Hums, at the tempo that was fitted to them', hums);
