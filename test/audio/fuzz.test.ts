import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DamagedAudio } from '../../src/audio/audio.js';
import { decodeAudio } from '../../src/audio/decode.js';
import { bytesSource } from '../../src/audio/source.js';
import { filesOfEveryFormat } from './made-files.js';

/** Ways in which a file is damaged: each takes a file and gives another. */
const MUTATIONS: Record<string, (bytes: Uint8Array, random: () => number) => Uint8Array> = {
  'flipped bits': (bytes, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i < 20; i++)
      damaged[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
    return damaged;
  },
  'damaged header': (bytes, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i < 6; i++) damaged[4 + Math.floor(random() * 120)] = Math.floor(random() * 256);
    return damaged;
  },
  'cut off': (bytes, random) => bytes.slice(0, Math.floor(random() * bytes.length)),
  'a hole': (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    const rest = bytes.subarray(at + Math.floor(random() * 2000));
    const damaged = new Uint8Array(at + rest.length);
    damaged.set(bytes.subarray(0, at));
    damaged.set(rest, at);
    return damaged;
  },
  'lying lengths': (bytes, random) => {
    const damaged = bytes.slice();
    const at = Math.floor(random() * Math.min(400, bytes.length - 4));
    damaged.fill(0xff, at, at + 4);
    return damaged;
  },
  'a random tail': (bytes, random) => {
    const damaged = bytes.slice();
    const from = Math.floor(random() * bytes.length);
    for (let i = from; i < damaged.length; i++) damaged[i] = Math.floor(random() * 256);
    return damaged;
  },
};

/** Damaged files of each format and mutation. */
const ROUNDS = 12;
/** No damage makes a recording this much longer: nothing is allocated because a header says so. */
const LONGEST = 60;

describe('damaged files', async () => {
  const files = await filesOfEveryFormat();
  beforeAll(() => {
    // The decoders report every damaged frame to the console.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });

  it.each(Object.keys(files))(
    '%s: is decoded in part or refused in a sentence',
    async (name) => {
      for (const [mutation, mutate] of Object.entries(MUTATIONS)) {
        for (let round = 0; round < ROUNDS; round++) {
          const random = seedrandom(`${name} ${mutation} ${round}`);
          const bytes = mutate(files[name], random);
          const source = bytesSource(bytes, name);
          const label = `${mutation}, round ${round}`;
          try {
            const { channels, sampleRate, errors } = await decodeAudio(source);
            expect(channels[0].length, label).toBeGreaterThan(0);
            expect(channels[0].length / sampleRate, label).toBeLessThan(LONGEST);
            expect(new Set(channels.map((channel) => channel.length)).size, label).toBe(1);
            expect(Number.isInteger(errors) && errors >= 0, label).toBe(true);
          } catch (error) {
            expect(error, `${label}: ${(error as Error).stack}`).toBeInstanceOf(DamagedAudio);
            expect((error as Error).message, label).toContain(name);
          }
        }
      }
    },
    60_000,
  );

  it('says nothing of random bytes but that they are none', async () => {
    const random = seedrandom('bytes');
    for (const name of ['noise.mp3', 'noise.wav', 'noise.bin']) {
      const bytes = Uint8Array.from({ length: 50_000 }, () => Math.floor(random() * 256));
      await expect(decodeAudio(bytesSource(bytes, name))).rejects.toThrow(DamagedAudio);
    }
  });
});
