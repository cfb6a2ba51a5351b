import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { type TagRow, UNKNOWN_PROPERTIES } from '../../src/catalogue/row.js';
import type { CellsMark } from '../../src/report/charts/chart.js';
import { principalAxes } from '../../src/report/maps/principal-axes.js';
import { mapTracks } from '../../src/report/maps/umap.js';
import { acrossMap } from '../../src/report/pages/catalogue/choose-across.js';
import { HISTOGRAM_BINS, summarise } from '../../src/report/pages/catalogue/summary.js';
import { taggramChart } from '../../src/report/pages/catalogue/taggrams.js';
import { trackName } from '../../src/report/pages/catalogue/view.js';
import { writeCatalogueReport } from '../../src/report/pages/catalogue/write.js';
import { madeCatalogue, streamOf } from '../catalogue/tables/made-table.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { HOSTILE } from '../eval/made-report.js';
import { isMissing } from '../requirements.js';
import { madeTaggram, TAGS, tone } from './made-pages.js';

const noChromium = await isMissing('chromium');

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'polytag-catalogue-'));

describe('principalAxes', () => {
  it('finds the directions of largest variance', () => {
    const { normal } = randomGenerator(1, 'axes');
    const points = new Float32Array(5 * 400);
    const truth = Array.from({ length: 400 }, () => [5 * normal(), 2 * normal()]);
    truth.forEach(([a, b], i) => {
      points.set([7 + 0.6 * a, 0.8 * a, b, 0.01 * normal(), -3], 5 * i);
    });
    const places = principalAxes(points, 400, 5);
    const correlation = (dimension: number): number => {
      let [product, left, right] = [0, 0, 0];
      truth.forEach((values, i) => {
        const place = places[2 * i + dimension];
        product += place * values[dimension];
        left += place ** 2;
        right += values[dimension] ** 2;
      });
      return Math.abs(product) / Math.sqrt(left * right);
    };
    expect(correlation(0)).toBeGreaterThan(0.99);
    expect(correlation(1)).toBeGreaterThan(0.99);
  });

  it('has no answer but zeros where nothing differs', () => {
    expect([...principalAxes(new Float32Array(12).fill(3), 4, 3)]).toEqual(new Array(8).fill(0));
    expect(principalAxes(new Float32Array(0), 0, 3)).toHaveLength(0);
    // Points on a line have no second direction.
    const line = principalAxes(Float32Array.of(1, 2, 2, 4, 3, 6), 3, 2);
    expect([line[1], line[3], line[5]].every((value) => Math.abs(value) < 1e-6)).toBe(true);
    expect(Math.abs(line[0] - line[4])).toBeCloseTo(2 * Math.sqrt(5), 5);
  });
});

describe('a track without a title', () => {
  it.each([
    ['/music/a.mp3', 'a.mp3'],
    ['C:\\music\\a.mp3', 'a.mp3'],
    ['/music/caf\\xE9.mp3', 'caf\\xE9.mp3'],
  ])('%s is called by its file', (path, name) =>
    expect(trackName({ path, title: null, artist: null })).toBe(name),
  );
});

describe('mapTracks', () => {
  const clusters = (count: number, length: number): Float32Array => {
    const { normal } = randomGenerator(2, 'clusters');
    const centres = Array.from({ length: 5 * length }, normal);
    return Float32Array.from({ length: count * length }, (_, at) => {
      const cluster = Math.floor(at / length) % 5;
      return centres[cluster * length + (at % length)] + 0.5 * normal();
    });
  };

  it('puts what is alike together, the same way for the same seed', () => {
    const vectors = clusters(150, 20);
    const { method, places } = mapTracks(vectors, 150, 20, 1);
    expect(method).toBe('umap');
    expect(mapTracks(vectors, 150, 20, 1).places).toEqual(places);
    expect(mapTracks(vectors, 150, 20, 2).places).not.toEqual(places);
    for (let track = 0; track < 150; track++) {
      const distance = (other: number): number =>
        other === track
          ? Number.POSITIVE_INFINITY
          : (places[2 * track] - places[2 * other]) ** 2 +
            (places[2 * track + 1] - places[2 * other + 1]) ** 2;
      const nearest = Array.from({ length: 150 }, (_, other) => other).reduce((best, other) =>
        distance(other) < distance(best) ? other : best,
      );
      expect(nearest % 5).toBe(track % 5);
    }
  });

  it.each([
    ['few tracks', clusters(10, 4), 10, 4],
    ['silence', new Float32Array(40 * 4), 40, 4],
    ['one track many times', new Float32Array(40 * 4).fill(0.5), 40, 4],
    [
      'two tracks many times',
      Float32Array.from({ length: 160 }, (_, at) => ((at >> 2) % 2 === at % 2 ? 1 : 0)),
      40,
      4,
    ],
    ['no tracks', new Float32Array(0), 0, 4],
  ])('keeps to numbers for %s', (_, vectors, count, length) => {
    const { method, places } = mapTracks(vectors, count, length, 1);
    expect(method).toBe('pca');
    expect(places).toHaveLength(2 * count);
    expect(places.every(Number.isFinite)).toBe(true);
  });
});

describe('summarise', () => {
  it('counts what a catalogue holds', async () => {
    const row = (path: string, scores: number[], tops: string[]): TagRow => ({
      path,
      ...UNKNOWN_PROPERTIES,
      duration: 10,
      error: null,
      tops,
      scores: Float32Array.from(scores),
      embedding: null,
    });
    const failed = (path: string): TagRow => ({
      path,
      ...UNKNOWN_PROPERTIES,
      duration: null,
      error: `${path} is empty; download it again.`,
      tops: [],
      scores: null,
      embedding: null,
    });
    const header = { model: 'm', labels: ['a', 'b'], embedding: null, record: {} };
    const rows = [
      row('1', [1, 0], ['a']),
      failed('music/x.mp3'),
      row('2', [0.5, 0.25], []),
      failed('music/y.mp3'),
      row('3', [0, 0.5], ['b', 'a']),
    ];
    const summary = await summarise(header, streamOf(rows), 2, 1);
    expect(summary).toMatchObject({ tracks: 5, failed: 2, seconds: 30, untagged: 1 });
    expect(summary.failures).toEqual([
      { reason: 'The file is empty; download it again.', count: 2, paths: ['music/x.mp3', 'music/y.mp3'] },
    ]);
    expect(summary.tags.map(({ count, mean }) => [count, mean])).toEqual([
      [2, 0.5],
      [1, 0.25],
    ]);
    const bins = summary.tags[0].histogram;
    expect([bins[0], bins[HISTOGRAM_BINS / 2], bins[HISTOGRAM_BINS - 1]]).toEqual([1, 1, 1]);
    expect(summary.sample).toHaveLength(2);
  });

  it('samples each track as often as any other', async () => {
    const { header, rows } = madeCatalogue(40, ['a'], null);
    const times = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      const { sample } = await summarise(header, streamOf(rows), 10, seed);
      expect(sample.map(({ path }) => rows.findIndex((row) => row.path === path))).toEqual(
        sample.map(({ path }) => rows.findIndex((row) => row.path === path)).sort((a, b) => a - b),
      );
      for (const { path } of sample) times.set(path, (times.get(path) ?? 0) + 1);
    }
    // Each is drawn with probability 1/4: 150 times, standard deviation 10.6.
    for (const { path } of rows) expect(Math.abs((times.get(path) ?? 0) - 150)).toBeLessThan(55);
  });
});

describe('taggramChart', () => {
  it('keeps the highest tags and at most 400 columns', () => {
    const [long] = taggramChart({ ...madeTaggram('a.mp3', 1000), labels: TAGS }).marks as CellsMark[];
    expect(long.x!.length).toBeLessThanOrEqual(400);
    expect(long.values.every((line) => line.length === long.x!.length)).toBe(true);
    const { rows, marks } = taggramChart({
      path: 'a',
      model: 'm',
      labels: ['low', 'high'],
      window_seconds: 3,
      starts: [0, 1.5],
      scores: [
        [0.1, 0.2],
        [0.3, 0.9],
      ],
    });
    expect(rows).toEqual([{ name: 'high' }, { name: 'low' }]);
    expect(marks[0]).toMatchObject({
      x: [1.5, 3],
      values: [
        [0.2, 0.9],
        [0.1, 0.3],
      ],
    });
  });
});

describe("a catalogue's page", () => {
  it('carries the sound of a small catalogue, shows untrusted texts as text, and needs no other file', async () => {
    const folder = await newFolder();
    const { header, rows } = madeCatalogue(4, TAGS, null);
    const paths = [440, 550].map((frequency) => join(folder, `${frequency}.wav`));
    for (const path of paths) await writeFile(path, tone(2, Number(path.match(/(\d+)\.wav$/)![1])));
    const out = join(folder, 'pages', 'catalogue.html');
    const summary = await writeCatalogueReport({
      header,
      rows: streamOf(rows.map((row, i) => ({ ...row, path: paths[i] ?? `${HOSTILE}.mp3` }))),
      out,
    });
    expect(summary.tracks).toBe(4);
    const page = await readFile(out, 'utf8');
    expect(page.match(/data:audio\/mpeg;base64,/g)).toHaveLength(2);
    expect(page).not.toContain(HOSTILE);
    expect(page).not.toMatch(/<(?:script|link|img|audio)[^>]+(?:src|href)=["']?https?:/);
  });

  it('is made of an empty catalogue, and of one in which everything failed', async () => {
    const folder = await newFolder();
    const { header, rows } = madeCatalogue(50, TAGS, 4);
    for (const some of [[], rows.slice(49), rows.slice(0, 1)]) {
      const out = join(folder, 'page.html');
      await writeCatalogueReport({ header, rows: streamOf(some), out });
      expect(await readFile(out, 'utf8')).toContain('Catalogue of');
    }
  });
});

describe.skipIf(noChromium)("a catalogue's map in Chromium", () => {
  it('finds and plays tracks, and says which it cannot play', { timeout: 120_000 }, async () => {
    const folder = await newFolder();
    const { header, rows } = madeCatalogue(400, TAGS, 24);
    await mkdir(join(folder, 'music'));
    const heard = join(folder, 'music', 'one & only.wav');
    await writeFile(heard, tone(3, 440));
    const out = join(folder, 'catalogue.html');
    const tracks = rows.map((row, i) => (i === 0 ? { ...row, path: heard } : row));
    await writeCatalogueReport({ header, rows: streamOf(tracks), out });
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, out, { width: 1280 });
      expect(await page.locator('#map .plot .point').count()).toBe(392);
      await page.selectOption('#map [name=colour]', { label: 'score of techno' });
      await page.fill('#map [name=search]', 'one & only');
      expect(await page.textContent('#map .count')).toBe('1 of 392');
      await page.click('#map .tracks button');
      await page.waitForFunction(
        () => document.querySelector<HTMLAudioElement>('#map audio')!.duration > 2.5,
      );
      expect(await page.textContent('#map .player .track')).toBe('Track 0, Artist 0');
      expect(await page.textContent('#map .player .path')).toBe(heard);
      expect(await page.textContent('#map .notice')).toBe('');
      expect(complaints).toEqual([]);
      await page.fill('#map [name=search]', 'track 30');
      await page.click('#map .tracks button');
      await page.waitForFunction(() =>
        document.querySelector('#map .notice')!.textContent!.includes('cannot reach'),
      );
      // A click on the map itself chooses a track too.
      await page.fill('#map [name=search]', '');
      const before = await page.textContent('#map .player .track');
      await page.waitForTimeout(300);
      const points = page.locator('#map .plot .point');
      for (let i = 1; i < 6 && (await page.textContent('#map .player .track')) === before; i++) {
        const box = (await points.nth(60 * i).boundingBox())!;
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.waitForTimeout(150);
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await page.waitForTimeout(200);
      }
      expect(await page.textContent('#map .player .track')).not.toBe(before);
    } finally {
      await browser.close();
    }
  });
});

describe('acrossMap', () => {
  it('begins in the middle, goes to what is farthest, and gives copies once', () => {
    const places = [
      { x: 0, y: 0 },
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: -10, y: 1 },
      { x: 10, y: 0.1 },
    ];
    expect([...acrossMap(places)]).toEqual([0, 3, 4]);
    expect([...acrossMap([])]).toEqual([]);
    expect([...acrossMap(places.slice(0, 2))]).toEqual([0]);
  });
});

describe.skipIf(noChromium)("a catalogue's table of tracks in Chromium", () => {
  it('sorts, filters and plays 20,000 tracks', { timeout: 240_000 }, async () => {
    const folder = await newFolder();
    const { header, rows } = madeCatalogue(20_000, TAGS, 4);
    const heard = join(folder, 'music', 'one & only.wav');
    await mkdir(join(folder, 'music'));
    await writeFile(heard, tone(3, 440));
    const tracks = rows.map((row, i) => (i === 0 ? { ...row, path: heard, title: 'Zulu' } : row));
    const out = join(folder, 'catalogue.html');
    await writeCatalogueReport({ header, rows: streamOf(tracks), out });
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, out, { width: 1280 });
      const titles = (): Promise<string[]> => page.locator('#tracks tbody th').allTextContents();
      const sort = (name: string): Promise<string | null> =>
        page.locator('#tracks thead th', { hasText: name }).getAttribute('aria-sort');
      expect(await page.textContent('#tracks .place')).toBe('1 to 25 of 20,000');
      await page.click('#tracks [name=next]');
      expect(await page.textContent('#tracks .place')).toBe('26 to 50 of 20,000');
      // By the keyboard, twice: descending.
      await page.focus('#tracks thead th:nth-child(2) button');
      await page.keyboard.press('Enter');
      expect(await sort('Title')).toBe('ascending');
      const begun = Date.now();
      await page.keyboard.press('Enter');
      expect(await sort('Title')).toBe('descending');
      expect(Date.now() - begun).toBeLessThan(5000);
      expect(await titles().then(([first]) => first)).toBe('Zulu');
      await page.click('#tracks thead button:has-text("Score")');
      const scores = (await page.locator('#tracks tbody td:nth-child(6)').allTextContents()).map(Number);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(scores[0]).toBeGreaterThan(0.99);
      await page.fill('#tracks [name=search]', 'only zulu');
      expect(await page.textContent('#tracks .count')).toBe('1 of 20,000');
      await page.click('#tracks tbody button');
      await page.waitForFunction(
        () => document.querySelector<HTMLAudioElement>('#tracks audio')!.duration > 2.5,
      );
      expect(await page.locator('#tracks tr[aria-current=true]').count()).toBe(1);
      await page.fill('#tracks [name=search]', '');
      await page.selectOption('#tracks [name=tag]', { label: 'techno' });
      const techno = rows.filter(({ tops }) => tops[0] === 'techno').length;
      expect(await page.textContent('#tracks .count')).toBe(`${techno.toLocaleString('en-US')} of 20,000`);
      await page.selectOption('#tracks [name=tag]', '');
      await page.selectOption('#tracks [name=state]', 'noted');
      expect(await page.textContent('#tracks .count')).toBe('400 of 20,000');
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
