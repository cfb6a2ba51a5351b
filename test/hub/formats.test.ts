/** Files of weights that PyTorch, h5py, NumPy and safetensors wrote, and what damage makes of them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { Failure } from '../../src/base/errors.js';
import { readWeights } from '../../src/hub/formats/index.js';
import { readPickle } from '../../src/hub/formats/pickle.js';
import { readZip } from '../../src/hub/formats/zip.js';
import fc from '../fast-check.js';
import { checkpointOf } from './checkpoint.js';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const KERNEL = Float32Array.from({ length: 12 }, (_, i) => Math.fround(Math.fround(i / 7) - 0.5));

/** What make.py put into every file, as far as the library has the type. */
const WANTED: Record<string, { shape: number[]; values: number[] }> = {
  kernel: { shape: [2, 3, 1, 2], values: [...KERNEL] },
  bias: { shape: [2], values: [1.5, -0.25] },
  brain: { shape: [3], values: [3, -1.5, 2 ** 99 * 1.578125] },
  double: { shape: [2], values: [Math.fround(0.1), -2] },
  steps: { shape: [], values: [-3] },
  flags: { shape: [2], values: [1, 0] },
};
const TURNED = [2, 6, 10, 3, 7, 11, 4, 8, 12, 5, 9, 13];

async function expectArray(file: string, name: string, shape: number[], values: number[]): Promise<void> {
  const weight = (await readWeights(fixture(file))).get(name);
  expect([name, weight?.shape]).toEqual([name, shape]);
  expect([...weight!.read()]).toEqual(values);
}

describe('weights written by', () => {
  it.each([
    ['PyTorch', 'tiny.pth', 'state_dict.', '', ['kernel', 'bias', 'brain', 'double', 'steps', 'flags']],
    ['safetensors', 'tiny.safetensors', '', '', ['kernel', 'bias', 'brain', 'double', 'steps', 'flags']],
    ['NumPy', 'tiny.npz', '', '', ['kernel', 'bias', 'double', 'steps', 'flags']],
    ['h5py', 'tiny.h5', 'model_weights/conv1/conv1/', ':0', ['kernel', 'double', 'steps']],
  ])('%s are read with their types and shapes', async (_, file, before, behind, names) => {
    for (const name of names)
      await expectArray(file, before + name + behind, WANTED[name].shape, WANTED[name].values);
  });

  it('PyTorch and NumPy in another order of axes are put in C order', async () => {
    await expectArray('tiny.pth', 'state_dict.turned', [4, 3], TURNED);
    await expectArray('tiny.npz', 'turned', [4, 3], TURNED);
  });

  it('PyTorch before version 1.6 are read too, and what was cut is said', async () => {
    await expectArray('legacy.pth', 'a', [1], [1]);
    const whole = await readFile(fixture('legacy.pth'));
    const cut = join(folder, 'cut.pth');
    await writeFile(cut, whole.subarray(0, whole.length - 2));
    await expect(readWeights(cut)).rejects.toThrow(/cut\.pth cannot be read: the file was cut\.$/);
    await writeFile(cut, 'no such file');
    await expect(readWeights(cut)).rejects.toThrow(/it is not a file that torch\.save wrote/);
  });

  it('PyTorch are found in nested dictionaries and lists, empty ones too', async () => {
    const weights = await readWeights(fixture('tiny.pth'));
    expect([...weights.keys()]).toEqual([
      ...['kernel', 'bias', 'brain', 'double', 'steps', 'flags', 'turned', 'empty'].map(
        (name) => `state_dict.${name}`,
      ),
      'moments.0',
    ]);
    expect(weights.get('state_dict.empty')!.read()).toEqual(new Float32Array(0));
    const module = await readWeights(fixture('module.pt'));
    expect([...module.keys()]).toContain('1.running_mean');
    expect([...module.get('1.running_var')!.read()]).toEqual([5]);
  });

  it('h5py: a type that cannot be read is named when it is asked for, and hides nothing else', async () => {
    const weights = await readWeights(fixture('tiny.h5'));
    expect([...weights.keys()].sort()).toEqual(
      ['bias', 'double', 'kernel', 'steps'].map((name) => `model_weights/conv1/conv1/${name}:0`),
    );
    expect(() => weights.get('model_weights/conv1/conv1/bias:0')!.read()).toThrow(
      /bias:0 is damaged, or of a type that cannot be read \(<e\)/,
    );
  });

  it('TensorFlow are read from the index and the values beside it', async () => {
    const { index, data } = checkpointOf(new Map([['w', { shape: [2], values: Float32Array.of(1, 2) }]]));
    await writeFile(join(folder, 'model.index'), index);
    await expect(readWeights(join(folder, 'model.index'))).rejects.toThrow(
      /^There is no file .*model\.data-00000-of-00001; check the path\.$/,
    );
    await writeFile(join(folder, 'model.data-00000-of-00001'), data);
    const weights = await readWeights(join(folder, 'model.index'));
    expect(weights.get('w')!.read()).toEqual(Float32Array.of(1, 2));
  });
});

describe('a file of PyTorch is refused', () => {
  it.each([
    ['that would run a command', 'evil.pth', /it wants to call posix\.system, which .* was refused\.$/],
    ['of a whole network', 'whole-network.pth', /it wants to call torch\.nn\.modules\.container\.Sequential/],
    [
      'of the form before 1.6, too',
      'legacy-evil.pth',
      /it wants to call posix\.system, which .* was refused/,
    ],
  ])('%s', async (_, file, message) => {
    await expect(readWeights(fixture(file))).rejects.toThrow(message);
  });
});

/** Reads a file that may be damaged: it gives arrays, or an error with a message. */
async function readDamaged(bytes: Uint8Array, ending: string): Promise<void> {
  const path = join(folder, `damaged${ending}`);
  await writeFile(path, bytes);
  try {
    for (const weight of (await readWeights(path)).values()) {
      // A size that lies may not make the reader take all memory.
      if (weight.shape.reduce((a, b) => a * b, 1) < 1e6) weight.read();
    }
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toBe('');
  }
}

/** The archive of a file with other bytes in one entry; its checksums are right. */
async function repacked(name: string, entry: string, bytes: Uint8Array): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [file, content] of await readZip(fixture(name), () => true))
    zip.addBuffer(Buffer.from(file === entry ? bytes : content), file);
  zip.end();
  return buffer(zip.outputStream);
}

describe('a damaged file', () => {
  it('of PyTorch gives a sentence or arrays, whatever byte of the pickle differs in an archive that is whole', async () => {
    const files = await readZip(fixture('tiny.pth'), () => true);
    const [entry, pickle] = [...files].find(([name]) => name.endsWith('data.pkl'))!;
    await readDamaged(await repacked('tiny.pth', entry, pickle), '.pth');
    await fc.assert(
      fc.asyncProperty(fc.nat(pickle.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(pickle);
        damaged[at] ^= change;
        await readDamaged(await repacked('tiny.pth', entry, damaged), '.pth');
      }),
      { numRuns: 200 },
    );
  });

  it.each(['tiny.pth', 'tiny.safetensors', 'tiny.npz', 'tiny.h5'])(
    '%s gives a sentence or arrays, whatever byte differs or is missing',
    async (name) => {
      const whole = await readFile(fixture(name));
      const read = (bytes: Uint8Array): Promise<void> => readDamaged(bytes, extname(name));
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const damaged = Buffer.from(whole);
          damaged[at] ^= change;
          await read(damaged);
        }),
        { numRuns: 150 },
      );
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), (length) => read(whole.subarray(0, length))),
        { numRuns: 50 },
      );
    },
  );

  it('of PyTorch is refused where its directory is said to lie beyond every number', async () => {
    const damaged = await readFile(fixture('tiny.pth'));
    const locator = damaged.indexOf('PK\x06\x07', 0, 'latin1');
    expect(locator).toBeGreaterThan(0);
    // The highest bytes of a 64-bit offset.
    damaged[locator + 14] = 0x71;
    const path = join(folder, 'directory.pth');
    await writeFile(path, damaged);
    await expect(readWeights(path)).rejects.toThrow(Failure);
  });

  it.each(['tiny.pth', 'tiny.npz', 'tiny.h5'])('%s that was cut in half is refused', async (name) => {
    const whole = await readFile(fixture(name));
    const path = join(folder, `half${extname(name)}`);
    await writeFile(path, whole.subarray(0, whole.length / 2));
    await expect(readWeights(path)).rejects.toThrow(Failure);
  });

  it('of no known ending names those that are known', async () => {
    await expect(readWeights('weights.ckpt')).rejects.toThrow(
      'weights.ckpt has an unknown ending; it must be one of .safetensors, .npz, .pth, .pt, .h5, .hdf5, .index.',
    );
  });
});

describe('a pickle', () => {
  const world = { globals: new Map(), persistent: (id: unknown) => id };

  it.each<[string, string, unknown]>([
    [
      'numbers',
      '\x80\x02(K\x05M\x01\x02J\xfe\xff\xff\xff\x8a\x02\x00\x80G?\xf8\x00\x00\x00\x00\x00\x00t.',
      [5, 513, -2, -32768, 1.5],
    ],
    [
      'texts and truths',
      '\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00(\x8c\x02h\xc3X\x02\x00\x00\x00ok\x88\x89Nt.',
      ['h\ufffd', 'ok', true, false, null],
    ],
    ['what was stored before', '\x80\x02]q\x00(K\x01h\x00e.', null],
  ])('of %s is read', (_, text, wanted) => {
    const value = readPickle(Buffer.from(text, 'latin1'), world);
    if (wanted === null) expect((value as unknown[])[1]).toBe(value);
    else expect(value).toEqual(wanted);
  });

  it('of any bytes gives an object or an Error and calls nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          readPickle(bytes, world);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
