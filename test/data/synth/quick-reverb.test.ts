/** The quicker reverb gives the samples of the package's own. */
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { quickenReverb } from '../../../src/data/synth/instruments/quick-reverb.js';
import { loadSynthesiser } from '../../../src/data/synth/instruments/synthesiser.js';

describe('the quicker reverb', () => {
  it.each([8000, 22_050, 44_100, 48_000, 96_000, 192_000])(
    'is the package’s to the bit at %i Hz',
    async (sampleRate) => {
      const { SpessaSynthProcessor } = await loadSynthesiser();
      const [own, quick] = [0, 1].map(
        () => new SpessaSynthProcessor(sampleRate, { eventsEnabled: false, maxBufferSize: 128 }),
      );
      expect(quickenReverb(quick)).toBe(true);
      const random = randomGenerator(1, 'reverb');
      for (const { reverbProcessor } of [own, quick])
        Object.assign(reverbProcessor, { time: 90, preDelayTime: 40 });
      const heard = [own, quick].map(() => [new Float32Array(128), new Float32Array(128)]);
      let loudest = 0;
      for (let block = 0; block < 600; block++) {
        const count = block % 5 === 0 ? 77 : 128;
        // A burst, and what rings on after it.
        const input = Float32Array.from({ length: 128 }, () => (block < 200 ? 0.3 * random.normal() : 0));
        for (const [i, { reverbProcessor }] of [own, quick].entries()) {
          for (const channel of heard[i]) channel.fill(0);
          reverbProcessor.process(input, heard[i][0], heard[i][1], 0, count);
        }
        expect(heard[1]).toEqual(heard[0]);
        loudest = Math.max(loudest, ...heard[1][0]);
      }
      expect(loudest).toBeGreaterThan(0.01);
    },
  );
});
