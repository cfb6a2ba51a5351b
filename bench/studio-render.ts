/**
 * How long a piece of the studio takes to be rendered and encoded: npm run bench:studio-render [-- BANK]
 *
 * A minute of five parts (melody, a second voice, chords, bass, drums) at 44.1 kHz, stereo, and an MP3 of 192 kbit/s. Printed are
 * seconds by the clock and of the processor, in which other work on the machine does not count, of the best of three runs.
 */
import { encodeAudio } from '../src/audio/encode/encode.js';
import { BANKS, type BankName, readBank } from '../src/data/synth/instruments/banks.js';
import { accompany } from '../src/studio/arrangement/accompany.js';
import {
  type Note,
  PROJECT_VERSION,
  type Project,
  QUARTER_TICKS,
  type Track,
} from '../src/studio/project/schema.js';
import { pieceTicks, secondsOf } from '../src/studio/project/timeline.js';
import { renderProject } from '../src/studio/render/render.js';

const RUNS = 3;
const BIT_RATE = 192;
const BARS = 30;

/** A bar of the melody, in steps of the major scale. */
const STEPS = [0, 2, 4, 5, 7, 5, 4, 2];
const SCALE = [0, 2, 4, 5, 7, 9, 11];

/** A minute of melody and a second voice below it, accompanied as pop. */
function piece(): Project {
  let next = 2;
  const track = (name: string, role: Track['role'], program: number, lower: number): Track => ({
    ...{ id: `t${next++}`, name, role, tone: { program, drums: false } },
    ...{ volume: 0.8, pan: 0, mute: false, solo: false },
    clips: [
      {
        ...{ id: `c${next++}`, passage: 'p1' },
        notes: Array.from({ length: 8 * BARS }, (_, i): Note => {
          const step = STEPS[i % 8] + (Math.floor(i / 8) % 4) + 7 - lower;
          return {
            ...{ id: `n${next++}`, start: (i * QUARTER_TICKS) / 2, length: QUARTER_TICKS / 2 },
            ...{ pitch: 60 + 12 * Math.floor(step / 7) + SCALE[step % 7] - 12, velocity: 90 },
          };
        }),
      },
    ],
  });
  const tracks = [track('Melody', 'melody', 73, 0), track('Second', 'other', 71, 2)];
  return accompany(
    {
      ...{
        format: 'polytag-project',
        version: PROJECT_VERSION,
        title: 'Bench',
        tempo: 120,
        beats: 4,
        pickup: 0,
      },
      key: { tonic: 0, mode: 'major' },
      style: { name: 'pop', chosen_by: 'default', tags: [] },
      ...{ source: null, tuning_cents: 0, f0: null, timbre: null, songs: [] },
      passages: [{ id: 'p1', name: 'A', bars: BARS }],
      ...{ order: ['p1'], tracks, next_id: next },
    },
    'pop',
  );
}

/** Seconds of the clock and of the processor. */
interface Taken {
  clock: number;
  processor: number;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, Taken]> {
  const [begin, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, { clock: (performance.now() - begin) / 1000, processor: (user + system) / 1e6 }];
}

const name = (process.argv[2] ?? 'sonivox') as BankName;
const bank = await readBank(name);
const project = piece();
const seconds = secondsOf(project, pieceTicks(project));
const best: Record<'render' | 'encode', Taken> = {
  render: { clock: Number.POSITIVE_INFINITY, processor: Number.POSITIVE_INFINITY },
  encode: { clock: Number.POSITIVE_INFINITY, processor: Number.POSITIVE_INFINITY },
};
const better = (one: Taken, other: Taken): Taken => (one.clock < other.clock ? one : other);
for (let run = 0; run < RUNS; run++) {
  const [rendered, render] = await timed(() => renderProject(project, bank));
  const [, encode] = await timed(() => encodeAudio(rendered, 'mp3', { bitRate: BIT_RATE }));
  best.render = better(render, best.render);
  best.encode = better(encode, best.encode);
}
const line = (what: string, { clock, processor }: Taken): string =>
  `${what.padEnd(8)}${clock.toFixed(2).padStart(8)}${processor.toFixed(2).padStart(12)}`;
const total = {
  clock: best.render.clock + best.encode.clock,
  processor: best.render.processor + best.encode.processor,
};
process.stdout.write(
  [
    `${seconds} s of ${project.tracks.length} parts, ${BANKS[name].title}, best of ${RUNS}`,
    'seconds    clock   processor',
    ...Object.entries(best).map(([what, taken]) => line(what, taken)),
    line('total', total),
    '',
  ].join('\n'),
);
