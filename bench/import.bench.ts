/** Reading MagnaTagATune's real table (25,863 clips × 188 tags) where it is at hand: `data/mtat` or `POLYTAG_MTAT`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import { inspectMtat } from '../src/data/sets/magnatagatune/import-report.js';

const root = process.env.POLYTAG_MTAT ?? join('data', 'mtat');
const there = ['annotations_final.csv', 'annotations_final.csv.gz'].some((name) =>
  existsSync(join(root, name)),
);
if (!there)
  process.stderr.write(
    `The import is not measured: ${root} holds no annotations_final.csv (set POLYTAG_MTAT).\n`,
  );

describe.runIf(there)('import', () => {
  bench('polytag data mtat import', async () => void (await inspectMtat(root)), {
    iterations: 5,
    warmupIterations: 1,
    time: 0,
    warmupTime: 0,
  });
});
