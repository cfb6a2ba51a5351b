/** The passages of pieces, found in their notes. */

import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { importAbc } from '../../../src/studio/exchange/import-abc.js';
import { dividePassages, formOf } from '../../../src/studio/form/divide-passages.js';
import { NEARLY_EQUAL } from '../../../src/studio/form/division.js';
import { formOfStyle } from '../../../src/studio/form/form-of-style.js';
import { agreement, barsOfPiece } from '../../../src/studio/form/piece-bars.js';
import { type Project, projectSchema, STYLES, type StyleName } from '../../../src/studio/project/schema.js';
import { pieceTicks, playedNotes } from '../../../src/studio/project/timeline.js';
import fc from '../../fast-check.js';
import { folkTunes } from '../folk-tunes.js';
import { madeProject, randomProjects } from '../made-projects.js';

const tuneOf = async (bars: string, meter = '4/4'): Promise<Project> =>
  (await importAbc(`X:1\nM:${meter}\nL:1/8\nK:G\n${bars}\n`, 'tune.abc')).project;

const inStyle = (project: Project, name: StyleName): Project => ({
  ...project,
  style: { ...project.style, name },
});

/** What is played: starts, ends and pitches by tracks, on sixteenths. */
const played = (project: Project): string[] =>
  playedNotes(project)
    .map(({ track, start, end, note }) =>
      [
        project.tracks.findIndex(({ id }) => id === track.id),
        Math.round(start / 120),
        Math.round(end / 120),
        note.pitch,
      ].join(' '),
    )
    .sort();

const REEL = [
  '|:GABc dedB|dedB dedB|c2ec B2dB|A2F2 G4|GABc dedB|dedB dedB|c2ec B2dB|A2A2 G4:|',
  '|:gfgb a2ab|gfgb a2ab|gfge d2ed|c2B2 A4|gfgb a2ab|gfgb a2ab|gfge d2ed|A2F2 G4:|',
].join('');

describe('tunes of the form AABB', () => {
  let tunes: Map<string, Project>;
  beforeAll(async () => {
    tunes = new Map((await folkTunes()).map((tune) => [tune.title, tune]));
  });

  it('of the ten folk tunes: Frère Jacques, a bar each', () => {
    const divided = dividePassages(tunes.get('frere-jacques')!);
    expect(formOf(divided)).toBe('AABB');
    expect(divided.passages.map(({ bars }) => bars)).toEqual([1, 1]);
    const others = [...tunes.values()]
      .map(dividePassages)
      .map(formOf)
      .filter((form) => form === 'AABB');
    expect(others).toHaveLength(1);
  });

  it.each(STYLES)('with repeats that are played: a reel of two parts of eight bars, as %s', async (style) => {
    const divided = dividePassages(inStyle(await tuneOf(REEL), style));
    expect(formOf(divided)).toBe('AABB');
    expect(divided.passages.map(({ bars }) => bars)).toEqual([8, 8]);
  });

  it('with a pickup: passages begin with it', async () => {
    const tune = await tuneOf('D2|G2B2 d4|c2A2 G2D2|G2B2 d4|c2A2 G2E2|E2G2 B4|A2F2 D2E2|E2G2 B4|A2F2 D2|');
    const divided = dividePassages(tune);
    expect(formOf(divided)).toBe('AABB');
    expect(divided.tracks[0].clips.map(({ notes }) => notes[0].start)).toEqual([0, 0]);
  });
});

describe('phrases of two bars', () => {
  const TWINKLE =
    'C2C2G2G2|A2A2G4|F2F2E2E2|D2D2C4|G2G2F2F2|E2E2D4|G2G2F2F2|E2E2D4|C2C2G2G2|A2A2G4|F2F2E2E2|D2D2C4'.split(
      '|',
    );
  const lengthsOf = ({ passages, order }: Project): number[] =>
    order.map((id) => passages.find((passage) => passage.id === id)!.bars);

  it.each(STYLES)('are the passages of Twinkle, Twinkle, as %s', async (style) => {
    const divided = dividePassages(inStyle(await tuneOf(TWINKLE.join('|')), style));
    expect([formOf(divided), lengthsOf(divided)]).toEqual(['ABCCAB', [2, 2, 2, 2, 2, 2]]);
    expect(lengthsOf(dividePassages(inStyle((await folkTunes())[0], style)))).toEqual([2, 2]);
  });

  it.each([
    [3, [2, 1]],
    [5, [2, 2, 1]],
    [6, [2, 2, 2]],
    [7, [2, 2, 2, 1]],
    [10, [2, 2, 2, 2, 2]],
  ])('stay where a tune ends after %i bars', async (bars, lengths) => {
    expect(lengthsOf(dividePassages(await tuneOf(TWINKLE.slice(0, bars).join('|'))))).toEqual(lengths);
  });

  it('are counted from the first bar in which the melody sounds', async () => {
    const divided = dividePassages(await tuneOf(['z8', ...TWINKLE].join('|')));
    expect([formOf(divided), lengthsOf(divided)]).toEqual(['ABCCB', [1, 4, 2, 2, 4]]);
  });

  it('are no passages where lines of four bars have no phrases within', async () => {
    const ode = (await folkTunes())[2];
    expect(lengthsOf(dividePassages(ode))).toEqual([4]);
  });

  it('with slips of the voice are passages of two bars or of multiples of them', async () => {
    const tune = await tuneOf(TWINKLE.join('|'));
    const [melody] = tune.tracks;
    for (let seed = 0; seed < 20; seed++) {
      const random = randomGenerator(seed, 'slips');
      const notes = melody.clips[0].notes.flatMap((note) => {
        const slip = random.integer(15);
        if (slip === 0) return [];
        if (slip === 1) return [{ ...note, pitch: note.pitch + 1 }];
        if (slip === 2) return [{ ...note, start: note.start + 120, length: note.length - 120 }];
        return [note];
      });
      const sung = { ...tune, tracks: [{ ...melody, clips: [{ ...melody.clips[0], notes }] }] };
      const lengths = lengthsOf(dividePassages(sung));
      expect([seed, lengths.filter((bars) => bars % 2 !== 0)]).toEqual([seed, []]);
    }
  });
});

describe('other forms', () => {
  it('return to a first part, and have variants with primes', async () => {
    const a = 'GABc dedB|c2ec B2dB|gfgb a2ab|A2F2 G4|';
    const b = 'e2e2 f4|gfge d2ed|c2B2 A4|E2F2 G2A2|';
    expect(formOf(dividePassages(await tuneOf(a + a + b + a)))).toBe('AABA');
    const saints = (await folkTunes())[8];
    expect(formOf(dividePassages(saints))).toBe('AAA′B');
  });

  it('of a piece without repeats is one passage up to twice the usual length', () => {
    const notes = [60, 67, 62, 71, 65, 60, 69, 64].map(
      (pitch, i) => [2 * i, 1 + (i % 2), pitch + (i % 3)] as const,
    );
    expect(formOf(dividePassages(madeProject({ a: 4 }, [{ role: 'melody', notes: { a: notes } }])))).toBe(
      'A',
    );
    expect(formOf(dividePassages(madeProject({ a: 1 }, [])))).toBe('A');
  });

  it('share clips only where the notes of all tracks are equal on sixteenths', () => {
    const line = [
      [0, 1, 60],
      [1, 1, 64],
      [2, 2, 67],
      [4, 2, 65],
      [6, 2, 60],
    ] as const;
    const again = line.map(([start, length, pitch]) => [start + 8.02, length, pitch] as const);
    const project = (bass: readonly (readonly [number, number, number])[]): Project =>
      madeProject({ a: 4 }, [
        { role: 'melody', notes: { a: [...line, ...again] } },
        { role: 'other', notes: { a: bass } },
      ]);
    const same = dividePassages(
      project([
        [0, 4, 36],
        [8, 4, 36],
      ]),
    );
    expect([formOf(same), same.passages.length, same.tracks[1].clips.length]).toEqual(['AA', 1, 1]);
    const differs = dividePassages(
      project([
        [0, 4, 36],
        [8, 4, 38],
      ]),
    );
    expect(differs.passages.length === 1 && formOf(differs) === 'AA').toBe(false);
    const [first, second] = [0, 2];
    expect(agreement(barsOfPiece(same), first, second, 2)).toBeGreaterThan(NEARLY_EQUAL);
  });
});

it('changes nothing of what is played but notes over borders, which are cut', () => {
  fc.assert(
    fc.property(randomProjects({ step: 120, chords: false }), fc.constantFrom(...STYLES), (made, style) => {
      const project = inStyle(made, style);
      const divided = projectSchema.parse(dividePassages(project));
      expect(pieceTicks(divided)).toBe(pieceTicks(project));
      const starts = (all: string[]): string[] =>
        all.map((note) =>
          note
            .split(' ')
            .filter((_, i) => i !== 2)
            .join(' '),
        );
      expect(starts(played(divided)).sort()).toEqual(starts(played(project)).sort());
    }),
    { numRuns: 100 },
  );
});

it('takes no longer than a second for ten minutes of music', async () => {
  const tune = await tuneOf(REEL.repeat(10));
  expect(tune.passages[0].bars).toBe(320);
  const before = performance.now();
  const divided = dividePassages(tune);
  // Twenty times as long as on the machine that it was written on, where others were at work.
  expect(performance.now() - before).toBeLessThan(20_000);
  expect(formOf(divided)).toBe('AABB'.repeat(10));
});

it('every style has a form of its own letters', () => {
  for (const { bars, form } of Object.values(formOfStyle)) {
    expect(form).toMatch(/^[A-D]+$/);
    expect(bars.length).toBeGreaterThan(1);
  }
});
