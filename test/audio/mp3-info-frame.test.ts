/** Exact lengths of MP3 files: a decoder that reads the Info frame gives the sound at its time. */
import { MPEGDecoder } from 'mpg123-decoder';
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { readFrameHeader } from '../../src/audio/formats/mp3/header.js';
import { BROWSER, launchChromium } from '../chromium.js';

/** Clicks in a quiet tone, whose place in a decoded file tells its delay. */
function clicks(samples: number, sampleRate: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) =>
    i % Math.round(sampleRate / 5) === 500 ? 0.9 : 0.05 * Math.sin((2 * Math.PI * 440 * i) / sampleRate),
  );
}

const loudest = (samples: Float32Array): number =>
  samples.reduce((best, value, i) => (Math.abs(value) > Math.abs(samples[best]) ? i : best), 0);

describe('an MP3 file with an Info frame', () => {
  it.each([
    [44_100, 2, 192, 44_100],
    [44_100, 2, 192, 44_101],
    [44_100, 1, 64, 50_000],
    [48_000, 2, 320, 1],
    [22_050, 2, 64, 30_001],
    [16_000, 1, 32, 17_777],
  ])(
    'of %i Hz, %i channels, %i kbit/s has %i samples at their times in every decoder',
    async (sampleRate, channels, bitRate, samples) => {
      const sound = Array.from({ length: channels }, () => clicks(samples, sampleRate));
      const audio = { channels: sound, sampleRate };
      const plain = await encodeAudio(audio, 'mp3', { bitRate });
      const file = await encodeAudio(audio, 'mp3', { bitRate, gapless: true });
      const { length } = readFrameHeader(file, 0)!;
      expect(file.subarray(length)).toEqual(plain);
      const own = await decodeAudio(file);
      // mpg123 by itself: it reads the frame, and knows nothing of ours.
      const mpg123 = new MPEGDecoder();
      await mpg123.ready;
      const other = mpg123.decode(file);
      mpg123.free();
      for (const decoded of [own.channels, other.channelData]) {
        expect(decoded[0]).toHaveLength(samples);
        if (samples > 5000) expect((loudest(decoded[0]) - 500) % Math.round(sampleRate / 5)).toBe(0);
      }
    },
  );

  it('is not written where LAME has lowered the rate, as the sound then begins elsewhere', async () => {
    const audio = { channels: [clicks(48_000, 48_000)], sampleRate: 48_000 };
    const plain = await encodeAudio(audio, 'mp3', { bitRate: 16 });
    expect(readFrameHeader(plain, 0)!.sampleRate).toBeLessThan(48_000);
    expect(await encodeAudio(audio, 'mp3', { bitRate: 16, gapless: true })).toEqual(plain);
  });

  it.skipIf(!BROWSER)('begins and ends in Chromium where the sound did', async () => {
    const audio = { channels: [clicks(44_100, 44_100)], sampleRate: 44_100 };
    const file = await encodeAudio(audio, 'mp3', { bitRate: 128, gapless: true });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const decoded = await page.evaluate(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const buffer = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes.buffer);
        return Array.from(buffer.getChannelData(0));
      }, Buffer.from(file).toString('base64'));
      expect(decoded).toHaveLength(44_100);
      expect((loudest(Float32Array.from(decoded)) - 500) % 8820).toBe(0);
    } finally {
      await browser.close();
    }
  });
});
