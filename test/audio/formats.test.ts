/** What every audio format promises. */
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { audioFormats } from '../../src/audio/formats/index.js';
import { openAudio, probeAudio } from '../../src/audio/open.js';
import { bytesSource } from '../../src/audio/source.js';
import { relativeError } from '../features/reference.js';
import { GOLDEN_FILES, goldenAudio, goldenBytes } from './golden.js';

const NAMES = Object.keys(audioFormats) as (keyof typeof audioFormats)[];

describe.each(NAMES)('%s', (ending) => {
  const format = audioFormats[ending];
  const files = GOLDEN_FILES.filter((name) => name.endsWith(`.${ending}`));

  it('has golden files', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it('names its decoder with a version, for the key of the feature store', () => {
    expect(format.name).not.toBe('');
    expect(format.decoder).toMatch(/\d/);
  });

  it.each(files)('is recognised by content alone: %s', async (name) => {
    const info = await probeAudio(bytesSource(goldenBytes(name), 'recording.xyz'));
    expect(info.format).toBe(format.name);
  });

  it.each(files)('tells channels, rate and length before it is decoded: %s', async (name) => {
    const { sampleRate, channels, length } = goldenAudio(name);
    const info = await probeAudio(bytesSource(goldenBytes(name), 'x'));
    expect(info).toMatchObject({ sampleRate, channels: channels.length });
    if (info.duration !== null) expect(Math.abs(info.duration - length / sampleRate)).toBeLessThan(0.1);
  });

  it.each(files)('is decoded the same from small pieces: %s', async (name) => {
    const bytes = goldenBytes(name);
    const whole = await decodeAudio(bytesSource(bytes, name));
    const pieces = (async function* () {
      for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
    })();
    const { channels } = await decodeAudio(pieces);
    for (const [i, channel] of channels.entries()) expect(relativeError(channel, whole.channels[i])).toBe(0);
  });

  it.each(files)('can be left in the middle: %s', async (name) => {
    const { blocks } = await openAudio(bytesSource(goldenBytes(name), name));
    await blocks.next();
    await blocks.return();
    await expect(blocks.next()).resolves.toEqual({ value: undefined, done: true });
  });

  it.each(files)('gives the beginning where only that is wanted: %s', async (name) => {
    const bytes = goldenBytes(name);
    const { channels, sampleRate } = await decodeAudio(bytesSource(bytes, name), { duration: 0.1 });
    expect(channels[0].length).toBe(Math.round(0.1 * sampleRate));
    const whole = await decodeAudio(bytesSource(bytes, name));
    expect(relativeError(channels[0], whole.channels[0].subarray(0, channels[0].length))).toBe(0);
  });
});
