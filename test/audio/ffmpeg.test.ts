/** Formats that are read by the user's own ffmpeg, or refused in a sentence that says so. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isMissing } from '../requirements.js';
import { wavFile } from './broken/wav-writer.js';
import { tone } from './made-files.js';

const folder = mkdtempSync(join(tmpdir(), 'polytag-ffmpeg-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.resetModules(); // ffmpeg is looked for once
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const adpcm = wavFile({ tag: 17, bits: 4, align: 512, data: new Uint8Array(2048) });
const decoding = () => import('../../src/audio/index.js');

/** A program that answers as ffmpeg does. */
function stand(script: string): string {
  const path = join(folder, `ffmpeg-${Math.random().toString(36).slice(2)}`);
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = -version ]; then echo 'ffmpeg version 9.9 Copyright'; exit; fi\n${script}`,
  );
  chmodSync(path, 0o755);
  return path;
}

it.runIf(process.platform === 'linux')('a name that is not UTF-8 is found by ffmpeg too', async () => {
  const bytes = Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), Buffer.alloc(200)]);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/w`), Buffer.of(0xe9), Buffer.from('.wma')]), bytes);
  const wav = join(folder, 'answer.wav');
  writeFileSync(wav, wavFile({ tag: 3, bits: 32, align: 4, data: new Uint8Array(4 * 100) }));
  // It answers where it is given the bytes, and as ffmpeg does where it is given a name that no file has.
  const read = `case "$*" in *pipe:0*) [ "$(wc -c)" = 216 ] && cat '${wav}';; *) echo 'No such file or directory' >&2; exit 1;; esac`;
  vi.stubEnv('POLYTAG_FFMPEG', stand(read));
  const { decodeAudio } = await decoding();
  expect((await decodeAudio(join(folder, 'w\udce9.wma'))).channels[0]).toHaveLength(100);
});

describe('without ffmpeg', () => {
  it.each<[string, Uint8Array]>([
    ['Windows Media', Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex')],
    ['MP2', Buffer.concat([Buffer.from([0xff, 0xfd, 0x84, 0x04]), Buffer.alloc(400)])],
    ['AC-3', Buffer.from('0b77d43a14404300', 'hex')],
    ['Monkey’s Audio', Buffer.from('MAC \x96\x0f')],
    ['WavPack', Buffer.from('wvpk\0\0\0\0')],
    ['DSD', Buffer.from('DSD \x1c\0\0\0')],
    ['Matroska', Buffer.from('1a45dfa3a3428681', 'hex')],
    ['IMA ADPCM', adpcm],
  ])('%s is named, with what to do', async (name, bytes) => {
    vi.stubEnv('POLYTAG_FFMPEG', 'none');
    const { decodeAudio } = await decoding();
    await expect(decodeAudio(Buffer.concat([bytes, Buffer.alloc(200)]))).rejects.toThrow(
      new RegExp(`^The audio .*${name}.*; install ffmpeg, which then decodes it, or convert it to FLAC\\.$`),
    );
  });
});

describe('with a program in the place of ffmpeg', () => {
  const samples = tone(0.5, 16_000);

  it('gives its samples, streaming, and its version', async () => {
    const result = join(folder, 'result.wav');
    const data = Buffer.from(samples.buffer);
    writeFileSync(result, wavFile({ tag: 3, bits: 32, data, stated: 0xffff_ffff, riff: 0xffff_ffff }));
    vi.stubEnv('POLYTAG_FFMPEG', stand(`cat > /dev/null; cat ${result}`));
    const { decodeAudio, probeAudio } = await decoding();
    const { channels, errors } = await decodeAudio(adpcm, { damage: 'fail' });
    expect([channels[0], errors]).toEqual([samples, 0]);
    expect(await probeAudio(adpcm)).toMatchObject({ decoder: 'ffmpeg 9.9', sampleRate: 16_000 });
    // What it complains of is damage.
    vi.resetModules();
    vi.stubEnv('POLYTAG_FFMPEG', stand(`cat > /dev/null; cat ${result}; echo 'bad packet' >&2`));
    const again = await decoding();
    expect((await again.decodeAudio(adpcm)).errors).toBe(1);
  });

  it('gives its reason where it cannot', async () => {
    vi.stubEnv(
      'POLYTAG_FFMPEG',
      stand(`cat > /dev/null; echo '[x @ 0x1] pipe:0: Invalid data found' >&2; exit 1`),
    );
    const { decodeAudio } = await decoding();
    await expect(decodeAudio(adpcm)).rejects.toThrow(
      /IMA ADPCM.*, and ffmpeg 9\.9: Invalid data found; convert it to FLAC, or leave it out\.$/,
    );
  });

  it('is ended with what reads it', async () => {
    const pid = join(folder, 'pid');
    const result = join(folder, 'long.wav');
    writeFileSync(result, wavFile({ tag: 3, bits: 32, data: Buffer.alloc(4_000_000) }));
    vi.stubEnv('POLYTAG_FFMPEG', stand(`echo $$ > ${pid}; cat ${result}; exec sleep 60`));
    const { streamAudio } = await decoding();
    const begun = await streamAudio(adpcm);
    await begun.blocks.next();
    await begun.blocks.return();
    const unbegun = await streamAudio(adpcm);
    await unbegun.blocks.return();
    const { readFileSync } = await import('node:fs');
    const number = Number(readFileSync(pid, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(number, 0)).toThrow());
  });
});

describe.skipIf(await isMissing('ffmpeg'))('with ffmpeg', () => {
  it.each(['wma', 'mp2', 'ac3', 'wv', 'mka'])('.%s is decoded', async (ending) => {
    const path = join(folder, `x.${ending}`);
    const source = join(folder, 'source.wav');
    const data = new Int16Array(tone(1, 44_100).map((sample) => sample * 32_767));
    writeFileSync(source, wavFile({ bits: 16, sampleRate: 44_100, data: Buffer.from(data.buffer) }));
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', source, path]);
    const { decodeAudio } = await decoding();
    const { channels, sampleRate, errors } = await decodeAudio(path);
    expect([sampleRate, errors]).toEqual([44_100, 0]);
    expect(Math.abs(channels[0].length / 44_100 - 1)).toBeLessThan(0.1);
    expect(readdirSync(folder)).toContain(`x.${ending}`);
  });
});

it('a recording that is probed is closed', async () => {
  const { probeAudio } = await decoding();
  const path = join(folder, 'probed.wav');
  writeFileSync(path, wavFile({ bits: 16, data: new Uint8Array(2_000_000) }));
  const opened = (): number => readdirSync('/proc/self/fd').length;
  if (process.platform !== 'linux') return;
  await probeAudio(path);
  const before = opened();
  for (let i = 0; i < 20; i++) await probeAudio(path);
  await vi.waitFor(() => expect(opened()).toBeLessThanOrEqual(before + 2));
});
