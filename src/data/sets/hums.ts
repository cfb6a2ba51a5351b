/** Hummed, sung or whistled songs with their notes: MIR-QBSH, or amateurs' recordings in folders by voice. */
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { PITCH_LABELS } from '../../models/heads/pitch.js';
import { assembleDataset, syntheticStatement } from '../assemble.js';
import { defineDataSet, parseOptions } from '../data-set.js';
import type { Dataset, Example, Split } from '../dataset.js';
import { summarise } from '../import-summary.js';
import { kFold, kFoldOptions, shuffle, shuffleOptions, type TrackSplits } from '../split/random.js';
import { type HumWithPitch, readPitch } from './hums/pitch-truth.js';
import { type Hum, readHums } from './hums/recordings.js';
import { indicators } from './tracks/labelled-tracks.js';

// Citation and licence

const CITATION =
  'J.-S. R. Jang: MIR-QBSH corpus. Multimedia Information Retrieval Lab, Tsing Hua University, Taiwan, 2006.';
const LICENCE = 'not stated; a corpus for research';

// Options

const voicesOptions = z.strictObject({
  kind: z.literal('voices').describe('The voices that validate and test by name; the others train.'),
  validation: z.array(z.string()).min(1).describe('Voices of the validation split.'),
  test: z.array(z.string()).min(1).describe('Voices of the test split.'),
});

export const humsOptions = z.strictObject({
  set: z.literal('hums').describe('Hummed songs: the songs are the classes, and no voice is in two splits.'),
  root: z
    .string()
    .default('data/hums')
    .describe(
      'Folder of VOICE/SONG.wav, MIR-QBSH (waveFile/YEAR/PERSON/SONG.wav), or a folder with a table hums.csv of the columns audio, tune, voice and notes. Notes (.mid, .csv, .json) lie beside a recording, or by the name of its song in midiFile or notes.',
    ),
  target: z
    .enum(['song', 'pitch'])
    .default('song')
    .describe(
      'What is predicted. song: which song it is; pitch: the pitch of each frame, from curves (NAME.f0.csv beside a recording or in the folder f0, rows of time and Hz, 0 where unvoiced) or else from notes with the times of the recording (NAME.csv or NAME.json beside it).',
    ),
  extra_training: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'Another folder of these forms, all of whose recordings train (of the songs of root, where songs are predicted), such as one of "npx polytag data synth --kind hums"; null for none.',
    ),
  split: z
    .discriminatedUnion('kind', [voicesOptions, kFoldOptions, shuffleOptions])
    .prefault({ kind: 'shuffle' })
    .describe('By voice: voices by name, folds of voices, or voices drawn at random.'),
});

type HumsOptions = z.output<typeof humsOptions>;

// Loader

/** Recordings of a folder with those of another one, which train. */
interface HumsToSplit<Own extends Hum> {
  own: Own[];
  extra: Own[];
  notes: string[];
}

async function loadHums(options: HumsOptions): Promise<Dataset> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const { hums, notes } = await readHums(root);
  return options.target === 'pitch'
    ? loadPitch(root, hums, notes, options)
    : loadSongs(root, hums, notes, options);
}

async function loadSongs(root: string, hums: Hum[], notes: string[], options: HumsOptions): Promise<Dataset> {
  const labels = [...new Set(hums.map(({ tune }) => tune))].sort();
  if (labels.length < 2)
    throw new UsageError(
      `data.root: ${root} has ${labels.length === 0 ? 'no recording' : 'recordings of one song'} in the form VOICE/SONG.wav; give a folder with at least two songs.`,
    );
  const without = hums.filter(({ notes: own }) => own === null);
  if (without.length > 0 && without.length < hums.length)
    notes.push(
      `${without.length} of ${hums.length} recordings have no notes; the first is ${without[0].id}.`,
    );
  const extra = options.extra_training === null ? [] : await extraHums(options.extra_training, labels, notes);
  return assembleHums(root, { own: hums, extra, notes }, options, {
    task: 'classification',
    labels,
    title: `${labels.length} classes (songs)`,
    targetsOf: ({ tune }) => ({ targets: indicators([labels.indexOf(tune)], labels.length) }),
  });
}

async function loadPitch(root: string, hums: Hum[], notes: string[], options: HumsOptions): Promise<Dataset> {
  if (hums.length === 0)
    throw new UsageError(
      `data.root: ${root} has no recording in the form VOICE/SONG.wav; give another folder.`,
    );
  const known = await readPitch(root, hums);
  notes.push(...known.notes);
  let extra: HumWithPitch[] = [];
  if (options.extra_training !== null) {
    const more = await readPitch(
      resolve(options.extra_training),
      await extraHums(options.extra_training, null, notes),
    );
    notes.push(...more.notes.map((note) => `Of the extra training recordings: ${note}`));
    extra = more.hums;
  }
  const dataset = await assembleHums(root, { own: known.hums, extra, notes }, options, {
    task: 'pitch',
    labels: [...PITCH_LABELS],
    title: 'the pitch of each frame',
    targetsOf: ({ pitch }) => ({ targets: new Float64Array(0), pitch }),
  });
  for (const { split, pitch } of dataset.examples)
    if (split === 'train' && pitch!.hertz.some((hz) => hz > 0)) return dataset;
  throw new UsageError(
    `data.target: no training recording of ${root} has a voiced frame, so there is nothing to learn; give curves or notes with pitches.`,
  );
}

async function assembleHums<Own extends Hum>(
  root: string,
  { own, extra, notes }: HumsToSplit<Own>,
  options: HumsOptions,
  of: {
    task: Dataset['task'];
    labels: string[];
    title: string;
    targetsOf(hum: Own): Pick<Example, 'targets' | 'pitch'>;
  },
): Promise<Dataset> {
  const drawn = splitVoices(own, options.split);
  const all = [...own, ...extra];
  const splits = drawn.splits.map((parts) => [...parts, ...extra.map((): Split => 'train')]);
  const voices = new Set(all.map(({ voice }) => voice)).size;
  const more = extra.length === 0 ? '' : `, ${extra.length} recordings more in training`;
  return assembleDataset(
    {
      name: basename(root),
      root,
      protocol: `${of.title}, ${countText(voices, 'voice')}, ${drawn.description}${more}`,
      task: of.task,
      labels: of.labels,
      examples: all.map(
        (hum, i): Example => ({
          ...{ id: hum.id, audio: hum.audio, lyrics: null, split: splits[0][i]! },
          ...{ song: null, artist: null, group: hum.voice, title: hum.tune },
          ...of.targetsOf(hum),
        }),
      ),
      synthetic: await syntheticStatement(root),
      notes: [...notes, ...drawn.notes],
      disjoint: ['group'],
      audioAdvice: 'check data.root',
      ...(splits.length > 1 && {
        folds: splits.map((parts) => new Map(all.map(({ id }, i) => [id, parts[i]!]))),
      }),
    },
    {
      noun: 'recording',
      emptySplit: ['data.split', 'give recordings of more voices or another split'],
      missingClass: ['data.split', 'give recordings of this song by more voices or another split'],
    },
  );
}

/**
 * Recordings of another folder, of the songs that are known, or of all where it is null; voices and ids are told from those of
 * the first by its name.
 */
async function extraHums(folder: string, labels: readonly string[] | null, notes: string[]): Promise<Hum[]> {
  const root = resolve(folder);
  await requireFolder(root, 'data.extra_training');
  const { hums: found, notes: own } = await readHums(root);
  notes.push(...own);
  const kept = labels === null ? found : found.filter(({ tune }) => labels.includes(tune));
  if (kept.length === 0)
    throw new UsageError(
      `data.extra_training: ${root} has no recording${labels === null ? '' : ' of a song of data.root'}; give another folder.`,
    );
  if (kept.length < found.length)
    notes.push(
      `${found.length - kept.length} of ${found.length} recordings of ${root} are of other songs and are left out.`,
    );
  const statement = await syntheticStatement(root);
  if (statement !== null) notes.push(`Of the extra training recordings: ${statement}`);
  const name = basename(root);
  return kept.map((hum) => ({ ...hum, id: `${name}/${hum.id}`, voice: `${name}/${hum.voice}` }));
}

function splitVoices(hums: readonly Hum[], options: HumsOptions['split']): TrackSplits {
  if (options.kind === 'voices') return namedVoices(hums, options);
  const tracks = hums.map(({ id, tune, voice }) => ({ id, group: voice, labels: [tune], further: [] }));
  const drawn = options.kind === 'k-fold' ? kFold(tracks, options) : shuffle(tracks, options);
  return { ...drawn, description: `by voice: ${drawn.description}` };
}

/** @throws UsageError for a name that no voice has, or that is in both splits */
function namedVoices(
  hums: readonly Hum[],
  { validation, test }: z.output<typeof voicesOptions>,
): TrackSplits {
  const known = [...new Set(hums.map(({ voice }) => voice))];
  const unknown = [...validation, ...test].find((voice) => !known.includes(voice.normalize()));
  if (unknown !== undefined)
    throw new UsageError(
      `data.split: there is no voice "${unknown}"; the voices are ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}.`,
    );
  const twice = validation.find((voice) => test.includes(voice));
  if (twice !== undefined)
    throw new UsageError(`data.split: the voice "${twice}" is to validate and to test; leave it out of one.`);
  const splitOf = new Map<string, Split>([
    ...validation.map((voice): [string, Split] => [voice.normalize(), 'validation']),
    ...test.map((voice): [string, Split] => [voice.normalize(), 'test']),
  ]);
  return {
    splits: [hums.map(({ voice }) => splitOf.get(voice) ?? 'train')],
    description: `by voice: ${test.join(', ')} in test, ${validation.join(', ')} in validation`,
    notes: [],
  };
}

/** MIR-QBSH: 4,431 recordings of 8 s, 8 kHz, of 48 songs by some 195 people, with the songs' MIDI files. */
export const hums = defineDataSet({
  title: 'Hummed songs: MIR-QBSH, or folders by voice',
  citation: CITATION,
  licence: LICENCE,
  homepage: 'http://mirlab.org/dataset/public/',
  download: null,
  import: {
    describe: 'Read a folder of hummed songs and report what was found',
    folder: 'Folder of VOICE/SONG.wav, MIR-QBSH, or a folder with hums.csv',
    options: {},
    run: async (root) => summarise(await loadHums(parseOptions(humsOptions, { set: 'hums', root }))),
  },
  options: humsOptions,
  load: loadHums,
});
