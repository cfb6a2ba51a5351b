/** Inputs and branches under names of their own, trained, tagged with and exported as a person types it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDescription } from '../../src/models/description.js';
import { decodeSafetensors } from '../../src/models/safetensors.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const type = (...words: string[]): Promise<Outcome> => polytag(words, { cwd: workplace.folder });

/** A config beside the tiny one. */
async function write(name: string, text: string): Promise<string> {
  const path = join(workplace.folder, `${name}.yaml`);
  await writeFile(
    path,
    `name: ${name}\ndata: { root: ${workplace.corpus}, top_tags: 12 }\n${text}training: { epochs: 1, batch_size: 8 }\nevaluation: { bootstrap_samples: 20, examples: 1 }\n`,
  );
  return path;
}

const description = async (folder: string): Promise<ModelDescription> =>
  JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as ModelDescription;

const recording = (): string => join(workplace.corpus, '0');

/** Runs a config and tags a folder of the corpus with the model. */
async function runAndTag(name: string, text: string): Promise<{ out: string; run: Outcome; table: string }> {
  const out = join(workplace.folder, 'reports', name);
  const run = await type('run', await write(name, text), '--out', out);
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  const table = join(out, 'tags.csv');
  const tag = await type('tag', recording(), '--model', out, '--out', table);
  expect([tag.code, tag.stderr]).toEqual([0, expect.any(String)]);
  return { out, run, table: await readFile(table, 'utf8') };
}

/** Scores of the run's predictions and of its tables agree: both roads are one. */
async function expectSameScores(out: string): Promise<void> {
  const evaluated = await type('evaluate', out, '--json');
  expect(evaluated.code).toBe(0);
  const metrics = JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')) as { roc_auc: object };
  expect((JSON.parse(evaluated.stdout) as { roc_auc: object }).roc_auc).toEqual(metrics.roc_auc);
}

describe('two branches on mel spectrograms of their own', () => {
  it('are trained together, tag and are exported', async () => {
    const { out, table } = await runAndTag(
      'two-mels',
      `inputs:
  chunk_seconds: 1
  store: ${join(workplace.folder, 'store')}
  mel: { bands: 96 }
  mel_short: { kind: mel, bands: 32, n_fft: 256, hop_length: 128, scale: htk, f_max: 7000, compression: { kind: db, ref: max, top_db: 80 } }
model:
  branches:
    mel: { channels: [4, 4], features: 8 }
    mel_short: { kind: mel, channels: [4, 4], features: 8 }
  fusion: { kind: self-attention, heads: 2, features: 8, attention: 4, hidden: 8 }
`,
    );
    await expectSameScores(out);
    expect(table.split('\n')[0]).toContain('path');
    const exported = join(out, 'exported');
    expect((await type('models', 'export', out, '--out', exported)).code).toBe(0);
    const { settings, shape } = await description(exported);
    expect(shape.inputs).toEqual({ mel: { length: 62, width: 96 }, mel_short: { length: 124, width: 32 } });
    expect(settings!.inputs.mel_short).toMatchObject({ kind: 'mel', melBands: 32, scale: 'htk', fMax: 7000 });
    const { weights } = decodeSafetensors(await readFile(join(exported, 'weights.safetensors')));
    expect([...weights.keys()]).toEqual(
      expect.arrayContaining(['mel/conv1/kernel', 'mel_short/conv1/kernel']),
    );
    const card = await type('models', 'show', out);
    expect(card.stdout).toContain('mel + mel_short, self-attention');
    expect(card.stdout).toContain('32 bands (HTK scale, unit area, 0 to 7000 Hz)');
  });

  it('may take one input', async () => {
    const { out } = await runAndTag(
      'one-mel',
      `inputs: { chunk_seconds: 1, store: ${join(workplace.folder, 'store')}, mel: { bands: 32 } }
model:
  branches:
    fine: { kind: mel, input: mel, channels: [4], features: 8 }
    coarse: { kind: frames, input: mel, channels: [4, 4], features: 8 }
  fusion: { kind: concat, hidden: 8 }
`,
    );
    expect((await description(join(out, 'model'))).shape.inputs).toEqual({ mel: { length: 62, width: 32 } });
  });
});

describe('features of polytag features as inputs', () => {
  it('train beside the waveform: chroma, onset strength, standardised by band', async () => {
    const { out } = await runAndTag(
      'harmony',
      `inputs:
  chunk_seconds: 1
  store: ${join(workplace.folder, 'store')}
  onset: { standardise: per-band }
model:
  branches:
    harmony: { input: chroma, channels: [4, 4], features: 8 }
    rhythm: { input: onset, channels: [4, 4], features: 8 }
    waveform: { channels: [4, 4, 4, 4, 4], features: 8 }
  fusion: { kind: self-attention, heads: 2, features: 8, attention: 4, hidden: 8 }
`,
    );
    await expectSameScores(out);
    const { statistics, spec } = await description(join(out, 'model'));
    expect(statistics!.onset.means).toHaveLength(1);
    expect(statistics!.onset.deviations[0]).toBeGreaterThan(0);
    expect(spec.branches).toMatchObject({ harmony: { kind: 'frames', input: 'chroma' } });
  });

  it.each([
    ['inputs.chrom={}', /there is no key "inputs\.chrom"; the nearest known key is "inputs\.chroma"/],
    ['model.branches.harmony={input: lute}', /there is no input "lute"; add inputs\.lute with a kind/],
    [
      'model.branches.harmony={kind: convolutions}',
      /"convolutions" is not one of mel, waveform, lyrics, frames, embedding, musicnn, vgg/,
    ],
    ['inputs.mel.f_max=-5', /inputs\.mel\.f_max/],
    ['evaluation.conditions=[{absent: [chroma]}]', /does not take chroma, only mel, waveform, lyrics/],
  ])('%s is refused in a sentence', async (override, message) => {
    const { code, stderr } = await type('run', workplace.config, override);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('a published network as a branch', () => {
  const INPUTS = (): string => `inputs:
  chunk_seconds: 1.2
  store: ${join(workplace.folder, 'store')}
  mel: { bands: 64 }
  lyrics: { max_tokens: 8 }
`;

  it.each([
    ['musicnn', 'timbre: 4, rhythm: 3, middle: 4, hidden: 6', 'bands: 64', 52],
    ['music-tagger-cnn', 'channels: [4, 4, 4, 4, 4]', 'bands: 96, hop_length: 12', 29],
    ['compact-cnn', 'channels: 4, normalisation: clip', 'bands: 96, hop_length: 12', 15],
  ])(
    '%s starts with the weights of a run, keeps them when frozen, and is fused with lyrics',
    async (kind, options, mel, count) => {
      const inputs = INPUTS().replace('bands: 64', mel);
      const source = await runAndTag(
        kind === 'musicnn' ? 'network' : kind,
        `${inputs}model: { zoo: { kind: ${kind}, ${options} } }\n`,
      );
      const { out } = await runAndTag(
        `transfer-${kind}`,
        `${inputs}model:
  branches:
    mel: { kind: ${kind}, ${options}, init: ${source.out}, freeze: true }
    lyrics: { embedding: 8, filters: 4 }
  fusion: { kind: self-attention, heads: 2, features: 8, attention: 4, hidden: 8 }
`,
      );
      const weightsOf = async (folder: string) =>
        decodeSafetensors(await readFile(join(folder, 'model', 'weights.safetensors'))).weights;
      const [before, after] = [await weightsOf(source.out), await weightsOf(out)];
      const names = [...after.keys()].filter((name) => name.startsWith('mel/'));
      expect(names).toHaveLength(count);
      for (const name of names) expect(after.get(name)).toEqual(before.get(name.slice('mel/'.length)));
      const environment = JSON.parse(await readFile(join(out, 'environment.json'), 'utf8')) as object;
      expect(environment).toMatchObject({ branch_weights: [{ branch: 'mel', model: source.out }] });
      await expectSameScores(out);
    },
  );

  it('refuses a source of another kind, and one with other inputs', async () => {
    const source = join(workplace.folder, 'reports', 'network');
    const branch = (kind: string): string =>
      `${INPUTS()}model: { branches: { mel: { kind: ${kind}, init: ${source} }, lyrics: {} } }\n`;
    const other = await type('run', await write('other-kind', branch('vgg')));
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/init: .* no network of the kind vgg/),
    ]);
    const bands = await type('run', await write('other-bands', branch('musicnn')), 'inputs.mel.bands=70');
    expect([bands.code, bands.stderr]).toEqual([
      2,
      expect.stringMatching(/trained with melBands 64, .* has 70/),
    ]);
  });
});
