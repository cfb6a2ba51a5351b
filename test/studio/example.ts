/** A small project. */
import { PROJECT_VERSION, type Project } from '../../src/studio/project/schema.js';

/** A project of one passage of two bars, with a note for each pitch. */
export const exampleProject = (title = 'Example', pitches: readonly number[] = [60, 62, 64]): Project => ({
  format: 'polytag-project',
  version: PROJECT_VERSION,
  ...{ title, tempo: 120, beats: 4, pickup: 0, key: { tonic: 0, mode: 'major' } },
  style: { name: 'folk', chosen_by: 'default', tags: [] },
  ...{ source: null, tuning_cents: 0, f0: null, timbre: null, songs: [] },
  passages: [{ id: 'p1', name: 'A', bars: 2 }],
  order: ['p1'],
  tracks: [
    {
      ...{ id: 't2', name: 'Melody', role: 'melody', tone: { program: 0, drums: false } },
      ...{ volume: 0.8, pan: 0, mute: false, solo: false },
      clips: [
        {
          id: 'c3',
          passage: 'p1',
          notes: pitches.map((pitch, i) => ({
            id: `n${4 + i}`,
            ...{ start: 480 * i, length: 480, pitch, velocity: 80 },
          })),
        },
      ],
    },
  ],
  next_id: 4 + pitches.length,
});
