/** Scores of three published networks on MagnaTagATune's labelled test clips, against scikit-learn's numbers of them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../../../src/eval/metrics.js';
import { runHere } from '../../cli/in-process.js';
import { hasReference, needsShared, referencePath } from '../../reference.js';

/** What each network was trained on, with the number of MagnaTagATune's top-50 tags among its own. */
const NETWORKS = { mtat: 50, msd: 8, jamendo: 14 };

type Network = keyof typeof NETWORKS;

/**
 * A part of MagnaTagATune's tables, which are read by every command: of the clips all for testing and a tenth of the others,
 * of the tags the 50 of the literature.
 */
async function partOfTables(out: string): Promise<void> {
  const linesOf = async (name: string): Promise<string[][]> => {
    const bytes = await readFile(referencePath('data', 'mtat-metadata', 'official', `${name}.gz`));
    const lines = gunzipSync(bytes).toString().trimEnd().split(/\r?\n/);
    return lines.map((line) => line.split('\t'));
  };
  await mkdir(out);
  const tags = await readFile(referencePath('data', 'mtat-metadata', 'top50_tags.txt'), 'utf8');
  const wanted = new Set(
    ['clip_id', ...tags.trim().split(/\r?\n|\s*,\s*/), 'mp3_path'].map((name) => `"${name}"`),
  );
  for (const name of ['annotations_final.csv', 'clip_info_final.csv']) {
    const [header, ...rows] = await linesOf(name);
    const isClip = name.startsWith('clip');
    const columns = header.flatMap((column, i) => (isClip || wanted.has(column) ? [i] : []));
    const kept = rows.filter((row, i) => i % 10 === 0 || /^"[def]\//.test(row.at(-1)!));
    const table = [header, ...kept].map((row) => columns.map((i) => row[i]).join('\t'));
    await writeFile(join(out, name), `${table.join('\r\n')}\r\n`);
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-published-'));
  if (!hasReference) return;
  await partOfTables(join(folder, 'tables'));
  for (const network of Object.keys(NETWORKS)) {
    const { code, stderr } = await runHere(
      ...['runs', 'import', '--name', network, '--out', join(folder, network)],
      ...['--config', 'configs/mtat.yaml', `data.root=${join(folder, 'tables')}`],
      '--predictions',
      referencePath('data', 'published-predictions', `mtat_test_by_musicnn_${network}.csv.gz`),
      'evaluation.bootstrap_samples=100',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  }
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const metricsOf = async (network: string): Promise<Metrics> =>
  JSON.parse(await readFile(join(folder, network, 'metrics.json'), 'utf8')) as Metrics;

describe('published scores of Musicnn', () => {
  it('have scikit-learn’s macro ROC-AUC and PR-AUC, with intervals by song', async (ctx) => {
    needsShared(ctx);
    const { roc_auc: rocAuc, pr_auc: prAuc, bootstrap, examples } = await metricsOf('mtat');
    expect(rocAuc.macro).toBeCloseTo(0.910898, 6);
    expect(rocAuc.micro).toBeCloseTo(0.935725, 6);
    expect(prAuc.macro).toBeCloseTo(0.450874, 6);
    expect([examples, bootstrap.unit, bootstrap.groups]).toEqual([4332, 'song', 1105]);
    for (const { macro, ci95 } of [rocAuc, prAuc]) {
      expect(ci95![0]).toBeLessThan(macro!);
      expect(ci95![1]).toBeGreaterThan(macro!);
    }
    expect((await metricsOf('msd')).roc_auc.macro).toBeCloseTo(0.9087, 4);
    expect((await metricsOf('jamendo')).roc_auc.macro).toBeCloseTo(0.8631, 4);
  });

  it('have the data set’s spelling of 50, 8 and 14 tags', async (ctx) => {
    needsShared(ctx);
    for (const [network, labels] of Object.entries(NETWORKS))
      expect([network, (await metricsOf(network)).labels]).toEqual([network, labels]);
  });

  it('are compared on the 8, 14 and 7 tags that they share', { timeout: 300_000 }, async (ctx) => {
    needsShared(ctx);
    const common: [Network[], number][] = [
      [['mtat', 'msd'], 8],
      [['mtat', 'jamendo'], 14],
      [['mtat', 'msd', 'jamendo'], 7],
    ];
    for (const [networks, labels] of common) {
      const runs = networks.map((network) => join(folder, network));
      const { stdout } = await runHere(
        ...['compare', ...runs, '--out', join(folder, 'comparison'), '--labels', 'common'],
        ...['--samples', '50', '--json'],
      );
      const record = JSON.parse(stdout);
      expect([networks, record.labels]).toEqual([networks, labels]);
      expect(record.differences).toHaveLength((networks.length * (networks.length - 1)) / 2);
      for (const difference of record.differences) {
        expect(difference.labels).toHaveLength(labels);
        // Tests label by label, corrected over the labels.
        for (const { p, p_holm: corrected, p_of_clips: single } of difference.labels) {
          expect(corrected).toBeGreaterThanOrEqual(p);
          expect(single).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });
});
