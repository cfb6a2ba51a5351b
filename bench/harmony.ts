/**
 * Keys, chords and melodies, as docs/harmony.md has them: Bach's chorales and folk tunes with an accompaniment, rendered by
 * two banks of instruments, by the rules of mir_eval; and the speed on ten minutes. Run it by `npm run bench:harmony --
 * WHEEL [PIECES]`, after the set-up: WHEEL is music21-10.5.1-py3-none-any.whl (`pip download music21==10.5.1 --no-deps`),
 * PIECES the number of chorales and of tunes. Default: 12.
 *
 * `--tuning` takes the pieces on which the constants were chosen instead of the others.
 */
import { resample } from '../src/audio/resample.js';
import type { BankName } from '../src/data/synth/instruments/banks.js';
import { type ChordScores, scoreChords } from '../src/eval/harmony/chord-overlap.js';
import { keyScore } from '../src/eval/harmony/key-score.js';
import { type MelodyScores, scoreMelody } from '../src/eval/harmony/melody-scores.js';
import { estimateChords } from '../src/features/harmony/chords.js';
import { CHORD_STEPS } from '../src/features/harmony/features.js';
import { harmonicChroma, harmonyHop } from '../src/features/harmony/harmonic-chroma.js';
import { estimateKey, keyName } from '../src/features/harmony/key.js';
import { DEFAULT_KEY_PROFILE, KEY_PROFILE_NAMES } from '../src/features/harmony/key-profiles.js';
import { keyChroma } from '../src/features/harmony/key-track.js';
import { featureKinds, settingsFor } from '../src/features/kinds.js';
import { melody } from '../src/features/melody/melody.js';
import { beatGrid } from '../src/features/rhythm/beat-grid.js';
import { readCorpus } from './harmony/corpus.js';
import { melodyTruth, type Piece } from './harmony/piece.js';
import { openPlayer } from './harmony/play.js';

const RATE = 16_000;
const MELODY_HOP = 256;
const BANKS: readonly BankName[] = ['fluid', 'sonivox'];
/** Seconds of the recording whose time is taken. */
const LONG = 600;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const isTuning = process.argv.includes('--tuning');
const [wheel, pieces = '12'] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (wheel === undefined) throw new Error('Give the wheel of music21 10.5.1.');

/** Scores of one rendered piece. */
interface Result {
  piece: Piece;
  /** By profile; null where the piece has no key. */
  keys: (number | null)[];
  found: string;
  chords: ChordScores;
  melody: MelodyScores | null;
}

function measure(piece: Piece, samples: Float32Array): Result {
  const hopLength = harmonyHop(RATE);
  const chroma = harmonicChroma(samples, { sampleRate: RATE, hopLength });
  const { segments } = estimateChords(chroma, hopLength / RATE, beatGrid(samples, RATE, CHORD_STEPS));
  const estimates = KEY_PROFILE_NAMES.map((profile) => estimateKey(keyChroma(chroma), profile));
  const own = estimates[KEY_PROFILE_NAMES.indexOf(DEFAULT_KEY_PROFILE)];
  const { key } = piece;
  let scores: MelodyScores | null = null;
  if (piece.melody !== null) {
    const { hertz } = melody(samples, { sampleRate: RATE, hopLength: MELODY_HOP });
    const times = Array.from(hertz, (_, t) => (t * MELODY_HOP) / RATE);
    scores = scoreMelody(melodyTruth(piece), { times, hertz });
  }
  return {
    piece,
    keys: estimates.map((estimate) => (key === null ? null : keyScore(key, estimate))),
    found: own === null ? 'none' : keyName(own),
    chords: scoreChords(piece.chords, segments),
    melody: scores,
  };
}

const mean = (values: readonly (number | null)[]): string => {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? '–' : (defined.reduce((a, b) => a + b, 0) / defined.length).toFixed(3);
};

function report(title: string, results: readonly Result[]): void {
  const withKey = results.filter(({ piece }) => piece.key !== null).length;
  print(`\n${title}, ${results.length} pieces, ${withKey} with a key`);
  for (const [i, name] of KEY_PROFILE_NAMES.entries())
    print(`  key by ${name.padEnd(10)} ${mean(results.map(({ keys }) => keys[i]))}`);
  const chords = (name: keyof ChordScores): string => mean(results.map((result) => result.chords[name]));
  print(`  chords: root ${chords('root')}, majmin ${chords('majmin')}, sevenths ${chords('sevenths')}`);
  const melodies = results.flatMap(({ melody: scores }) => (scores === null ? [] : [scores]));
  if (melodies.length > 0) {
    const of = (name: keyof MelodyScores): string => mean(melodies.map((scores) => scores[name]));
    print(
      `  melody: overall ${of('overall')}, raw pitch ${of('rawPitch')}, raw chroma ${of('rawChroma')}, voicing recall ${of('voicingRecall')}, false alarm ${of('voicingFalseAlarm')}`,
    );
  }
  for (const { piece, found, keys, chords: own, melody: line } of results) {
    const isWrong = keys.some(
      (score, i) => KEY_PROFILE_NAMES[i] === DEFAULT_KEY_PROFILE && score !== null && score < 1,
    );
    const programs = piece.parts.map(({ program }) => program).join(' ');
    print(
      `    ${piece.name} (${programs}): majmin ${own.majmin?.toFixed(2) ?? '–'}${line ? `, melody ${line.overall.toFixed(2)}` : ''}${isWrong && piece.key ? `, key ${found} for ${keyName(piece.key)}` : ''}`,
    );
  }
}

/** The processor's time of each kind for a long recording, with the memory that it adds. */
function speed(samples: Float32Array): void {
  const long = new Float32Array(LONG * RATE);
  for (let at = 0; at < long.length; at += samples.length)
    long.set(samples.subarray(0, Math.min(samples.length, long.length - at)), at);
  print(`\nTen minutes at ${RATE} Hz, one thread`);
  for (const name of ['key', 'chords', 'melody', 'beat-pitch'] as const) {
    const kind = featureKinds[name];
    const begin = process.cpuUsage();
    kind.compute(long, settingsFor(kind) as never);
    const { user, system } = process.cpuUsage(begin);
    print(`  ${name.padEnd(10)} ${(LONG / ((user + system) / 1e6)).toFixed(0)} times real time`);
  }
}

const { tuning, report: others } = await readCorpus(wheel, Number(pieces));
const { chorales, tunes } = isTuning ? tuning : others;
let first: Float32Array | null = null;
for (const bank of BANKS) {
  const play = await openPlayer(bank);
  for (const [kind, list] of [
    ['chorales', chorales],
    ['tunes', tunes],
  ] as const) {
    const results: Result[] = [];
    for (const piece of list) {
      const { samples, sampleRate } = play(piece);
      const own = resample(samples, sampleRate, RATE);
      first ??= own;
      results.push(measure(piece, own));
    }
    report(`${kind} by ${bank}`, results);
  }
}
if (first !== null) speed(first);
