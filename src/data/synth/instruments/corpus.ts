/** Writes a corpus of instruments: piano or other, and the families of General MIDI. */
import { dirname, join } from 'node:path';
import { startMp3Encoder } from '../../../audio/encode/mp3.js';
import { explainWriteError, makeFolder, writeWhole } from '../../../base/files.js';
import { type Progress, silentProgress } from '../../../base/progress.js';
import { SPLITS, type Split } from '../../dataset.js';
import { checkTarget, checkWhole, markText, SYNTHETIC_MARK } from '../mark.js';
import { writeMissingClips } from '../write-clips.js';
import { BANKS, type BankName, loadBank } from './banks.js';
import { choosingSplit, type InstrumentPlan, planInstruments } from './plan.js';
import type { PianoDefinition } from './programs.js';
import { INSTRUMENT_RATE, renderPlayers } from './render.js';
import { type LoadedBank, loadSynthesiser, PACKAGES } from './synthesiser.js';

/** Changes whenever the same options would give other bytes. */
const VERSION = 2;

const STATEMENT =
  'SYNTHETIC corpus: the music was drawn by polytag and played on sampled instruments. Numbers measured on it are of ' +
  'those instruments, and say little about recordings of real ones.';

/** MP3 of one channel, in kbit/s. */
const BIT_RATE = 64;

export interface InstrumentOptions {
  /** Folder to write to: empty, absent, or holding (a part of) the very same corpus. */
  out: string;
  /** Number of recordings, 40 to 100,000. */
  clips: number;
  /** Length of a recording in whole seconds, 2 to 60. */
  seconds: number;
  seed: number;
  /** What the class piano is. Default: acoustic. */
  pianos?: PianoDefinition;
  /** Receives the recordings done; stopped at the end, also after a failure. */
  progress?: Progress;
  /** Stops after a recording; the same call goes on from there. */
  signal?: AbortSignal;
}

export interface InstrumentSummary {
  out: string;
  clips: number;
  seconds: number;
  seed: number;
  /** Recordings by split and class. */
  splits: Record<Split, { piano: number; other: number }>;
  /** Recordings of the balanced part, by split; all families alike. */
  families: { count: number; recordings: Record<Split, number> };
  /** Banks with their licences. */
  banks: { name: string; licence: string }[];
  /** Made now, and by earlier, interrupted calls. */
  rendered: number;
  kept: number;
}

/**
 * Renders General MIDI instruments into `train`, `validation` and `test`, each with the folders `piano` and `other`, which
 * the data set `folder` reads; `tracks.csv` beside them names program, family, bank and split, for the data set `tracks`.
 * FluidR3Mono, MuseScore_General and SONiVOX train and validate, TimGM6mb tests; the instruments that train are changed at
 * random. The column `choosing` is another split, without TimGM6mb, in which SONiVOX tests. The same options give the same bytes under one version of
 * Node. Called again after an interruption it makes what is missing; the table comes last.
 *
 * @throws UsageError for sizes out of range, a folder that holds something else, or packages that are not installed
 * @throws Failure when the disk is full or the folder cannot be written
 */
export async function generateInstruments(options: InstrumentOptions): Promise<InstrumentSummary> {
  const { progress = silentProgress } = options;
  try {
    return await writeInstruments(options, progress);
  } finally {
    progress.stop();
  }
}

async function writeInstruments(options: InstrumentOptions, progress: Progress): Promise<InstrumentSummary> {
  const { out, clips, seconds, seed, pianos = 'acoustic', signal } = options;
  checkWhole('clips', clips, 40, 100_000);
  checkWhole('seconds', seconds, 2, 60);
  checkWhole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const mark = markText(
    { kind: 'piano', version: VERSION, seed, clips, seconds, pianos, packages: PACKAGES },
    STATEMENT,
  );
  await checkTarget(out, mark);
  const synthesiser = await loadSynthesiser();
  const banks = new Map<BankName, LoadedBank>();
  for (const name of Object.keys(BANKS) as BankName[]) banks.set(name, await loadBank(synthesiser, name));
  const plan = planInstruments(clips, seed, pianos);
  try {
    for (const folder of new Set(plan.map(({ path }) => dirname(path)))) await makeFolder(join(out, folder));
  } catch (error) {
    throw explainWriteError(out, error);
  }
  await writeWhole(join(out, SYNTHETIC_MARK), mark);
  const encode = await startMp3Encoder();
  const rendered = await writeMissingClips(plan, {
    pathOf: (own) => join(out, own.path),
    render(own) {
      const samples = renderPlayers(synthesiser, banks.get(own.bank)!, own, {
        ...{ seconds, seed, name: own.id },
        varied: own.split === 'train',
      });
      return encode([samples], { sampleRate: INSTRUMENT_RATE, bitRate: BIT_RATE });
    },
    ...{ noun: 'recording', progress, signal },
  });
  await writeWhole(join(out, 'tracks.csv'), tracksTable(plan));
  return summaryOf(options, plan, rendered);
}

/** One row per recording; several instruments are joined by `+`. */
function tracksTable(plan: readonly InstrumentPlan[]): string {
  const rows = plan.map((row) => {
    const { id, path, split, class: own, family, balanced, bank, programs, drums } = row;
    return [
      ...[id, path, split, choosingSplit(row) ?? '', own, family ?? '', balanced ? 'yes' : 'no'],
      ...[BANKS[bank].title, [...programs.map(({ name }) => name), ...(drums ? ['drums'] : [])].join('+')],
    ].join(',');
  });
  return `${['id,path,split,choosing,class,family,balanced,bank,instruments', ...rows].join('\n')}\n`;
}

function summaryOf(
  { out, clips, seconds, seed }: InstrumentOptions,
  plan: readonly InstrumentPlan[],
  rendered: number,
): InstrumentSummary {
  const count = (test: (own: InstrumentPlan) => boolean): number => plan.filter(test).length;
  const perSplit = <Value>(of: (split: Split) => Value): Record<Split, Value> =>
    Object.fromEntries(SPLITS.map((split) => [split, of(split)])) as Record<Split, Value>;
  return {
    ...{ out, clips, seconds, seed },
    splits: perSplit((split) => ({
      piano: count((own) => own.split === split && own.class === 'piano'),
      other: count((own) => own.split === split && own.class === 'other'),
    })),
    families: {
      count: new Set(plan.map(({ family }) => family).filter((family) => family !== null)).size,
      recordings: perSplit((split) => count((own) => own.split === split && own.balanced)),
    },
    banks: Object.values(BANKS).map(({ title, licence }) => ({ name: title, licence })),
    rendered,
    kept: plan.length - rendered,
  };
}
