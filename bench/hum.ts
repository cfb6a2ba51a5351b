/**
 * The place of the right song for hums among many others, and the time of a search. Run it by `npm run bench:hum -- DATA
 * FOLDER`, after the set-up: DATA holds `hums/` (hums.csv, notes/*.json), and FOLDER holds scores of other songs. The tunes are the labels
 * that all voices share, in sixteenths. A song of the folder that is the same melody as a tune,
 * note by note, is at the same distance: equal distances share the best place, and how many places they share is printed. With
 * `-- DATA FOLDER HUMS` also those of a folder of hums of the same tunes, as the data set `hums` has them, such as one of `polytag
 * data synth --kind hums`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHums } from '../src/data/sets/hums/recordings.js';
import { openTracker } from '../src/transcription/files/open-tracker.js';
import { readScores } from '../src/transcription/files/read-scores.js';
import { transcribeFile } from '../src/transcription/files/transcribe-file.js';
import { type MelodyNote, melodyOf, type Song } from '../src/transcription/songs/song.js';
import { SongSearch } from '../src/transcription/songs/song-search.js';
import { TRACKER_NAMES, type TrackerName } from '../src/transcription/trackers/index.js';

interface Labels {
  tempo_bpm: number;
  notes: { onset: number; offset: number; midi: number }[];
}

const [data, folder, more] = process.argv.slice(2);
if (folder === undefined) throw new Error('Give the folder that holds hums/, and a folder of scores.');
const print = (line: string): void => void process.stdout.write(`${line}\n`);
/** Distances closer than this are equal. */
const EQUAL = 1e-9;

const { hums } = await readHums(join(data, 'hums'));
const labels = new Map<string, Labels[]>();
for (const { notes, tune } of hums) {
  const own = JSON.parse(await readFile(notes!, 'utf8')) as Labels;
  labels.set(tune, [...(labels.get(tune) ?? []), own]);
}

/** The score that all voices sing: from each note to the next, the median in sixteenths. */
function scoreOf(tune: string, voices: readonly Labels[]): Song {
  const [{ notes }] = voices;
  let now = 0;
  const score = notes.map(({ midi }, i): MelodyNote => {
    const sixteenths = voices
      .map(({ tempo_bpm: tempo, notes: own }) => {
        const next = own[i + 1]?.onset ?? own[i].offset;
        return (4 * (next - own[i].onset) * tempo) / 60;
      })
      .sort((a, b) => a - b);
    const onset = now;
    now += Math.max(1, Math.round(sixteenths[voices.length >> 1]));
    return { onset, offset: now, pitch: midi };
  });
  return { id: tune, title: tune, melodies: [melodyOf(score)!] };
}
const tunes = new Map([...labels].map(([tune, voices]) => [tune, scoreOf(tune, voices)]));
const { songs } = await readScores(folder);
const search = new SongSearch([...songs, ...tunes.values()]);
print(`${hums.length} hums of ${tunes.size} tunes among ${songs.length} other songs`);

/** The notes after the first quarter of a hum. */
function withoutBeginning(notes: MelodyNote[]): MelodyNote[] {
  const begin = notes[0].onset + (notes[notes.length - 1].offset - notes[0].onset) / 4;
  return notes.filter(({ onset }) => onset >= begin);
}

/** Recordings with the tunes that they are of. */
interface Queries {
  of: string;
  recordings: { audio: string; tune: string }[];
}

const queries: Queries[] = [{ of: 'hums', recordings: hums }];
if (more !== undefined) queries.push({ of: more, recordings: (await readHums(more)).hums });

interface Hummed {
  tune: string;
  notes: MelodyNote[];
}

async function transcribeAll(name: TrackerName, { recordings }: Queries): Promise<Hummed[]> {
  const tracker = await openTracker(name);
  const all: Hummed[] = [];
  for (const { audio, tune } of recordings) {
    const { notes } = await transcribeFile({ audio, tracker, settings: {}, damage: 'keep-good-part' });
    all.push({ tune, notes });
  }
  tracker.dispose();
  return all;
}

function rank(hummed: readonly Hummed[], name: string): void {
  const times: number[] = [];
  const places = hummed.map(({ tune, notes }) => {
    const begin = process.cpuUsage();
    const found = search.find(notes, { count: 100 });
    const { user, system } = process.cpuUsage(begin);
    times.push((user + system) / 1000);
    const own = found.find(({ song }) => song.id === tune)?.distance ?? Infinity;
    const nearer = found.filter(({ distance }) => distance < own - EQUAL).length;
    const equal = found.filter(({ distance }) => Math.abs(distance - own) <= EQUAL).length;
    const place = own === Infinity ? Infinity : nearer + 1;
    if (place > 1) print(`  ${tune}: place ${place}, behind ${found[0]?.song.id ?? 'none'}`);
    return { place, equal };
  });
  const within = (most: number): number => places.filter(({ place }) => place <= most).length;
  const mrr = places.reduce((sum, { place }) => sum + 1 / place, 0) / places.length;
  const shared = places.filter(({ equal }) => equal > 1).length;
  times.sort((a, b) => a - b);
  print(
    `${name}: first ${within(1)}, among the first 5 ${within(5)}, 10 ${within(10)} of ${places.length}; MRR ${mrr.toFixed(3)}; ${shared} share their place with the same melody; ${times[times.length >> 1].toFixed(0)} ms of one core a search`,
  );
}

for (const name of TRACKER_NAMES)
  for (const some of queries) {
    const hummed = await transcribeAll(name, some);
    rank(hummed, `${name}, ${some.of}, whole`);
    rank(
      hummed.map(({ tune, notes }) => ({ tune, notes: withoutBeginning(notes) })),
      `${name}, ${some.of}, without the first quarter`,
    );
  }
