/** Commands that are stopped or killed, and what they leave. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { writeWhole } from '../../src/base/files.js';
import { type Outcome, startPolytag } from '../workplace.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const filesOf = (place: string): Promise<string[]> =>
  readdir(place, { recursive: true }).catch((): string[] => []);

/** Starts the making of a corpus and sends a signal once some clips are there. */
async function stopSynth(out: string, signal: NodeJS.Signals) {
  const { child, outcome } = startPolytag(['data', 'synth', out, '--clips', '400', '--seconds', '3'], {
    cwd: folder,
  });
  while (child.exitCode === null && (await filesOf(out)).filter((name) => name.endsWith('.mp3')).length < 3)
    await wait(2);
  child.kill(signal);
  return outcome;
}

describe('data synth', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends on %s with 130 and a sentence, and leaves whole files',
    async (signal) => {
      const out = join(folder, signal);
      const { code, stderr } = await stopSynth(out, signal);
      expect([code, stderr]).toEqual([
        130,
        expect.stringMatching(/^Stopped after \d+ of 400 clips; the same command continues from there\.$/m),
      ]);
      expect((await filesOf(out)).filter((name) => name.endsWith('.part'))).toEqual([]);
    },
  );

  it('removes what a killed one left', async () => {
    const out = join(folder, 'killed');
    await stopSynth(out, 'SIGKILL');
    const { code } = await startPolytag(['data', 'synth', out, '--clips', '400', '--seconds', '3'], {
      cwd: folder,
    }).outcome;
    expect(code).toBe(0);
    expect((await filesOf(out)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('features --plot', () => {
  it('ends on SIGINT whatever it computes, without a page', async () => {
    const song = join(folder, 'song.wav');
    const samples = Float32Array.from(
      { length: 180 * 16_000 },
      (_, i) => Math.sin(i / 20) * Math.sin(i / 9000),
    );
    await writeFile(song, encodeWav([samples], 16_000));
    const out = join(folder, 'song.html');
    const stopAfter = async (milliseconds: number): Promise<Outcome> => {
      const { child, outcome } = startPolytag(['features', song, '--plot', out], { cwd: folder });
      await wait(milliseconds);
      child.kill('SIGINT');
      const ended = await outcome;
      // On a busy machine its own code may not have begun to run; then Node ends it without a word.
      return ended.signal === 'SIGINT' && milliseconds < 12_000 ? stopAfter(2 * milliseconds) : ended;
    };
    const { code, stderr } = await stopAfter(3000);
    // On a slow machine it may still be loading, and says so in other words.
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/^Stopped; (nothing was written|what was being written is removed)\.$/m),
    ]);
    expect((await filesOf(folder)).filter((name) => name.startsWith('song.html'))).toEqual([]);
  });
});

describe('a file that is written', () => {
  it('takes away what dead processes left in its folder, and nothing else', async () => {
    const place = await mkdtemp(join(folder, 'left-'));
    await writeWhole(join(place, 'mine'), 'x');
    const { outcome, child } = startPolytag(['data', 'synth', join(place, 'c'), '--clips', '400'], {
      cwd: folder,
    });
    child.kill('SIGKILL');
    await outcome;
    const [host] = /(?<=\.)[0-9a-f]{4}(?=[0-9a-f]{12}\.part$)/.exec(await nameOfUnfinished(place)) ?? [];
    const pid = (process: number): string => process.toString(16).padStart(8, '0');
    const dead = `a.${host}${pid(child.pid!)}beef.part`;
    const kept = [
      `a.${host}${pid(process.ppid)}beef.part`,
      `a.${host === '0000' ? '0001' : '0000'}${pid(child.pid!)}beef.part`,
      'notes.part',
      'a.0a1b2c3d.part',
    ];
    const other = await mkdtemp(join(folder, 'left-'));
    for (const name of [dead, ...kept]) await writeFile(join(other, name), '');
    await writeWhole(join(other, 'new'), 'x');
    expect((await readdir(other)).sort()).toEqual([...kept, 'new'].sort());
  });
});

/** Name of a file while it is written. */
async function nameOfUnfinished(place: string): Promise<string> {
  let seen = '';
  const writing = writeWhole(join(place, 'large'), Buffer.alloc(2 ** 26));
  while (seen === '') seen = (await readdir(place)).find((name) => name.endsWith('.part')) ?? '';
  await writing;
  return seen;
}
