/** A model with a hash layer from training to search, as a person types it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../../src/eval/metrics.js';
import type { ConditionResult } from '../../src/eval/run-report.js';
import { decodeAudio, loadTagger, openCodes } from '../../src/index.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const inside = (...words: string[]): Promise<Outcome> => polytag(words, { cwd: workplace.folder });

const HASHED = [
  '~model.branches.waveform',
  '~model.branches.lyrics',
  'model.fusion={kind: recurrent, cell: gru, layers: 2, hidden: 12}',
  'model.hash.bits=32',
];
const RETRIEVAL = [
  'evaluation.retrieval={bits: [16], learners: [{kind: itq}, {kind: lsh}, {kind: itq-cca}]}',
  'evaluation.conditions=[{pitch: 3, noise: {snr: 20}}, {tempo: 1.25}, {mp3: 32}, {excerpt: 0.5}]',
  'loss.code={similarity: 0.2, quantisation: 0.1, balance: 0.1}',
];

beforeAll(async () => {
  workplace = await makeWorkplace();
  const { code, stdout, stderr } = await inside(
    'run',
    'tiny.yaml',
    ...HASHED,
    ...RETRIEVAL,
    '--out',
    'hashed',
  );
  expect([code, stderr]).toEqual([0, expect.stringContaining('Model mel, recurrent, 32-bit code')]);
  expect(stdout).toMatch(/^retrieval mAP {2}0\.\d{4}.*, cosine of embeddings$/m);
  expect(stdout).toMatch(/^retrieval mAP {2}0\.\d{4}.*, the model’s own code, 32 bits$/m);
}, 120_000);
afterAll(() => workplace.remove());

describe('retrieval of a run', () => {
  it('is measured by cosine, by its own code and by learners, under every condition', async () => {
    const read = async (name: string) =>
      JSON.parse(await readFile(join(workplace.folder, 'hashed', name), 'utf8'));
    const { retrieval, examples } = (await read('metrics.json')) as Metrics;
    const ways = retrieval!.rankings.map(({ method, bits, bytes }) => [method, bits, bytes]);
    expect(ways).toEqual([
      ['cosine', null, 48],
      ['network', 32, 4],
      ['lsh', 16, 4],
      ['itq-cca', 16, 4],
    ]);
    // ITQ has at most as many bits as the embedding has numbers.
    expect(retrieval!.skipped).toMatchObject([
      { method: 'itq', bits: 16, reason: expect.stringMatching(/12/) },
    ]);
    expect(retrieval!.queries).toBe(examples);
    for (const { map, within_radius: within, by_label } of retrieval!.rankings) {
      expect(map.value).toBeGreaterThan(0);
      expect(map.value).toBeLessThanOrEqual(1);
      expect(map.ci95![0]).toBeLessThanOrEqual(map.value!);
      expect(within === null || within.empty! <= 1).toBe(true);
      expect(by_label).toHaveLength(12);
    }
    const { conditions } = (await read('conditions.json')) as { conditions: ConditionResult[] };
    expect(conditions.map(({ name }) => name)).toEqual([
      'white noise at 20 dB, pitch +3 semitones',
      'tempo × 1.25',
      'MP3 at 32 kbit/s',
      '0.5 s excerpts',
    ]);
    for (const { metrics } of conditions) {
      const changed = metrics!.retrieval!.rankings;
      expect(changed.map(({ method, bits, bytes }) => [method, bits, bytes])).toEqual(ways);
      expect(changed.map(({ map }) => map.value)).not.toEqual(
        retrieval!.rankings.map(({ map }) => map.value),
      );
    }
  });

  it('stands in the report, and is measured again by evaluate', async () => {
    const page = await readFile(join(workplace.folder, 'hashed', 'report.html'), 'utf8');
    expect(page).toContain('<section id="retrieval">');
    expect(page).toContain('the model’s own code, 32 bits');
    const lines = (await readFile(join(workplace.folder, 'hashed', 'tables', 'retrieval.csv'), 'utf8')).split(
      '\n',
    );
    expect(lines[0]).toMatch(/^method,bits,bytes,query_us,map,/);
    expect(lines.slice(1, 5).map((line) => line.split(',').slice(0, 3).join())).toEqual([
      'cosine,,48',
      'network,32,4',
      'lsh,16,4',
      'itq-cca,16,4',
    ]);
    expect(await readFile(join(workplace.folder, 'hashed', 'tables', 'retrieval.tex'), 'utf8')).toContain(
      'tab:retrieval',
    );
    const listed = JSON.parse((await inside('runs', 'hashed', '--json')).stdout);
    const [{ metrics }] = listed.runs ?? listed;
    expect(metrics).toMatchObject({
      retrieval_map_cosine: expect.any(Number),
      retrieval_map_network_32: expect.any(Number),
    });
    const { code, stdout } = await inside('evaluate', 'hashed', 'evaluation.conditions=[]', '--json');
    expect(code).toBe(0);
    const stored = JSON.parse(
      await readFile(join(workplace.folder, 'hashed', 'metrics.json'), 'utf8'),
    ) as Metrics;
    const maps = ({ retrieval }: Metrics) => retrieval!.rankings.map(({ map }) => map.value);
    expect(maps(JSON.parse(stdout) as Metrics)).toEqual(maps(stored));
  });

  it.each([
    [['model.fusion={kind: late-average}'], /evaluation\.retrieval: the model has no embedding/],
    [
      ['~model.branches', '~model.fusion', 'model.baseline.features.kind=mfcc'],
      /evaluation\.retrieval: the model has no embedding/,
    ],
  ])('is refused before training where there is no embedding: %j', async (model, message) => {
    const { code, stderr } = await inside('run', 'tiny.yaml', ...model, RETRIEVAL[0], '--out', 'none');
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('terms for a code that the model lacks are refused', async () => {
    const { code, stderr } = await inside('run', 'tiny.yaml', RETRIEVAL[2], '--out', 'none');
    expect([code, stderr]).toEqual([2, expect.stringContaining('loss.code: the model has no hash code')]);
  });
});

it('a network whose last blocks are not taken is trained', async () => {
  const { code, stderr } = await inside(
    ...[
      'run',
      'tiny.yaml',
      ...HASHED.slice(2),
      'training.epochs=1',
      '~model.branches',
      'inputs.mel.bands=96',
    ],
    ...[
      '+model.branches={compact-cnn: {channels: 2, maps: {layers: [1], size: [4, 8]}}}',
      'inputs.mel.hop_length=16',
    ],
    ...['inputs.chunk_seconds=1.5', '~inputs.waveform', '--limit', '8', '--out', 'first-block'],
  );
  expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
});

/** Paths of a few recordings of the corpus. */
async function someTracks(): Promise<string[]> {
  const entries = await readdir(join(workplace.folder, 'corpus'), { recursive: true });
  return entries
    .filter((name) => name.endsWith('.mp3'))
    .sort()
    .slice(0, 4)
    .map((name) => join('corpus', name));
}

describe('an index with the codes of a run', () => {
  beforeAll(async () => {
    const tagged = await inside('tag', 'corpus', '--model', 'hashed', '--embedding', '--out', 'table.arrow');
    expect(tagged.code).toBe(0);
    const { code, stdout } = await inside(
      'index',
      'build',
      'table.arrow',
      '--hash',
      'hashed',
      '--out',
      'of-table',
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('64 tracks, codes of hashed')]);
  }, 60_000);

  it('is built of a table or of recordings, and holds what the model gives', async () => {
    const ofFolder = await inside(
      'index',
      'build',
      'corpus',
      '--hash',
      'hashed',
      '--codes-only',
      '--out',
      'of-folder',
    );
    expect([ofFolder.code, ofFolder.stderr]).toEqual([0, expect.any(String)]);
    const tagger = await loadTagger(join(workplace.folder, 'hashed'));
    const [path] = await someTracks();
    const {
      channels: [samples],
      sampleRate,
    } = await decodeAudio(join(workplace.folder, path), { mono: true });
    const { code, embedding } = tagger.tag({ samples, sampleRate });
    tagger.dispose();
    for (const index of ['of-table', 'of-folder']) {
      const codes = await openCodes(join(workplace.folder, index));
      expect(codes.codeOf(codes.paths.indexOf(path))).toEqual(code);
      expect(codes.encode(embedding!)).toEqual(code);
    }
  });

  it('is searched by tracks of it, several together, and by files', async () => {
    const files = await someTracks();
    const one = await inside('similar', 'of-table', files[0], '--by', 'code', '--json');
    expect(one.code).toBe(0);
    expect(JSON.parse(one.stdout)).toMatchObject([{ by: 'code', measure: 'hamming', bits: 32 }]);
    const two = await inside(
      'similar',
      'of-table',
      files[0],
      files[1],
      '--together',
      '--by',
      'code',
      '--json',
    );
    expect([two.code, two.stderr]).toEqual([0, expect.any(String)]);
    await writeFile(join(workplace.folder, 'copy.mp3'), await readFile(join(workplace.folder, files[0])));
    const file = await inside(
      'similar',
      'of-table',
      'copy.mp3',
      '--model',
      'hashed',
      '--by',
      'code',
      '--count',
      '64',
      '--json',
    );
    expect([file.code, file.stderr]).toEqual([0, expect.any(String)]);
    const found = JSON.stringify(JSON.parse(file.stdout));
    expect(found).toContain(files[0]);
  });

  it('is refused of another model’s table, of a model without a code, and with a wrong learner', async () => {
    const plain = await inside(
      'run',
      'tiny.yaml',
      '~model.branches.lyrics',
      'training.epochs=1',
      '--out',
      'plain',
    );
    expect(plain.code).toBe(0);
    const other = await inside('tag', 'corpus', '--model', 'plain', '--embedding', '--out', 'plain.arrow');
    expect(other.code).toBe(0);
    for (const [words, message] of [
      [['plain.arrow', '--hash', 'hashed'], /whose weights are not those of hashed; tag with/],
      [['table.arrow', '--hash', 'plain'], /the model plain has no hash layer/],
      [['table.arrow', '--hash', 'ksh'], /ksh learns from labels, which a catalogue does not have/],
      [['table.arrow', '--hash', 'hashed', '--bits', '64'], /--bits is for hash learners/],
      [['table.arrow', '--hash', 'no-such-model'], /no-such-model/],
    ] as const) {
      const { code, stderr } = await inside('index', 'build', ...words, '--out', 'refused');
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    // An index that a wrong use would have replaced is as it was.
    const wrong = await inside(
      ...['index', 'build', 'plain.arrow', '--hash', 'hashed', '--out', 'of-table', '--overwrite'],
    );
    expect(wrong.code).toBe(2);
    expect((await openCodes(join(workplace.folder, 'of-table'))).paths).toHaveLength(64);
  });
});
