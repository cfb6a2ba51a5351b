import { expect, it } from 'vitest';
import type { ChunkMapData } from '../../src/report/pages/run/browser/draw-chunks.js';
import { chunkMapSection } from '../../src/report/pages/run/chunk-map.js';
import { madeClassReport } from '../eval/made-report.js';

const report = madeClassReport({ rows: 24 });

it('maps each chunk twice, with its recording, its class and what it is taken for', () => {
  const { html } = chunkMapSection(report)!;
  const data = JSON.parse(/}, (\{"classes".*\})\]\);<\/script>/s.exec(html.text)![1]) as ChunkMapData;
  expect(data.classes).toEqual(report.predictions.labels);
  expect(data.maps.map(({ title }) => title)).toEqual(['t-SNE', 'UMAP']);
  for (const { x, y } of data.maps) {
    expect([x.length, y.length]).toEqual([72, 72]);
    expect([...x, ...y].every(Number.isFinite)).toBe(true);
  }
  const { predictions } = report;
  for (const { row, truth, seconds } of data.chunks) {
    expect(predictions.targets[row * 4 + truth]).toBe(1);
    expect([0, 3, 6]).toContain(seconds);
  }
  expect(data.chunks.map(({ decided }) => decided)).toEqual(report.map!.chunks.map(({ decided }) => decided));
  expect(html.text).toContain('a random sample: 72 chunks of 144');
  expect(html.text).toContain('but of 1 chunk, for which');
});

it('is left out where there is none, or one chunk', () => {
  expect(chunkMapSection({ ...report, map: undefined })).toBeNull();
  const { map } = report;
  expect(chunkMapSection({ ...report, map: { ...map!, chunks: map!.chunks.slice(0, 1) } })).toBeNull();
});
