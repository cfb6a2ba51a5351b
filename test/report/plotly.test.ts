import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { packedPlotly, partOfPlotly } from '../../src/report/kit/plotly.js';

describe('partOfPlotly', () => {
  it('keeps what bars, heat maps and scatter plots need, less than a third of the bundle', async () => {
    const path = createRequire(import.meta.url).resolve('plotly.js-dist');
    const bundle = await readFile(path, 'utf8');
    const part = partOfPlotly(bundle)!;
    expect(part.length).toBeLessThan(bundle.length / 3);
    for (const type of ['scatter', 'bar', 'heatmap']) expect(part).toContain(`src/traces/${type}/index.js`);
    for (const type of ['scattergl', 'surface', 'choropleth', 'sankey'])
      expect(part).not.toContain(`src/traces/${type}/index.js`);
  });

  it('is null for a bundle that is built differently', () => {
    expect(partOfPlotly('var Plotly = (() => {})();')).toBeNull();
    expect(
      partOfPlotly('  // lib/index.js\n  var require_index = 1;\n  return require_index();\n'),
    ).toBeNull();
  });
});

describe('packedPlotly', () => {
  it('names version and licence', async () => {
    expect((await packedPlotly()).banner).toMatch(/^plotly\.js v\d+\.\d+\.\d+[\s\S]*MIT/);
  });
});
