/** The page of similar tracks: what is on it, as text and in a browser. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import type { ToldAnswer } from '../../src/catalogue/similar/answer.js';
import { writeTable } from '../../src/catalogue/tables/index.js';
import { addressFrom } from '../../src/report/kit/links.js';
import { similarPage } from '../../src/report/pages/similar/page.js';
import { madeCatalogue, streamOf } from '../catalogue/tables/made-table.js';
import { BROWSER, launchChromium, openDrawn } from '../chromium.js';
import { expectSentence, runHere } from '../cli/in-process.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-similar-page-'));
const out = join(folder, 'similar.html');
const EVIL = '</h3><script>alert(1)</script>" onerror="x';
const sounds = ['asked #1.wav', `a%20"b'.wav`, 'twice.wav'].map((name) => join(folder, name));
const tone = Float32Array.from({ length: 4000 }, (_, i) => 0.2 * Math.sin(i / 5));
const answers: ToldAnswer[] = [
  {
    paths: [sounds[0]],
    tops: ['guitar', EVIL],
    neighbours: [
      { path: sounds[1], title: EVIL, artist: 'Los Rombos', tops: ['guitar', 'slow'], similarity: 0.98765 },
      { path: sounds[2], title: null, artist: null, tops: [], similarity: 0.5 },
      {
        ...{ path: `${folder}/${'very long folder/'.repeat(8)}${EVIL}.mp3`, title: 'No file', artist: null },
        ...{
          tops: ['a very long name of a tag that wraps', 'b', 'c', 'd', 'e', 'f', 'g'],
          similarity: -0.25,
        },
      },
    ],
  },
  { paths: [sounds[1], sounds[2]], tops: [], neighbours: [] },
];
const page = similarPage({
  description: { by: 'embedding', measure: 'cosine', search: 'approximate' },
  answers,
  addressOf: (path) => addressFrom(out, path),
  command: 'polytag similar index "a b" --report similar.html',
});

describe('the page of similar tracks', () => {
  it('says what was compared, and by how much neighbours are similar', () => {
    expect(page).toContain(
      '3 neighbours, the nearest first, by the cosine of the tracks&#39; embeddings; a graph',
    );
    expect(page).toContain('width: 98.8%');
    expect(page).toContain('similarity -0.250');
    expect(page).toContain('Asked about 2 tracks together');
    expect(page).toContain('No other track is that similar.');
  });

  it('says distances of codes in bits', () => {
    const [{ paths, tops }] = answers;
    const found = { path: 'a.mp3', title: null, artist: null, tops: [], distance: 16 };
    const codes = similarPage({
      description: { by: 'code', measure: 'hamming', bits: 64 },
      answers: [{ paths, tops, neighbours: [found] }],
      addressOf: () => null,
    });
    expect(codes).toContain('16 bits of 64');
    expect(codes).toContain('width: 75.0%');
    expect(codes).not.toContain('<audio');
  });

  it('escapes what is in names, paths and tags', () => {
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('" onerror="');
    expect(page).toContain('src="asked%20%231.wav"');
    expect(page).toContain('src="a%2520%22b&#39;.wav"');
  });

  it('is written by the command', async () => {
    const table = join(folder, 'tags.arrow');
    const { header, rows } = madeCatalogue(60, ['guitar', 'voice'], 8);
    await writeTable(table, header, streamOf(rows));
    const written = join(folder, 'written.html');
    expect(await runHere('similar', table, 'track 7.mp3', '--count', '3', '--report', written)).toMatchObject(
      { code: 0 },
    );
    const text = await readFile(written, 'utf8');
    expect(text.match(/<audio /g)?.length).toBe(4);
    expectSentence(
      await runHere('similar', table, 'track 7.mp3', '--report', 'x.txt'),
      2,
      /--report must end in \.html/,
    );
    // Tags in words have no neighbours to show.
    expectSentence(
      await runHere('similar', table, 'guitar', '--report', written),
      2,
      /--report is for neighbours; give a track\./,
    );
  });

  it.skipIf(!BROWSER)(
    'plays, fits narrow and wide windows, and asks nothing of a network',
    async () => {
      for (const sound of sounds) await writeFile(sound, encodeWav([tone], 16000));
      await writeFile(out, page);
      const browser = await launchChromium();
      try {
        for (const [width, colorScheme] of [
          [400, 'light'],
          [1280, 'dark'],
          [400, 'dark'],
          [1280, 'light'],
        ] as const) {
          const { page: opened, complaints } = await openDrawn(browser, out, { width, colorScheme });
          expect(complaints).toEqual([]);
          expect(await opened.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
            width,
          );
          const shots = process.env.POLYTAG_TEST_SHOTS;
          if (shots)
            await opened.screenshot({
              path: join(shots, `similar-${width}-${colorScheme}.png`),
              fullPage: true,
            });
          const players = opened.locator('audio');
          expect(await players.count()).toBe(6);
          if (width === 400) {
            await players.nth(1).evaluate((audio: HTMLAudioElement) => audio.play());
            await players.nth(3).evaluate((audio: HTMLAudioElement) => audio.play().catch(() => undefined));
            await opened.locator('.notice:not([hidden])').waitFor();
            expect(await players.nth(3).isVisible()).toBe(false);
            expect(await players.nth(1).evaluate((audio: HTMLAudioElement) => audio.error)).toBe(null);
          }
          await opened.close();
        }
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});
