import { describe, expect, it } from 'vitest';
import { curveOfNotes, hertzAt, parsePitchCurve, pitchCurveText } from '../../src/data/pitch-curve.js';
import fc from '../fast-check.js';

const curve = (times: number[], hertz: number[]) => ({
  times: Float64Array.from(times),
  hertz: Float64Array.from(hertz),
});

describe('a pitch curve', () => {
  it('is read as mir_eval, MIREX and vocadito write it', () => {
    const rows = ['# made', '0.00,0', '0.01, 220.5', '0.02\t-110', '', '0.03 440'].join('\r\n');
    expect(parsePitchCurve(rows)).toEqual(curve([0, 0.01, 0.02, 0.03], [0, 220.5, 0, 440]));
    expect(parsePitchCurve('time,hz\n0.5;100\n')).toEqual(curve([0.5], [100]));
  });

  it.each([
    ['0,220\n0.01,abc\n', 'line 2: "abc" is not a number'],
    ['0,220\n0.01\n', 'line 2 has one column; give time and Hz'],
    ['0.1,220\n0.1,220\n', 'line 2: the time 0.1 is not later than the one before'],
    ['time,hz\n', 'it has no rows of time and Hz'],
    ['', 'it has no rows of time and Hz'],
  ])('of %j is refused', (text, message) => {
    expect(() => parsePitchCurve(text)).toThrow(message);
  });

  it('comes back from its text', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { minLength: 1, maxLength: 50 }), (hertz) => {
        const made = curve(
          hertz.map((_, i) => i / 100),
          hertz,
        );
        expect(parsePitchCurve(pitchCurveText(made))).toEqual(made);
      }),
    );
  });

  it('of notes has their pitch while they sound, and 0 in rests', () => {
    const made = curveOfNotes([
      { onset: 0.5, offset: 0.7, pitch: 57 },
      { onset: 0.1, offset: 0.3, pitch: 69 },
      { onset: 0.65, offset: 0.8, pitch: 81 },
    ]);
    const at = [0, 0.095, 0.11, 0.29, 0.31, 0.55, 0.69, 0.79, 0.81, 5].map((time) => hertzAt(made, time));
    expect(at.map((hz) => Math.round(hz))).toEqual([0, 440, 440, 440, 0, 220, 880, 880, 0, 0]);
    expect(curveOfNotes([]).hertz).toEqual(new Float64Array(1));
  });

  it('is a line of cents between voiced values, and the nearer value beside unvoiced ones', () => {
    const made = curve([0, 1, 2, 3], [100, 400, 0, 200]);
    expect(hertzAt(made, 0.5)).toBeCloseTo(200, 10);
    expect([1.4, 1.6, 2.4, 2.6].map((time) => hertzAt(made, time))).toEqual([400, 0, 0, 200]);
    expect([-0.5, -1.5, 3.4, 3.6].map((time) => hertzAt(made, time))).toEqual([100, 0, 200, 0]);
  });
});
