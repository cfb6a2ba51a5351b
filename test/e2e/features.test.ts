/** polytag features as a person types it: long recordings in little memory, interruption, and the page in a browser. */
import { readdirSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { bandsFirst } from '../../src/features/matrix.js';
import { logMelSpectrogram } from '../../src/features/mel.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { readNpy } from '../golden/read.js';
import { isMissing } from '../requirements.js';
import { type Outcome, polytag, startPolytag } from '../workplace.js';

const noChromium = await isMissing('chromium');
const noLinux = await isMissing('linux');

const RATE = 16_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-features-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Outcome> => polytag(['features', ...args], { cwd: folder });

/** Notes of two instruments that take turns every two seconds, with a beat at 120 a minute. */
function music(seconds: number, rate: number): Float32Array {
  return Float32Array.from({ length: seconds * rate }, (_, n) => {
    const t = n / rate;
    const since = t % 0.5;
    const frequency = 220 * 2 ** ([0, 3, 7, 10][Math.floor(t / 0.5) % 4] / 12);
    const isBright = Math.floor(t / 2) % 2 === 1;
    let tone = 0;
    for (let harmonic = 1; harmonic <= (isBright ? 8 : 1); harmonic++)
      tone += Math.sin(2 * Math.PI * harmonic * frequency * t) / harmonic;
    return 0.3 * Math.exp(-4 * since) * tone + (since < 0.01 ? 0.4 * Math.sin(n * n) : 0);
  });
}

/** A WAV file of 16 bits that is too long to be made in memory: one second again and again. */
async function writeLongWav(path: string, seconds: number): Promise<Float32Array> {
  const second = music(1, RATE);
  const one = encodeWav([second], RATE);
  const header = Buffer.from(one.subarray(0, 44));
  header.writeUInt32LE(36 + 2 * seconds * RATE, 4);
  header.writeUInt32LE(2 * seconds * RATE, 40);
  const file = await open(path, 'w');
  await file.writeFile(header);
  for (let i = 0; i < seconds; i++) await file.writeFile(one.subarray(44));
  await file.close();
  return second.map((value) => Math.round(value * 32_768) / 32_768);
}

describe('a long recording', () => {
  it.skipIf(noLinux)(
    'streams in less than 300 MB, to the rows of the whole',
    { timeout: 90_000 },
    async () => {
      const seconds = 2400;
      const second = await writeLongWav(join(folder, 'long.wav'), seconds);
      // The largest memory it had, in kilobytes, when it ends; `maxRSS` counts that of the process which started it.
      const atExit =
        "process.on('exit',()=>process.stderr.write('peak '+/VmHWM:\\s*(\\d+)/.exec(process.getBuiltinModule('fs').readFileSync('/proc/self/status','utf8'))[1]))";
      const { code, stderr } = await polytag(
        ['features', 'long.wav', '--kind', 'stft', '--out', 'long.npy'],
        {
          cwd: folder,
          nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(atExit)}`],
        },
      );
      expect(code).toBe(0);
      // Samples and spectrum take 154 and 154 MB, and what the whole is computed with as much again.
      expect(Number(/peak (\d+)/.exec(stderr)![1])).toBeLessThan(300_000);
      expect((await stat(join(folder, 'long.npy'))).size).toBe(128 + 4 * 257 * 150_001);

      const { code: again } = await run(
        'long.wav',
        '--kind',
        'mel',
        '--log',
        'log10',
        '--duration',
        '60',
        '--out',
        'm.npy',
      );
      expect(again).toBe(0);
      const minute = new Float32Array(60 * RATE);
      for (let i = 0; i < 60; i++) minute.set(second, i * RATE);
      const { shape, values } = readNpy(join(folder, 'm.npy'));
      expect(shape).toEqual([96, 3751]);
      expect(values).toEqual(
        bandsFirst(logMelSpectrogram(minute, { sampleRate: RATE, nFft: 512, hopLength: 256, melBands: 96 })),
      );
    },
  );

  it('leaves no file behind when it is interrupted', { timeout: 60_000 }, async () => {
    await writeLongWav(join(folder, 'longer.wav'), 3600);
    const { child, outcome } = startPolytag(
      ['features', 'longer.wav', '--kind', 'stft', '--out', 'stopped.npy'],
      {
        cwd: folder,
      },
    );
    const parts = (): string[] => readdirSync(folder).filter((name) => name.startsWith('stopped.npy'));
    for (let i = 0; i < 400 && parts().length === 0; i++) await sleep(25);
    expect(parts()).toEqual([expect.stringMatching(/\.part$/)]);
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([130, 'Stopped; no file was written.']);
    expect(parts()).toEqual([]);
  });
});

describe('polytag features, ended by a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'within two seconds while it computes without a pause: %s',
    { timeout: 60_000 },
    async (name) => {
      await writeLongWav(join(folder, 'pitch.wav'), 1200);
      const args = ['features', 'pitch.wav', '--kind', 'pyin', '--out', 'pitch.npy'];
      const { child, outcome } = startPolytag(args, { cwd: folder });
      await sleep(4000); // by now it computes, except on a slow machine, where it says otherwise that it stopped
      const begin = performance.now();
      child.kill(name);
      const { code, stderr } = await outcome;
      expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([
        130,
        expect.stringMatching(/^Stopped; (no file was written|what was being written is removed)\.$/),
      ]);
      expect(performance.now() - begin).toBeLessThan(2000);
      expect(readdirSync(folder).filter((file) => file.startsWith('pitch.npy'))).toEqual([]);
    },
  );
});

describe('polytag features --kind --plot', () => {
  beforeAll(() => writeFile(join(folder, 'drawn.wav'), encodeWav([music(3, 16_000)], 16_000)));

  it.each(['png', 'svg', 'html'])(
    'draws one feature as .%s, and still prints and writes the array',
    async (ending) => {
      const out = `mel.${ending}`;
      const { code, stdout, stderr } = await run(
        'drawn.wav',
        '--kind',
        'mel',
        '--plot',
        out,
        '--out',
        'mel.npy',
      );
      expect([code, stderr]).toEqual([0, `Array: mel.npy\nPicture: ${out}\n`]);
      expect(stdout).toContain('shape (96, 188)');
      const file = await readFile(join(folder, out));
      if (ending === 'png') expect(file.subarray(1, 4).toString()).toBe('PNG');
      else expect(file.toString()).toContain('<svg');
      if (ending === 'html')
        expect(file.toString()).toContain('polytag features drawn.wav --kind mel --plot');
    },
  );

  it('refuses what it cannot draw, with what to do', async () => {
    const refused: [RegExp, ...string[]][] = [
      [/tempo is a single number/, 'drawn.wav', '--kind', 'tempo', '--plot', 'a.svg'],
      [/must end in \.png, \.svg, \.html/, 'drawn.wav', '--kind', 'mel', '--plot', 'a.pdf'],
      [/takes one file, and 2 were given; call it for each/, 'drawn.wav', 'a.flac', '--plot', 'a.html'],
      [/is a folder, and features takes one file; call it for each/, '.', '--plot', 'a.html'],
      [
        /--model adds tags to the page of a whole song/,
        'drawn.wav',
        '--kind',
        'mel',
        '--model',
        'musicnn-mtt',
      ],
    ];
    for (const [message, ...args] of refused) {
      const { code, stderr } = await run(...args);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
  });
});

describe('polytag features --plot', () => {
  const HOSTILE = `<img src=x onerror="globalThis.broken=1"> & 'song'.mp3`;
  let outcome: Outcome;
  let browser: Browser | undefined;
  beforeAll(async () => {
    const stereo = { channels: [music(20, 44_100), music(20, 44_100)], sampleRate: 44_100 };
    await writeFile(join(folder, HOSTILE), await encodeAudio(stereo, 'mp3'));
    outcome = await run(HOSTILE, '--plot', 'page.html', '--json');
    if (!noChromium) browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  it('writes one file that needs no other, and says what it shows', async () => {
    expect([outcome.code, outcome.stderr]).toEqual([0, 'Page: page.html\n']);
    const facts = JSON.parse(outcome.stdout);
    expect(facts).toMatchObject({ format: 'MP3', lost_parts: 0 });
    expect(facts.seconds).toBeGreaterThan(19.9);
    expect(facts.tempo).toBeGreaterThan(110);
    expect(facts.tempo).toBeLessThan(130);
    expect(facts.beats).toBeGreaterThan(30);
    expect(facts.onsets).toBeGreaterThan(30);
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    expect(page).not.toMatch(/(?:src|href)=["']?(?:https?:|\/\/)/);
    expect(page).not.toContain('<img src=x');
    expect(page.length).toBeLessThan(3e6);
  });

  it('cuts what is long, encodes what browsers may not play, and says so', { timeout: 60_000 }, async () => {
    await writeFile(
      join(folder, 'a.flac'),
      await encodeAudio({ channels: [music(3, RATE)], sampleRate: RATE }, 'flac'),
    );
    const { code, stdout } = await run('a.flac', '--plot', 'cut.html', '--duration', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Only the first 2\.0 s are shown\.$/m);
    expect(stdout).toMatch(/^The sound was re-encoded for this page: mono MP3, 16000 Hz, 64 kbit\/s\.$/m);
    const page = await readFile(join(folder, 'cut.html'), 'utf8');
    expect(page).toContain('src="data:audio/mpeg;base64,');
    expect(page).toContain('<li>Only the first 2.0\u00a0s are shown.</li>');
  });

  describe.skipIf(noChromium)('in Chromium', () => {
    const opened = async (name: string, width: number): Promise<{ page: Page; errors: string[] }> => {
      const { page, complaints } = await openDrawn(browser!, join(folder, name), { width });
      return { page, errors: complaints };
    };
    const timeOf = (page: Page): Promise<number> =>
      page.evaluate(() => document.querySelector('audio')!.currentTime);
    const cursorsOf = (page: Page): Promise<number[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.track .cursor')].map((cursor) => {
          const canvas = cursor.parentElement!.querySelector('canvas')!;
          const gutter = window.innerWidth < 600 ? 44 : 58;
          const x = Number(/translateX\(([-\d.]+)px\)/.exec(cursor.style.transform)![1]);
          return cursor.hidden ? -1 : (x - gutter) / (canvas.clientWidth - gutter);
        }),
      );
    /** Clicks into a plot at a part of its width. */
    async function click(page: Page, track: string, part: number): Promise<void> {
      const canvas = page.locator(`[data-track=${track}] canvas`);
      await canvas.scrollIntoViewIfNeeded();
      const box = (await canvas.boundingBox())!;
      await page.mouse.click(box.x + 58 + part * (box.width - 58), box.y + box.height / 2);
    }

    it.each([1280, 400])('draws every plot at %i pixels without an error', async (width) => {
      const { page, errors } = await opened('page.html', width);
      const seen = await page.evaluate(() => ({
        tracks: [...document.querySelectorAll<HTMLElement>('.track')].map((track) => {
          const canvas = track.querySelector('canvas')!;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return [track.dataset.track, new Set(new Uint32Array(data.buffer)).size];
        }),
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        broken: 'broken' in globalThis,
        title: document.querySelector('h1')!.textContent,
        listed: document.querySelectorAll('[data-list=segments] button').length,
      }));
      expect(errors).toEqual([]);
      expect(seen).toMatchObject({ broken: false, title: HOSTILE });
      expect(seen.overflow).toBeLessThanOrEqual(0);
      expect(seen.listed).toBeGreaterThan(0);
      const colours = Object.fromEntries(seen.tracks) as Record<string, number>;
      expect(Object.keys(colours).sort()).toEqual(
        [
          ...['axis', 'chords', 'chroma', 'keys', 'mel', 'melody'],
          ...['overview', 'pitch', 'segments', 'similarity', 'waveform'],
        ].sort(),
      );
      for (const [track, count] of Object.entries(colours)) expect([track, count > 2]).toEqual([track, true]);
      for (const track of ['mel', 'chroma', 'similarity']) expect(colours[track]).toBeGreaterThan(60);
      await page.close();
    });

    it('goes where a plot is clicked or dragged, with one cursor over all plots', async () => {
      const { page, errors } = await opened('page.html', 1280);
      const seconds = JSON.parse(outcome.stdout).seconds as number;
      for (const [track, part] of [
        ['mel', 0.5],
        ['waveform', 0.2],
        ['similarity', 0.75],
        ['overview', 0.4],
      ] as const) {
        await click(page, track, part);
        expect(await timeOf(page)).toBeCloseTo(part * seconds, 1);
        const cursors = await cursorsOf(page);
        expect(cursors.length).toBe(11);
        for (const cursor of cursors) expect(cursor).toBeCloseTo(part, 2);
      }
      const pitch = page.locator('[data-track=pitch] canvas');
      await pitch.scrollIntoViewIfNeeded();
      const box = (await pitch.boundingBox())!;
      await page.mouse.move(box.x + 300, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + 58 + 0.9 * (box.width - 58), box.y + 20, { steps: 3 });
      await page.mouse.up();
      expect(await timeOf(page)).toBeCloseTo(0.9 * seconds, 1);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('moves the cursor while it plays', async () => {
      const { page, errors } = await opened('page.html', 1280);
      await click(page, 'mel', 0.25);
      const [before] = await cursorsOf(page);
      await page.evaluate(() => document.querySelector('audio')!.play());
      await page.waitForFunction(
        (time) => document.querySelector('audio')!.currentTime > time + 0.5,
        await timeOf(page),
      );
      const cursors = await cursorsOf(page);
      await page.evaluate(() => document.querySelector('audio')!.pause());
      expect(Math.min(...cursors)).toBeGreaterThan(before);
      expect(Math.max(...cursors) - Math.min(...cursors)).toBeLessThan(0.01);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('zooms all plots at once, and shows and hides marks', async () => {
      const { page, errors } = await opened('page.html', 1280);
      const picture = (track: string): Promise<string> =>
        page.evaluate(
          (name) => document.querySelector<HTMLCanvasElement>(`[data-track=${name}] canvas`)!.toDataURL(),
          track,
        );
      const pictures = (): Promise<string[]> =>
        Promise.all(['axis', 'segments', 'waveform', 'mel', 'chroma', 'similarity'].map(picture));
      const settled = (): Promise<void> =>
        page.evaluate(
          () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
        );
      await click(page, 'mel', 0.5);
      const whole = await pictures();
      await page.click('[name=in]');
      await page.click('[name=in]');
      await settled();
      const near = await pictures();
      near.forEach((url, i) => {
        expect(url === whole[i]).toBe(false);
      });
      // A quarter of the recording, with the cursor in its middle, is shown.
      const [seconds, middle] = [JSON.parse(outcome.stdout).seconds as number, await timeOf(page)];
      await click(page, 'chroma', 0.9);
      expect(await timeOf(page)).toBeCloseTo(middle + (0.4 * seconds) / 4, 1);
      await page.click('[name=whole]');
      await settled();
      expect(await pictures()).toEqual(whole);
      const withMarks = await picture('waveform');
      for (const name of ['onsets', 'beats', 'borders']) await page.uncheck(`[name=${name}]`);
      await settled();
      expect((await picture('waveform')) === withMarks).toBe(false);
      const listed = await page.locator('[data-list=segments] button').count();
      await page.selectOption('[name=level]', '0');
      await settled();
      expect(await page.locator('[data-list=segments] button').count()).toBeGreaterThan(listed);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('lets sound that was encoded anew begin where the plots begin', async () => {
      const click = new Float32Array(2 * RATE);
      click.set([0.9, -0.9, 0.7, -0.7], RATE);
      await writeFile(
        join(folder, 'click.flac'),
        await encodeAudio({ channels: [click], sampleRate: RATE }, 'flac'),
      );
      expect((await run('click.flac', '--plot', 'click.html')).code).toBe(0);
      const { page } = await opened('click.html', 1280);
      const late = await page.evaluate(async (rate) => {
        const bytes = Uint8Array.from(atob(document.querySelector('audio')!.src.split(',')[1]), (c) =>
          c.charCodeAt(0),
        );
        const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes.buffer);
        const heard = sound.getChannelData(0);
        return (
          heard.reduce((best, value, n) => (Math.abs(value) > Math.abs(heard[best]) ? n : best), 0) - rate
        );
      }, RATE);
      expect(Math.abs(late)).toBeLessThan(8);
      await page.close();
    });
  });
});
