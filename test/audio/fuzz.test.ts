import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DamagedAudio } from '../../src/audio/audio.js';
import { decodeAudio } from '../../src/audio/decode.js';
import { bytesSource } from '../../src/audio/source.js';
import { MUTATIONS } from './broken/mutations.js';
import { filesOfEveryFormat } from './made-files.js';

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
