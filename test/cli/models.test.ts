import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelsFolder } from '../../src/base/package.js';
import { loadEngine } from '../../src/engine/engine.js';
import { PULLABLE_NAMES } from '../../src/hub/published/index.js';
import { pullModels } from '../../src/hub/pull.js';
import { fakePip, packageEntries, weightsOf } from '../hub/fake-package.js';
import type { Outcome } from '../workplace.js';
import { runHere } from './in-process.js';

const fixture = (name: string): string => join(import.meta.dirname, '..', 'hub', 'fixtures', name);

const before = process.env.POLYTAG_CACHE;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-models-cli-'));
  process.env.POLYTAG_CACHE = join(folder, 'cache');
  await loadEngine();
  const entries = packageEntries('vgg-mtt', weightsOf('vgg-mtt'));
  await pullModels(['vgg-mtt'], { run: fakePip(() => entries).run, log: () => {} });
});
afterAll(async () => {
  if (before === undefined) delete process.env.POLYTAG_CACHE;
  else process.env.POLYTAG_CACHE = before;
  await rm(folder, { recursive: true, force: true });
});

const polytag = (...args: string[]): Promise<Outcome> => runHere('models', ...args);

describe('polytag models', () => {
  it('list shows what there is, as a table and as JSON', async () => {
    const table = await polytag('list', '--reports', folder);
    expect([table.code, table.stdout.split('\n')[0]]).toEqual([
      0,
      'model        state    network  labels  trained on',
    ]);
    expect(table.stdout).toMatch(/^vgg-mtt {6}here {5}vgg {6}50 {6}MagnaTagATune$/m);
    expect(table.stdout).toMatch(/^musicnn-msd {2}to pull {2}musicnn {10}Million Song Dataset/m);
    expect(table.stderr).toContain(modelsFolder());
    const json = JSON.parse((await polytag('list', '--reports', folder, '--json')).stdout);
    expect(json.map(({ name }: { name: string }) => name)).toEqual(PULLABLE_NAMES);
  });

  it('list --known shows what Essentia publishes, each classifier after its extractor', async () => {
    const { code, stdout, stderr } = await polytag('list', '--known');
    expect([code, stderr]).toEqual([0, expect.stringContaining('"polytag models show MODEL"')]);
    expect(stdout).toMatch(
      /^discogs-effnet +to pull +styles of Discogs, and embeddings +18 MB +CC BY-NC-SA 4\.0$/m,
    );
    expect(stdout).toMatch(/^mood_happy-discogs-effnet +to pull +happy or not +discogs-effnet +514 kB +CC/m);
    expect(stdout).toMatch(/^discogs-maest-30s-pw-519l +to pull .* 348 MB/m);
    const json = JSON.parse((await polytag('list', '--known', '--json')).stdout);
    expect(json[0]).toMatchObject({ name: 'discogs-effnet', state: 'to pull', needs: null, labels: 400 });
    const card = await polytag('show', 'deam-msd-musicnn');
    expect(card.stdout).toMatch(
      /^- Predicted numbers: 2\n- Takes the embeddings of: msd-musicnn\n- Source: https:.*deam-msd-musicnn-2\.onnx \(unknown\)$/m,
    );
  });

  it('show prints the card, or model.json', async () => {
    const card = await polytag('show', 'vgg-mtt');
    expect(card.code).toBe(0);
    expect(card.stdout).toMatch(/^# vgg-mtt\n/);
    expect(card.stdout).toContain('Licence: ISC');
    expect(card.stdout).toMatch(/^- 605,748 trained numbers, and 1,282 that stay/m);
    expect(card.stdout).toMatch(/^- 885 M multiply-adds for a window \(885,080,576\)/m);
    expect(card.stdout).toMatch(
      /^- vgg: of 2\.99 s \(187 steps\) of mel, one step depends on 2\.05 s \(128 steps\)$/m,
    );
    expect(card.stdout).toMatch(
      /^conv1 +convolution 3×3, .*maximum 4×1.* 92 × 48 × 128 +1,536 +20,680,704$/m,
    );
    const { name, spec, network } = JSON.parse((await polytag('show', 'vgg-mtt', '--json')).stdout);
    expect([name, spec.zoo.kind, network.totals.parameters]).toEqual(['vgg-mtt', 'vgg', 605_748]);
  });

  it('show takes a config, with overrides, and draws its network', async () => {
    const drawing = join(folder, 'small.svg');
    const small = ['model.zoo={kind: vgg, channels: 4}', 'data.top_tags=7'];
    const { code, stdout, stderr } = await polytag(
      'show',
      'configs/vgg.yaml',
      ...small,
      '--drawing',
      drawing,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('so that 7 labels are assumed')]);
    expect(stdout).toMatch(/^# vgg\n\nA config of vgg with 7 outputs\./);
    expect(stdout).toMatch(/^head +dense +7 +63 +56$/m);
    const svg = await readFile(drawing, 'utf8');
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 400 \d+"/);
    expect(svg).toContain('prefers-color-scheme: dark');
    for (const text of ['a window of 2.99 s', '>conv5<', '2 × 1 × 4', '>head<']) expect(svg).toContain(text);
  });

  it('show takes a network of the zoo, by the config that comes with it', async () => {
    const { code, stdout } = await polytag('show', 'piano-cnn', 'data.root=nowhere', '--json');
    expect(code).toBe(0);
    const { name, spec, network } = JSON.parse(stdout);
    expect([name, spec.zoo.kind, network.inputs[0].name]).toEqual(['piano', 'piano-cnn', 'waveform']);
  });

  it('show says of a published model that is not here what is known of it', async () => {
    const { code, stdout, stderr } = await polytag('show', 'vgg-msd');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# vgg-msd\n[\s\S]*Million Song Dataset[\s\S]*Licence: ISC[\s\S]*Please cite:/);
    expect(stderr).toContain('run "polytag models pull vgg-msd"');
  });

  it('pull says where a model is that is here already', async () => {
    const { code, stdout } = await polytag('pull', 'vgg-mtt');
    expect([code, stdout]).toEqual([0, `${join(modelsFolder(), 'vgg-mtt')}\n`]);
  });

  it('export writes the files, and shows it', async () => {
    const out = join(folder, 'out');
    const { code, stdout } = await polytag('export', 'vgg-mtt', '--format', 'tfjs', '--out', out);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        'LICENSE',
        'README.md',
        'SHA256SUMS',
        'graph/group1-shard1of1.bin',
        'graph/model.json',
        'group1-shard1of1.bin',
        'load.ts',
        'model.json',
        'network.svg',
        'weights_manifest.json',
      ].map((name) => join(out, name)),
    );
  });

  it('import --list shows the arrays of a file', async () => {
    const { code, stdout } = await polytag('import', fixture('tiny.npz'), '--list');
    expect([code, stdout]).toEqual([
      0,
      'turned  [4, 3]\nkernel  [2, 3, 1, 2]\nbias    [2]\ndouble  [2]\nsteps   []\nflags   [2]\n',
    ]);
  });

  it.each<[string[], number, RegExp]>([
    [['show', 'configs/mtat-baseline.yaml'], 2, /^This config has no network but model\.baseline/],
    [['show', 'vgg-mtt', 'seed=2'], 2, /^seed=2: only a config takes overrides/],
    [
      ['show', 'vgg', '--drawing', 'vgg.png'],
      2,
      /^--drawing: vgg\.png does not end in \.svg; give a name that does\.$/m,
    ],
    [[], 2, /^Give a command: list, show, pull, import or export\./],
    [
      ['show', 'vgg-msd', '--json'],
      2,
      /^The model vgg-msd is not installed; run "polytag models pull vgg-msd"\.$/,
    ],
    [
      ['pull', 'vgg-mtg'],
      2,
      /did you mean vgg-mtt\? There are musicnn-mtt, musicnn-msd, vgg-mtt, vgg-msd, swift-f0, basic-pitch and those of "polytag models list --known"\./,
    ],
    [
      ['pull', 'mood_sad'],
      2,
      /^There is no published model "mood_sad", but mood_sad-discogs-effnet, mood_sad-msd-musicnn; give one of them\.$/,
    ],
    [
      ['pull', 'discogs-effnet', 'vgg-mtt', '--accept-licence', '--mirror', 'http://127.0.0.1:1'],
      2,
      /^--mirror: vgg-mtt is fetched with pip; remove the option\.$/,
    ],
    [
      ['pull', 'discogs-effnet', '--from', 'x.whl'],
      2,
      /^--from: discogs-effnet is fetched from its address; remove the option\.$/,
    ],
    [
      ['export', 'discogs-effnet', '--out', 'x'],
      2,
      /^The model discogs-effnet is not installed; run "polytag models pull discogs-effnet", which asks for --accept-licence\.$/,
    ],
    [
      ['pull', 'vgg-msd', '--from', 'nowhere.whl'],
      2,
      /^nowhere\.whl cannot be read .*give the file musicnn-0\.1\.0/,
    ],
    [
      ['import', 'x.npz'],
      2,
      /^Give --architecture, and --mapping unless the file is a published one; --list shows the arrays of the file\.$/,
    ],
    [['import', fixture('evil.pth'), '--list'], 1, /it wants to call posix\.system, .* was refused\.$/],
    [
      ['export', 'vgg-mtt', '--format', 'keras', '--out', 'x'],
      2,
      /^--format must be one of safetensors, tfjs, onnx, not "keras"\./,
    ],
  ])('%j is refused in a sentence', async (args, wanted, message) => {
    const { code, stdout, stderr } = await polytag(...args);
    const last = stderr.trimEnd().split('\n').at(-1);
    expect([code, stdout, last]).toEqual([wanted, '', expect.stringMatching(message)]);
    expect(stderr).not.toContain('defect of polytag');
  });

  it('import names a mapping that is not valid YAML', async () => {
    const mapping = join(folder, 'broken.yaml');
    await writeFile(mapping, 'labels: [a');
    const { code, stderr } = await polytag(
      ...['import', fixture('tiny.npz'), '--mapping', mapping, '--architecture', 'vgg'],
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(/broken\.yaml is not valid YAML \(.*\)\.\n$/)]);
  });
});
