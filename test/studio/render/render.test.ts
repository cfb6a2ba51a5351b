/** Projects as sound. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readBank } from '../../../src/data/synth/instruments/banks.js';
import type { Project } from '../../../src/studio/project/schema.js';
import {
  PEAK,
  type Rendered,
  type RenderSettings,
  renderProject,
} from '../../../src/studio/render/render.js';
import { madeProject } from '../made-projects.js';

let bank: Uint8Array;
beforeAll(async () => {
  bank = await readBank('sonivox');
});

const RATE = 22_050;

const render = (project: Project, settings: RenderSettings = {}): Promise<Rendered> =>
  renderProject(project, bank, { sampleRate: RATE, ...settings });

const line = [
  [0, 1, 60],
  [1, 1, 64],
  [2, 2, 67],
] as const;

/** Root mean square of each channel between two seconds. */
const levels = ({ channels }: Rendered, from = 0, to = 2): number[] =>
  channels.map((channel) => {
    const part = channel.subarray(from * RATE, to * RATE);
    return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
  });

const flute = (more: object = {}) => ({ notes: { a: line }, tone: { program: 73, drums: false }, ...more });

describe('the sound of a project', () => {
  const project = madeProject({ a: 1 }, [
    flute(),
    {
      notes: {
        a: [
          [0, 1, 36],
          [1, 1, 38],
        ],
      },
      tone: { program: 0, drums: true },
    },
  ]);

  it('is the same to the bit each time, at 44.1 kHz with its peak a decibel below full scale', async () => {
    const [first, second] = [await renderProject(project, bank), await renderProject(project, bank)];
    expect(first.sampleRate).toBe(44_100);
    for (const side of [0, 1]) {
      expect(first.channels[side].length).toBeGreaterThan(2 * 44_100);
      expect(
        Buffer.compare(Buffer.from(first.channels[side].buffer), Buffer.from(second.channels[side].buffer)),
      ).toBe(0);
    }
    const peak = Math.max(
      ...first.channels.map((channel) => channel.reduce((a, b) => Math.max(a, Math.abs(b)), 0)),
    );
    expect(peak).toBeCloseTo(PEAK, 6);
  });

  it('rings on after the last note, and then ends', async () => {
    const rendered = await render(project);
    const seconds = rendered.channels[0].length / RATE;
    expect(seconds).toBeGreaterThan(2.05);
    expect(seconds).toBeLessThanOrEqual(6);
    const [end] = levels(rendered, seconds - 0.02, seconds);
    expect(end).toBeLessThan(0.01);
    expect(end).toBeGreaterThan(0);
  });

  it('keeps to volume, pan, mute and solo', async () => {
    const sounds = async (...tracks: object[]): Promise<Rendered> =>
      render(
        madeProject(
          { a: 1 },
          tracks.map((more) => flute(more)),
        ),
        { gain: 1 },
      );
    const plain = await sounds({ volume: 1 });
    const [middle] = levels(plain);
    // General MIDI: 40 log10(volume) decibels.
    expect(levels(await sounds({ volume: 64 / 127 }))[0] / middle).toBeCloseTo((64 / 127) ** 2, 1);
    const [left, right] = levels(await sounds({ volume: 1, pan: -1 }));
    expect(left).toBeGreaterThan(5 * right);
    expect((await sounds({ volume: 1 }, { mute: true })).channels).toEqual(plain.channels);
    expect((await sounds({ volume: 1, solo: true }, {})).channels).toEqual(plain.channels);
  });

  it('of nothing is silence', async () => {
    const { channels } = await render(madeProject({ a: 1 }, [flute({ mute: true })]));
    expect(channels[0].length).toBe(2 * RATE);
    expect(channels.every((channel) => channel.every((value) => value === 0))).toBe(true);
  });

  it('plays a seventeenth pitched track by its own instrument, volume and pan', async () => {
    const tracks = Array.from({ length: 17 }, (_, i) =>
      flute({ volume: i === 16 ? 1 : 0, pan: i === 16 ? -1 : 1 }),
    );
    const [left, right] = levels(await render(madeProject({ a: 1 }, tracks)));
    expect(left).toBeGreaterThan(5 * right);
  });
});

describe('a part of a piece', () => {
  const project = madeProject({ a: 2 }, [
    flute({
      notes: {
        a: [
          [0, 4, 60],
          [4, 4, 72],
        ],
      },
    }),
  ]);

  it('is as loud as in the whole by its gain, and notes that have begun before begin with it', async () => {
    const whole = await render(project);
    const part = await render(project, { from: 480, to: 1920, gain: whole.gain });
    expect(part.gain).toBe(whole.gain);
    expect(levels(part, 0.5, 1)[0] / levels(whole, 1, 1.5)[0]).toBeCloseTo(1, 0);
    expect(part.channels[0].length).toBeLessThan(whole.channels[0].length);
  });

  it('must lie within the piece', async () => {
    for (const settings of [{ from: 5, to: 5 }, { from: -1 }, { to: 3841 }])
      await expect(render(project, settings)).rejects.toThrow(
        /^The stretch to render must lie within the 3840 ticks/,
      );
    await expect(render(project, { sampleRate: 4000 })).rejects.toThrow('from 8000 to 192000 Hz, not 4000');
  });
});

it('says how far it is, and ends when it is told to', async () => {
  const project = madeProject({ a: 8 }, [flute()]);
  const shares: number[] = [];
  await render(project, { onProgress: (done) => shares.push(done) });
  expect(shares.at(-1)).toBe(1);
  expect(shares.length).toBeGreaterThan(10);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  const controller = new AbortController();
  let calls = 0;
  const cut = render(project, {
    signal: controller.signal,
    onProgress: () => {
      if (++calls === 2) controller.abort();
    },
  });
  await expect(cut).rejects.toThrow('aborted');
  expect(calls).toBe(2);
});
