import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FEATURE_KINDS, featureKinds, settingsFor } from '../../src/features/kinds.js';
import type { WholeFeature } from '../../src/features/matrix.js';
import { drawable, eachPixel } from '../../src/report/charts/pixel-font.js';
import { encodePng } from '../../src/report/charts/png.js';
import { drawingOf, type Heat } from '../../src/report/pages/feature/describe.js';
import { brightnessOf, drawPicture, pictureHeight } from '../../src/report/pages/feature/draw.js';
import { PixelInk, SvgInk } from '../../src/report/pages/feature/ink.js';
import { melody } from '../golden/signals.js';

const samples = melody().subarray(0, 3 * 16_000);

/** A feature as its file holds it. */
function computed(name: (typeof FEATURE_KINDS)[number]): WholeFeature {
  const kind = featureKinds[name];
  const settings = settingsFor(kind);
  if ('compute' in kind) return kind.compute(samples, settings);
  const { values, frames, bands } = kind.rows(samples, settings, true);
  return { shape: [bands, frames], order: 'F', values };
}

describe.each(FEATURE_KINDS.filter((name) => name !== 'tempo'))('the picture of %s', (name) => {
  it('is drawn as SVG and as pixels', () => {
    const { shape, values, found } = computed(name);
    const drawing = drawingOf({ name, settings: settingsFor(featureKinds[name]), shape, values, found })!;
    const picture = { title: `${name}, 音 ♯`, drawing, seconds: 3, secondsPerFrame: 0.016 };
    const height = pictureHeight(picture);
    const [svg, pixels] = [new SvgInk(960, height), new PixelInk(960, height)];
    for (const ink of [svg, pixels]) drawPicture(ink, picture);
    const text = svg.svg(picture.title);
    expect(/NaN|Infinity/.test(text.replace(/base64,[^"]*/g, ''))).toBe(false);
    expect(text.includes('>seconds<')).toBe(true);
    const png = pixels.png();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1920, 2 * height]);
    if (drawing.kind === 'heat')
      for (const map of drawing.maps) {
        expect(map.ticks.length).toBeGreaterThan(1);
        const { values: bytes } = brightnessOf(map);
        expect(bytes.reduce((a, b) => Math.max(a, b))).toBe(255);
        expect(bytes.reduce((a, b) => Math.min(a, b))).toBeLessThan(60);
      }
  });
});

describe('a heat map', () => {
  const map = (values: number[], scale: Heat['scale']): Heat => ({
    ...{ title: '', scale, axis: '', ticks: [] },
    matrix: { values: Float32Array.from(values), frames: values.length, bands: 1 },
  });

  it('is dark in silence', () => {
    for (const scale of ['linear', 'power', 'magnitude'] as const)
      expect([...brightnessOf(map([0, 0, 0], scale)).values]).toEqual([0, 0, 0]);
  });

  it('runs from 80 dB below the loudest to the loudest', () => {
    expect([...brightnessOf(map([1, 1e-4, 1e-8, 1e-10], 'power')).values]).toEqual([255, 128, 0, 0]);
    expect([...brightnessOf(map([1, 1e-2, 1e-4], 'magnitude')).values]).toEqual([255, 128, 0]);
  });

  it('has the frequencies of its rows: the bands of mel lie where their filters do', () => {
    const settings = settingsFor(featureKinds.mel);
    const values = new Float32Array(96);
    const { maps } = drawingOf({ name: 'mel', settings, shape: [96, 1], values }) as { maps: Heat[] };
    // 1000 Hz is mel 15 of 45.245 at 8 kHz: row 15 / 45.245 × 97 − 1.
    const { at } = maps[0].ticks.find(({ text }) => text === '1k')!;
    expect(at * 96 - 0.5).toBeCloseTo((15 / 45.2456) * 97 - 1, 2);
  });
});

describe('a PNG file', () => {
  it('holds its pixels, row by row', () => {
    const pixels = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3]);
    const file = encodePng(pixels, 2, 2, 3);
    expect(file.subarray(1, 4).toString()).toBe('PNG');
    const at = file.indexOf('IDAT');
    const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
    expect([...rows]).toEqual([0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 1, 2, 3]);
  });
});

it('letters are drawn by their pixels, and what has none is a question mark', () => {
  expect(drawable('Fá F♯ 音')).toBe('Fa F# ?');
  const dots: string[] = [];
  eachPixel('I', (x, y) => dots.push(`${x},${y}`));
  expect(dots.sort()).toEqual(
    ['1,0', '1,6', '2,0', '2,1', '2,2', '2,3', '2,4', '2,5', '2,6', '3,0', '3,6'].sort(),
  );
});
