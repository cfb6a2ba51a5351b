/** polytag runs import: tables of every form become runs that the other commands understand, and bad ones a sentence. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyHeader } from '../../src/base/npy.js';
import type { Metrics } from '../../src/eval/metrics.js';
import { csvOf, type MadeClip, type MadeTables, makeTables, TAGS } from '../runs/imported/made-tables.js';
import type { Outcome } from '../workplace.js';
import { expectSentence, runHere } from './in-process.js';

let made: MadeTables;
beforeAll(async () => {
  made = await makeTables();
});
afterAll(() => made.remove());

const place = (name: string): string => join(made.folder, name);

let runs = 0;

/** Imports a file into a new folder. */
async function importing(file: string, ...args: string[]): Promise<Outcome & { run: string }> {
  const run = place(`run-${++runs}`);
  const outcome = await runHere(
    ...['runs', 'import', '--predictions', file, '--config', made.config, '--out', run],
    ...(args.includes('--name') ? args : ['--name', 'theirs', ...args]),
  );
  return { ...outcome, run };
}

const metricsOf = async (run: string): Promise<Metrics> =>
  JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as Metrics;

/** Float32 array as numpy.save writes it. */
function npyOf(rows: readonly (readonly number[])[]): Uint8Array {
  const header = npyHeader([rows.length, rows[0].length], 'C');
  return Buffer.concat([header, Buffer.from(Float32Array.from(rows.flat()).buffer)]);
}

const parquetOf = (clips: readonly MadeClip[]): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'clip_id', data: clips.map(({ id }) => BigInt(id)), type: 'INT64' },
        ...TAGS.map((name, tag) => ({
          name,
          data: clips.map(({ scores }) => scores[tag]),
          type: 'DOUBLE' as const,
        })),
      ],
    }),
  );

/** ROC-AUC by its definition: the share of pairs that are in the right order. */
function rocAuc(scores: readonly number[], isTrue: readonly boolean[]): number {
  let right = 0;
  let pairs = 0;
  for (const [i, a] of scores.entries())
    for (const [j, b] of scores.entries())
      if (isTrue[i] && !isTrue[j]) {
        pairs++;
        right += a > b ? 1 : a === b ? 0.5 : 0;
      }
  return right / pairs;
}

/** The macro ROC-AUC of the test clips, from the tables themselves. */
async function expectedRocAuc(tags: readonly string[] = TAGS): Promise<number> {
  const table = await readFile(join(made.data, 'annotations_final.csv'), 'utf8');
  const rows = table
    .trim()
    .split('\r\n')
    .map((line) => line.split('\t').map((cell) => cell.slice(1, -1)));
  const values = tags.map((tag) => {
    const at = rows[0].indexOf(tag);
    const truthOf = new Map(rows.slice(1).map((cells) => [cells[0], cells[at] === '1']));
    return rocAuc(
      made.test.map(({ scores }) => scores[TAGS.indexOf(tag as never)]),
      made.test.map(({ id }) => truthOf.get(id)!),
    );
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('a table that is imported', () => {
  it('gives the same run from CSV, gzipped TSV, Parquet and an array of NumPy', async () => {
    const rows = made.test.map(({ scores }) => scores);
    const ids = await made.write('ids.txt', `${made.test.map(({ id }) => id).join('\n')}\n`);
    const backwards = [...made.test].reverse();
    const files: [string, string[]][] = [
      [await made.write('a.csv', csvOf(made.test)), []],
      [await made.write('a.tsv.gz', gzipSync(csvOf(backwards).replaceAll(',', '\t'))), []],
      [await made.write('a.parquet', parquetOf(made.test)), []],
      [await made.write('a.npy', npyOf(rows)), ['--ids', ids]],
    ];
    const wanted = await expectedRocAuc();
    for (const [file, args] of files) {
      const { code, stderr, run } = await importing(file, ...args);
      expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
      const metrics = await metricsOf(run);
      expect([file, metrics.examples, metrics.labels]).toEqual([file, 9, 4]);
      expect(metrics.roc_auc.macro).toBeCloseTo(wanted, 6);
      expect(metrics.bootstrap.unit).toBe('song');
      expect([metrics.training, metrics.leakage]).toEqual([undefined, undefined]);
    }
  });

  it('records what it was made of, and nothing of a training', async () => {
    const { run } = await importing(await made.write('b.csv', csvOf(made.test)), 'seed=7');
    const config = await readFile(join(run, 'config.yaml'), 'utf8');
    expect(config).toMatch(/^name: theirs\nseed: 7\n/);
    expect(config).not.toMatch(/^(training|inputs|loss):/m);
    const environment = JSON.parse(await readFile(join(run, 'environment.json'), 'utf8'));
    expect(environment.predictions).toMatchObject({ rows: 9, unmatched_rows: 0, missing_labels: [] });
    const page = await readFile(join(run, 'report.html'), 'utf8');
    expect(page).toContain('The scores were imported from b.csv');
    expect(page).not.toContain('id="training"');
    const { stdout } = await runHere('runs', run);
    expect(stdout).toMatch(/scores of b\.csv$/m);
  });

  it('is matched by paths above, below and without the folder of the data set, and with other endings', async () => {
    const named = (nameOf: (clip: MadeClip) => string): string =>
      csvOf(made.test.map((clip) => ({ ...clip, path: nameOf(clip) })));
    const wanted = await expectedRocAuc();
    for (const [i, nameOf] of [
      ({ path }: MadeClip) => `/somewhere/else/${path}`,
      ({ path }: MadeClip) => `.\\${path.replaceAll('/', '\\')}`,
      ({ path }: MadeClip) => path.replace('.mp3', '.npy'),
      ({ path }: MadeClip) => path.split('/')[1].replace('.mp3', ''),
    ].entries()) {
      const { run } = await importing(await made.write(`paths-${i}.csv`, named(nameOf)));
      expect((await metricsOf(run)).roc_auc.macro).toBeCloseTo(wanted, 6);
    }
  });

  it('counts and names the rows and columns that it does not use, and guesses no spelling', async () => {
    const stranger: MadeClip = { id: '0', folder: 'x', path: 'x/unknown.mp3', scores: [0, 0, 0, 0] };
    const table = csvOf([...made.test, stranger], ['ROCK', 'newage', 'flute ', 'polka']);
    const file = await made.write('c.csv', table);
    const { stderr, run } = await importing(file);
    expect(stderr).toContain('2 of 4 labels: c.csv has no scores of the others (new age, slow)');
    expect(stderr).toContain(
      '2 columns of c.csv that are no labels of the data set are ignored: newage, polka.',
    );
    expect(stderr).toMatch(
      /The column newage of c\.csv differs from the label "new age".*--rename takes it\./,
    );
    expect(stderr).toMatch(/1 of 10 rows of c\.csv match no example .*: x\/unknown\.mp3\./);
    const metrics = await metricsOf(run);
    expect(metrics.per_label.map(({ label }) => label)).toEqual(['rock', 'Flute']);
    expect(metrics.roc_auc.macro).toBeCloseTo(await expectedRocAuc(['rock', 'Flute']), 6);
    const { stdout } = await runHere('runs', run);
    expect(stdout).toContain('2 of 4 labels');
    const renamed = await importing(file, '--rename', 'newage=new age', '--rename', 'polka=slow');
    expect(renamed.stderr).toContain('taken under other names: newage as new age, polka as slow.');
    expect((await metricsOf(renamed.run)).roc_auc.macro).toBeCloseTo(await expectedRocAuc(), 6);
  });

  it('makes probabilities of logits without changing an order', async () => {
    const logits = made.test.map((clip) => ({
      ...clip,
      scores: clip.scores.map((score) => 8 * score - 4),
    }));
    const file = await made.write('logits.csv', csvOf(logits));
    expectSentence(
      await importing(file),
      2,
      /line 2: the score of d.* is .*: the scores seem to be logits; set --logits/,
    );
    const { run } = await importing(file, '--logits');
    expect((await metricsOf(run)).roc_auc.macro).toBeCloseTo(await expectedRocAuc(), 6);
    const { stdout } = await runHere('evaluate', run, '--json');
    expect((JSON.parse(stdout) as Metrics).roc_auc.macro).toBeCloseTo(await expectedRocAuc(), 6);
  });

  it('chooses thresholds on the validation split where the table has it', async () => {
    const { stderr, run } = await importing(await made.write('whole.csv', csvOf(made.clips)));
    expect(stderr).not.toContain('score of 0.5 on');
    const { per_label: labels } = await metricsOf(run);
    expect(labels.some(({ threshold }) => threshold !== 0.5)).toBe(true);
    // Rows of other splits are kept.
    const validation = await runHere('evaluate', run, '--split', 'validation', '--json');
    expect((JSON.parse(validation.stdout) as Metrics).examples).toBe(3);
  });

  it('is evaluated under another protocol, and refused where that has other examples', async () => {
    const { run } = await importing(await made.write('d.csv', csvOf(made.test)));
    const { stdout, stderr } = await runHere('evaluate', run, 'data.top_tags=2', '--json');
    expect([stderr, (JSON.parse(stdout) as Metrics).labels]).toEqual([expect.any(String), 2]);
    expectSentence(
      await runHere('evaluate', run, '--split', 'train'),
      2,
      /run-\d+ has no row for any of the 36 examples/,
    );
    expectSentence(
      await runHere('evaluate', run, 'model.predictions.logits=true'),
      2,
      /would change the trained model/,
    );
  });

  it('leaves examples out only where that is asked for', async () => {
    const file = await made.write('few.csv', csvOf(made.test.slice(1)));
    expectSentence(
      await importing(file),
      2,
      /few\.csv has no row for 1 of the 9 examples that are scored, the first being 40; add them, or set --allow-missing/,
    );
    const { stderr, run } = await importing(file, '--allow-missing');
    expect(stderr).toContain('1 of the 9 examples that are scored have no row');
    expect((await metricsOf(run)).examples).toBe(8);
  });
});

describe('runs of imported scores beside one another', () => {
  it('are one experiment under one name, and are compared with another on their common labels', async () => {
    const noisy = (shift: number): MadeClip[] =>
      made.test.map((clip, i) => ({
        ...clip,
        scores: clip.scores.map((score, tag) => (score + (((i + shift) * 31 + tag * 17) % 11) / 20) / 1.6),
      }));
    const a = await importing(await made.write('seed-1.csv', csvOf(noisy(0))), 'seed=1');
    const b = await importing(await made.write('seed-2.csv', csvOf(noisy(5))), 'seed=2');
    const other = await made.write('other.csv', csvOf(made.test, ['rock', 'new age', 'x']));
    const c = await importing(other, '--name', 'other');
    const out = place('comparison');
    const refused = await runHere('compare', a.run, c.run, '--out', out, '--samples', '0');
    expectSentence(refused, 2, /it has 2 labels, not 4 \("--labels common"/);
    const same = ['compare', a.run, b.run, c.run, '--out', out, '--samples', '60'];
    const { code, stdout, stderr } = await runHere(...same, '--labels', 'common', '--json');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /Compared on the 2 labels that all runs have \(rock, new age\): .*run-\d+ has 4,/,
      ),
    ]);
    const record = JSON.parse(stdout);
    expect(record.labels).toBe(2);
    expect(record.experiments.map(({ runs: own }: { runs: unknown[] }) => own.length)).toEqual([2, 1]);
    expect(record.experiments[1].metrics.roc_auc.value).toBeCloseTo(
      await expectedRocAuc(['rock', 'new age']),
      6,
    );
    expect(record.differences[0].labels.map(({ label }: { label: string }) => label)).toEqual([
      'rock',
      'new age',
    ]);
    expect(record.notes.join(' ')).toContain('what their models were trained on is not known');
    // Two files under one name and seed are no two runs of one experiment.
    const d = await importing(await made.write('seed-1-again.csv', csvOf(noisy(7))), 'seed=1');
    const apart = await runHere('compare', a.run, d.run, '--out', out, '--samples', '0', '--json');
    expect(JSON.parse(apart.stdout).experiments).toHaveLength(2);
  });
});

describe('a table that cannot be imported', () => {
  const broken = (change: (lines: string[]) => string[]): string =>
    change(csvOf(made.test).split('\n')).join('\n');

  it('is refused in one sentence, with code 2', { timeout: 60_000 }, async () => {
    const rows = made.test.map(({ scores }) => scores);
    const ids = await made.write('nine.txt', made.test.map(({ id }) => id).join('\n'));
    const eight = await made.write(
      'eight.txt',
      made.test
        .slice(1)
        .map(({ id }) => id)
        .join('\n'),
    );
    const gap = await made.write('gap.txt', '1\n\n3\n');
    const array = await made.write('nine.npy', npyOf(rows));
    const wide = await made.write('wide.npy', npyOf(rows.map((row) => [...row, 0.5])));
    const edit =
      (cell: number, text: string) =>
      (lines: string[]): string[] =>
        lines.map((line, i) =>
          i === 3
            ? line
                .split(',')
                .map((old, j) => (j === cell ? text : old))
                .join(',')
            : line,
        );
    const good = await made.write('good.csv', csvOf(made.test));
    const first = made.test[0].path;
    const cases: [string, string[], RegExp][] = [
      [place('nowhere.csv'), [], /^--predictions: there is no file .*nowhere\.csv; check the path\.$/],
      [made.data, [], /has none of the endings \.csv, /],
      [await made.write('scores.xlsx', 'x'), [], /scores\.xlsx has none of the endings/],
      [await made.write('empty.csv', 'path,rock\n'), [], /empty\.csv has no rows/],
      [
        await made.write('semicolons.csv', csvOf(made.test).replaceAll(',', ';')),
        [],
        /separate the columns with commas/,
      ],
      [
        await made.write('nan.csv', broken(edit(2, 'nan'))),
        [],
        /nan\.csv, line 4: the score in the column "new age" is "nan", not a number/,
      ],
      [
        await made.write('blank.csv', broken(edit(2, ''))),
        [],
        /line 4: the score in the column "new age" is empty/,
      ],
      [
        await made.write('comma.csv', broken(edit(2, '"0,5"'))),
        [],
        /line 4: the score in the column "new age" is "0,5", not a number/,
      ],
      [
        await made.write(
          'ragged.csv',
          broken((lines) => lines.map((line, i) => (i === 3 ? `${line},1` : line))),
        ),
        [],
        /ragged\.csv, line 4: it has 6 fields, the header has 5/,
      ],
      [await made.write('noid.csv', broken(edit(0, ''))), [], /noid\.csv, line 4: the id is empty/],
      [
        await made.write(
          'twice.csv',
          broken((lines) => [...lines, lines[1]]),
        ),
        [],
        new RegExp(`twice\\.csv has two rows for the recording ${first}, line 2 and line 11`),
      ],
      [
        await made.write('columns.csv', csvOf(made.test, ['rock', 'slow', 'ROCK', 'x'])),
        [],
        /the columns "rock" and "ROCK" are both the label "rock"/,
      ],
      [
        await made.write('same.csv', csvOf(made.test, ['rock', 'rock', 'Flute', 'slow'])),
        [],
        /same\.csv has two columns named "rock"/,
      ],
      [
        await made.write('strange.csv', csvOf(made.test, ['a', 'b', 'c', 'd'])),
        [],
        /none of its 4 columns \(a, b, c, d\) is a label of the data set \(rock, new age, Flute, slow\)/,
      ],
      [
        await made.write(
          'percent.csv',
          csvOf(made.test.map((clip) => ({ ...clip, scores: clip.scores.map((score) => 100 * score) }))),
        ),
        [],
        /outside 0 to 1; if the scores are percentages, divide them by 100/,
      ],
      [
        await made.write('others.csv', csvOf(made.test.map((clip, i) => ({ ...clip, path: `song ${i}` })))),
        [],
        /no row for any of the 9 examples that are scored: the ids of 9 rows are not known/,
      ],
      [
        await made.write('broken.parquet', 'PAR1 but no more'),
        [],
        /broken\.parquet cannot be read as Parquet/,
      ],
      [good, ['--logits'], /^--logits: all scores of .*good\.csv lie between 0 and 1/],
      [
        good,
        ['--id-column', 'song'],
        /good\.csv has no column "song" with ids or paths; its columns are path, rock/,
      ],
      [good, ['--ids', ids], /^--ids: it is for \.npy files/],
      [good, ['--rename', 'rock'], /^--rename rock: write COLUMN=LABEL/],
      [good, ['--rename', 'rock=polka'], /^--rename: the data set has no label "polka"/],
      [good, ['--rename', 'polka=rock'], /^--rename: .*good\.csv has no column "polka"/],
      [good, ['training.epochs=3'], /"training\.epochs=3" would change a model/],
      [good, ['evaluation.conditions=[{noise: {snr: 10}}]'], /evaluation\.conditions: .*model\.predictions/],
      [array, [], /^--ids: .*nine\.npy holds numbers without names; give a text file/],
      [array, ['--ids', eight], /nine\.npy has 9 rows and .*eight\.txt 8 ids/],
      [array, ['--ids', gap], /^--ids: line 2 of .*gap\.txt is empty/],
      [array, ['--ids', place('missing.txt')], /^--ids: there is no file/],
      [array, ['--ids', ids, '--id-column', 'id'], /^--id-column: .*nine\.npy has no named columns/],
      [wide, ['--ids', ids], /wide\.npy has 5 columns and the data set 4 labels; give --labels/],
      [
        await made.write(
          'nan.npy',
          npyOf(rows.map((row, i) => (i === 4 ? [Number.NaN, ...row.slice(1)] : row))),
        ),
        ['--ids', ids],
        /nan\.npy, row 5: the score in the column "rock" is NaN/,
      ],
      [
        await made.write('no.npy', 'not an array'),
        ['--ids', ids],
        /no\.npy cannot be read as an array of NumPy/,
      ],
    ];
    for (const [file, args, sentence] of cases) expectSentence(await importing(file, ...args), 2, sentence);
    const flat = Buffer.concat([npyHeader([36], 'C'), Buffer.from(Float32Array.from(rows.flat()).buffer)]);
    expectSentence(
      await importing(await made.write('flat.npy', flat), '--ids', ids),
      2,
      /flat\.npy has the shape \[36\]; save an array of two axes/,
    );
  });

  it('is a failure, with code 1, where the file is damaged', async () => {
    const whole = gzipSync(csvOf(made.test));
    const file = await made.write('cut.csv.gz', whole.subarray(0, whole.length - 20));
    expectSentence(await importing(file), 1, /cut\.csv\.gz cannot be read as a table/);
  });

  it('does not replace a run unless it is told to', async () => {
    const file = await made.write('e.csv', csvOf(made.test));
    const { run } = await importing(file);
    const again = [
      'runs',
      'import',
      '--predictions',
      file,
      '--config',
      made.config,
      '--name',
      'x',
      '--out',
      run,
    ];
    expectSentence(await runHere(...again), 2, /already holds a run/);
    expect((await runHere(...again, '--overwrite')).code).toBe(0);
  });

  it('names labels of an array in another order', async () => {
    const ids = await made.write('order.txt', made.test.map(({ id }) => id).join('\n'));
    const labels = await made.write('labels.txt', [...TAGS].reverse().join('\n'));
    const array = await made.write('order.npy', npyOf(made.test.map(({ scores }) => [...scores].reverse())));
    const { run } = await importing(array, '--ids', ids, '--labels', labels);
    expect((await metricsOf(run)).roc_auc.macro).toBeCloseTo(await expectedRocAuc(), 6);
  });
});
