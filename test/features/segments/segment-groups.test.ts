import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import type { Segment } from '../../../src/features/segments/adaptive.js';
import { segmentGroups } from '../../../src/features/segments/segment-groups.js';
import fc from '../../fast-check.js';

/** Segments of ten frames each, the frames of a segment all alike but for a little noise. */
function made(sounds: readonly (readonly number[])[]): { features: FeatureMatrix; segments: Segment[] } {
  const bands = sounds[0].length;
  const values = Float32Array.from({ length: sounds.length * 10 * bands }, (_, i) => {
    const sound = sounds[Math.floor(i / (10 * bands))];
    return sound[i % bands] + 0.01 * Math.sin(i * i);
  });
  const segments = sounds.map((_, s) => ({
    begin: 10 * s,
    end: 10 * (s + 1),
    beginSeconds: s,
    endSeconds: s + 1,
  }));
  return { features: { values, frames: sounds.length * 10, bands }, segments };
}

const A = [0, 0, 1];
const B = [1, 0, 0];
const C = [0, 1, 0];

describe('segmentGroups', () => {
  it('gives one number to segments that sound alike, in the order of their first appearance', () => {
    const { features, segments } = made([B, A, B, C, A, C]);
    expect([...segmentGroups(features, segments)]).toEqual([0, 1, 0, 2, 1, 2]);
  });

  it('opens no more groups than it may, nor than there are sounds', () => {
    const { features, segments } = made([B, A, B, C, A, C]);
    expect(new Set(segmentGroups(features, segments, { maxGroups: 2 })).size).toBe(2);
    const steady = made([A, A, A]);
    expect(new Set(segmentGroups(steady.features, steady.segments, { maxGroups: 1 })).size).toBe(1);
  });

  it('takes silence, a single segment and none', () => {
    const silence = made([
      [0, 0],
      [0, 0],
    ]);
    silence.features.values.fill(0);
    expect([...segmentGroups(silence.features, silence.segments)]).toEqual([0, 0]);
    expect([...segmentGroups(silence.features, silence.segments.slice(0, 1))]).toEqual([0]);
    expect(segmentGroups({ values: new Float32Array(0), frames: 0, bands: 2 }, []).length).toBe(0);
  });

  it('refuses numbers of groups and parts that there are not', () => {
    const { features, segments } = made([A, B]);
    for (const maxGroups of [0, 1.5, 257, Number.NaN])
      expect(() => segmentGroups(features, segments, { maxGroups })).toThrow(RangeError);
    for (const explained of [-0.1, 1.1, Number.NaN])
      expect(() => segmentGroups(features, segments, { explained })).toThrow(RangeError);
  });

  it('numbers groups without a gap, whatever the segments', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
          {
            minLength: 1,
            maxLength: 30,
          },
        ),
        fc.integer({ min: 1, max: 8 }),
        (sounds, maxGroups) => {
          const { features, segments } = made(sounds);
          const groups = segmentGroups(features, segments, { maxGroups });
          expect(groups[0]).toBe(0);
          const count = Math.max(...groups) + 1;
          expect(count).toBeLessThanOrEqual(Math.min(maxGroups, sounds.length));
          expect(new Set(groups).size).toBe(count);
        },
      ),
      { numRuns: 60 },
    );
  });
});
