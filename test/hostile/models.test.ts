/** Stored models that a disk or another program has damaged. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { Failure } from '../../src/base/errors.js';
import { loadEngine } from '../../src/engine/engine.js';
import { readWeights } from '../../src/hub/formats/index.js';
import { openModelFolder, openPredictor } from '../../src/hub/model-folder.js';
import { decodeSafetensors } from '../../src/models/safetensors.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
let model: string;
beforeAll(async () => {
  workplace = await makeWorkplace();
  const out = join(workplace.folder, 'run');
  const { code, stderr } = await polytag(['run', workplace.config, '--out', out, '--fast-dev-run'], {
    cwd: workplace.folder,
  });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  model = join(out, 'model');
  await loadEngine();
});
afterAll(() => workplace.remove());

/** A copy of the model, one of whose files `change` changes. */
async function changed(
  file: string,
  change: (bytes: Buffer) => Buffer | string,
  sums = true,
): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'polytag-hostile-'));
  await cp(model, copy, { recursive: true });
  if (!sums) await rm(join(copy, 'SHA256SUMS'));
  await writeFile(join(copy, file), change(await readFile(join(copy, file))));
  return copy;
}

const flip =
  (share: number, bit = 0) =>
  (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    copy[Math.floor(share * (bytes.length - 1))] ^= 1 << bit;
    return copy;
  };

describe('a model with one bit of another value', () => {
  it.each([0, 0.01, 0.25, 0.5, 0.75, 1])(
    'in its weights, at %d of the file, is not loaded',
    async (share) => {
      const copy = await changed('weights.safetensors', flip(share, 3));
      await expect(openModelFolder(copy)).rejects.toThrow(
        `The model in ${copy} cannot be read (weights.safetensors: its content is not what was written (SHA256SUMS beside it)); copy it again, or train it again.`,
      );
    },
  );

  it('in its description is not loaded', async () => {
    const copy = await changed('model.json', flip(0.5));
    await expect(openModelFolder(copy)).rejects.toThrow(/model\.json: its content is not what was written/);
  });

  it('in its list of what it was trained on is not evaluated', async () => {
    const copy = await changed('seen.parquet', flip(0.5));
    const run = join(workplace.folder, 'flipped');
    await cp(join(model, '..'), run, { recursive: true });
    await cp(copy, join(run, 'model'), { recursive: true });
    const { code, stderr } = await polytag(['evaluate', run], { cwd: workplace.folder });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/seen\.parquet is damaged \(its content/)]);
  });
});

describe('a model without checksums', () => {
  it('that holds NaN is not loaded', async () => {
    const copy = await changed(
      'weights.safetensors',
      (bytes) => {
        const { weights } = decodeSafetensors(bytes);
        expect(weights.size).toBeGreaterThan(3);
        const other = Buffer.from(bytes);
        other.writeFloatLE(Number.NaN, bytes.length - 4);
        return other;
      },
      false,
    );
    await expect(openModelFolder(copy)).rejects.toThrow(/weights\.safetensors: .* holds NaN, not a number/);
  });

  it.each([
    ['null', /model\.json: expected object, received null/],
    ['[]', /model\.json: expected object, received array/],
    ['{}', /model\.json: its format is "undefined"/],
    ['{"format":"polytag-model/1"}', /model\.json: name: expected string, received undefined/],
    ['{"format":"polytag-baseline/1","spec":null}', /./],
  ])('whose description is %s is refused in a sentence', async (content, reason) => {
    const copy = await changed('model.json', () => content, false);
    const error = await openModelFolder(copy).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message).not.toMatch(/Cannot read properties|is not a function|undefined \(/);
  });

  it.each(['{"a":null}', '{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}', '[]', 'null', '7'])(
    'whose weights have the header %s is refused in a sentence',
    async (header) => {
      const length = Buffer.alloc(8);
      length.writeUInt32LE(header.length);
      const copy = await changed(
        'weights.safetensors',
        () => Buffer.concat([length, Buffer.from(header)]),
        false,
      );
      const error = (await openModelFolder(copy).catch((thrown: unknown) => thrown)) as Error;
      expect(error).toBeInstanceOf(Failure);
      expect(error.message).not.toMatch(/Cannot read properties|is not a function|not iterable/);
    },
  );
});

describe('a baseline without checksums', () => {
  let baseline: string;
  beforeAll(async () => {
    const out = join(workplace.folder, 'baseline');
    const options = ['~model.branches', '~model.fusion', 'model.baseline.features.kind=mfcc'];
    const { code, stderr } = await polytag(['run', workplace.config, ...options, '--out', out], {
      cwd: workplace.folder,
    });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    baseline = join(out, 'model');
    await rm(join(baseline, 'SHA256SUMS'));
    (await openPredictor(baseline)).dispose();
  });

  type Change = (description: { inputs: Record<string, unknown>; spec: Record<string, unknown> }) => void;

  it.each<[string, Change, RegExp]>([
    ['that names no input', ({ inputs }) => void delete inputs.mfcc, /mfcc/],
    [
      'whose window is longer than its frame',
      ({ inputs }) => Object.assign(inputs.mfcc as object, { window: 1e6 }),
      /inputs\.mfcc/,
    ],
    // A default in place of what it was trained with would change its scores without a word.
    [
      'without its sample rate',
      ({ inputs }) => void delete inputs.sample_rate,
      /inputs\.sample_rate is missing/,
    ],
    [
      'without the length of its chunks',
      ({ inputs }) => void delete inputs.chunk_seconds,
      /inputs\.chunk_seconds is missing/,
    ],
    [
      'without an option of its features',
      ({ inputs }) => void delete (inputs.mfcc as { n_fft?: number }).n_fft,
      /inputs\.mfcc\.n_fft is missing/,
    ],
    [
      'whose features are of an unknown kind',
      ({ spec }) => (spec.features = { kind: 'x' }),
      /spec\.features/,
    ],
    [
      'whose lyrics have no terms',
      ({ spec }) => (spec.features = { kind: 'tfidf' }),
      /terms: expected array, received null/,
    ],
  ])('%s is refused in a sentence', async (_, change, reason) => {
    const copy = await mkdtemp(join(tmpdir(), 'polytag-hostile-'));
    await cp(baseline, copy, { recursive: true });
    const path = join(copy, 'model.json');
    const description = JSON.parse(await readFile(path, 'utf8'));
    change(description);
    await writeFile(path, JSON.stringify(description));
    const error = (await openPredictor(copy).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).toMatch(reason);
    expect(error.message).not.toMatch(/Cannot read properties/);
  });
});

describe('a network without checksums', () => {
  it('whose branch lacks an option is refused in a sentence', async () => {
    const copy = await changed(
      'model.json',
      (bytes) => {
        const description = JSON.parse(bytes.toString('utf8'));
        delete description.spec.branches.mel.channels;
        return JSON.stringify(description);
      },
      false,
    );
    await expect(openModelFolder(copy)).rejects.toThrow(
      `The model in ${copy} cannot be read (model.json: its structure is damaged); copy it again, or train it again.`,
    );
  });
});

describe('a description that is not JSON', () => {
  it('is quoted in one line', async () => {
    const copy = await changed(
      'model.json',
      (bytes) => bytes.toString('utf8').replace(/\n( +)\],/, '\n$1],\n$1],'),
      false,
    );
    const error = (await openModelFolder(copy).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).not.toMatch(/\n/);
  });
});

describe('an archive of weights', () => {
  it('that unpacks to a thousand times its size is refused before it is unpacked', async () => {
    const zip = new ZipFile();
    const zeros = Buffer.alloc(150 * 2 ** 20);
    for (const name of ['a.npy', 'b.npy']) zip.addBuffer(zeros, name);
    zip.end();
    const path = join(workplace.folder, 'bomb.npz');
    await writeFile(path, await buffer(zip.outputStream));
    await expect(readWeights(path)).rejects.toThrow(/unpacks to more than a hundred times its size/);
  });
});
