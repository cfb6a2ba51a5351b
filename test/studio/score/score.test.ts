/** Drawn scores, and when their notes sound. */
import { describe, expect, it } from 'vitest';
import { elementOf } from '../../../src/studio/exchange/score-grid.js';
import { playedNotes, secondsOf } from '../../../src/studio/project/timeline.js';
import { scoreSvg } from '../../../src/studio/score/score.js';
import { madeProject } from '../made-projects.js';

const project = madeProject(
  { a: 1, b: 1 },
  [
    {
      name: 'Melody',
      notes: {
        a: [
          [0, 1, 67],
          [1, 4, 66],
        ],
        b: [
          [0, 2, 61],
          [2, 1, 61],
          [3, 1, 60],
        ],
      },
    },
    {
      name: 'Chords',
      notes: {
        a: [
          [1, 3, 48],
          [1, 3, 52],
          [1, 3, 55],
        ],
      },
    },
    {
      name: 'Drums',
      notes: {
        a: [
          [1, 0.5, 36],
          [1, 0.5, 42],
        ],
      },
      tone: { program: 0, drums: true },
    },
  ],
  { order: ['a', 'b', 'a'], pickup: 480, tempo: 90 },
);

describe('a drawn score', () => {
  it('has every note as it is played, and says when it begins', async () => {
    const { pages, moments } = await scoreSvg(project);
    expect(pages).toHaveLength(1);
    for (const { note, at, start } of playedNotes(project)) {
      const element = elementOf(note.id, at);
      expect(pages[0]).toContain(`id="${element}"`);
      const moment = moments.find(({ on }) => on.includes(element))!;
      expect(moment.seconds).toBeCloseTo(secondsOf(project, start), 2);
    }
    const ons = moments.flatMap(({ on }) => on);
    expect(moments.flatMap(({ off }) => off).sort()).toEqual(ons.sort());
  });

  it('is the same each time, and takes the colour of the text around it', async () => {
    const first = await scoreSvg(project, { width: 500, zoom: 0.8 });
    expect(await scoreSvg(project, { width: 500, zoom: 0.8 })).toEqual(first);
    expect(first.pages[0]).toContain('currentColor');
    expect(first.pages[0]).not.toMatch(/(color|fill|stroke)="(black|#000)/);
    expect(first.pages[0]).toMatch(/^<svg viewBox="0 0 500 \d+"/);
  });

  it('is divided into pages of a height', async () => {
    const long = { ...project, order: Array.from({ length: 40 }, (_, i) => 'ab'[i % 2]) };
    const { pages } = await scoreSvg(long, { width: 500, height: 700 });
    expect(pages.length).toBeGreaterThan(1);
  });

  it('has ids that XML takes, whatever those of the project are', async () => {
    const odd = structuredClone(project);
    odd.tracks[0].clips[0].notes[0].id = '1" onload="x é';
    const { pages } = await scoreSvg(odd);
    expect(pages[0]).toContain('id="n1_22_20onload_3d_22x_20_e9.0"');
    expect(pages[0]).not.toContain('onload="');
    await expect(scoreSvg(project, { zoom: 0 })).rejects.toThrow('zoom must be positive, not 0.');
  });
});
