import {
  copyFile,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DamagePolicy } from '../../../src/audio/audio.js';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import { Interrupted } from '../../../src/base/errors.js';
import type { Recording } from '../../../src/data/store/compute.js';
import { extractFeatures } from '../../../src/data/store/extract.js';
import { featureKey, type StoredFeatures } from '../../../src/data/store/kinds.js';
import { type FeatureStore, openFeatureStore } from '../../../src/data/store/store.js';
import { generateCorpus } from '../../../src/data/synth/corpus.js';
import { needsShared, referencePath } from '../../reference.js';

const KINDS = {
  mel: { kind: 'mel', settings: { sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 16 } },
  waveform: { kind: 'waveform', settings: { sampleRate: 16_000 } },
} satisfies StoredFeatures;
const MEL_ONLY: StoredFeatures = { mel: KINDS.mel };

let base: string;
let clips: string[];
let folder: string;
let root: string;
const opened: FeatureStore[] = [];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'polytag-store-'));
  const corpus = join(base, 'corpus');
  await generateCorpus({ out: corpus, clips: 16, seconds: 2, seed: 7 });
  const files = await readdir(corpus, { recursive: true });
  clips = files
    .filter((name) => name.endsWith('.mp3'))
    .sort()
    .map((name) => join(corpus, name));
});
afterAll(() => rm(base, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(base, 'case-'));
  root = join(folder, 'store');
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

/** Copies of clips that a test may change. */
async function copies(count: number): Promise<Recording[]> {
  return Promise.all(
    clips.slice(0, count).map(async (clip, i) => {
      const path = join(folder, `clip${i}.mp3`);
      await copyFile(clip, path);
      return { id: `clip${i}`, path };
    }),
  );
}

async function openStore(
  recordings: Recording[],
  features: StoredFeatures = KINDS,
  more: { signal?: AbortSignal; onNote?: (note: string) => void; damage?: DamagePolicy } = {},
): Promise<FeatureStore> {
  const store = await openFeatureStore(recordings, { root, features, ...more });
  opened.push(store);
  return store;
}

/** Name, size, time and inode of every shard. */
async function shards(): Promise<Record<string, readonly number[]>> {
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.arrow')).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs, ino } = await stat(join(root, name));
        return [name, [size, mtimeMs, ino]] as const;
      }),
    ),
  );
}

/** All values of a recording. */
function wholeOf(store: FeatureStore, kind: 'mel' | 'waveform', id: string): Float32Array {
  const values = new Float32Array(
    store.length(kind, id) * (kind === 'mel' ? KINDS.mel.settings.melBands : 1),
  );
  store.read(kind, id, 0, values);
  return values;
}

/** Files of the store that this process has open. */
async function openFiles(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(root));
}

describe('openFeatureStore', () => {
  it('keeps the values that extraction gives, to the bit', async () => {
    const recordings = await copies(3);
    const store = await openStore(recordings);
    expect(store.damaged).toEqual([]);
    expect(store.missing).toEqual([]);
    for (const { id, path } of recordings) {
      const { values: expected } = await extractFeatures(path, KINDS, ['mel', 'waveform']);
      expect(store.has(id)).toBe(true);
      expect(store.length('waveform', id)).toBe(expected.waveform!.length);
      expect(store.length('mel', id)).toBe(expected.mel!.length / 16);
      expect(wholeOf(store, 'mel', id)).toEqual(expected.mel);
      expect(wholeOf(store, 'waveform', id)).toEqual(expected.waveform);
    }
  });

  it('computes of a recording what is wanted of it, and of copies what any of them wants', async () => {
    const [first, second, third] = await copies(3);
    const copy = { id: 'copy', path: join(folder, 'copy.mp3') };
    await copyFile(second.path, copy.path);
    const store = await openStore([
      { ...first, features: ['mel'] },
      { ...second, features: ['mel'] },
      third,
      copy,
    ]);
    for (const { id } of [first, second, third, copy]) expect(store.has(id)).toBe(true);
    expect(store.length('mel', first.id)).toBeGreaterThan(0);
    expect(() => store.length('waveform', first.id)).toThrow();
    for (const { id } of [third, copy]) expect(store.length('waveform', id)).toBeGreaterThan(16_000);
    store.close();
    // Asked for later, it is computed; until then the recording is not whole.
    const stored = await shards();
    const again = await openStore([first]);
    expect(again.length('waveform', first.id)).toBeGreaterThan(16_000);
    expect(Object.keys(await shards()).length).toBe(Object.keys(stored).length + 1);
  });

  it('reads any part by its offset, with silence beyond the end', async () => {
    const [recording] = await copies(1);
    const store = await openStore([recording]);
    const {
      values: { mel, waveform },
    } = await extractFeatures(recording.path, KINDS, ['mel', 'waveform']);
    const part = new Float32Array(1000).fill(9);
    store.read('waveform', recording.id, 12_345, part);
    expect(part).toEqual(waveform!.slice(12_345, 13_345));
    const frames = new Float32Array(5 * 16).fill(9);
    store.read('mel', recording.id, 40, frames);
    expect(frames).toEqual(mel!.slice(40 * 16, 45 * 16));
    store.read('mel', recording.id, store.length('mel', recording.id) - 2, frames);
    expect(frames.subarray(0, 32)).toEqual(mel!.subarray(mel!.length - 32));
    expect(frames.subarray(32).every((value) => value === 0)).toBe(true);
    store.read('waveform', recording.id, waveform!.length + 10, part.fill(9));
    expect(part.every((value) => value === 0)).toBe(true);
    // A view inside a larger array gets its own part and no more.
    const around = new Float32Array(30).fill(9);
    store.read('waveform', recording.id, 5, around.subarray(10, 20));
    expect(around.slice(10, 20)).toEqual(waveform!.slice(5, 15));
    expect([around[9], around[20]]).toEqual([9, 9]);
  });

  it('computes once: a second opening decodes and writes nothing', async () => {
    const recordings = await copies(3);
    const time = new Date(2020, 1, 1);
    for (const { path } of recordings) await utimes(path, time, time);
    const first = await openStore(recordings);
    const expected = wholeOf(first, 'mel', 'clip1');
    const before = await shards();
    expect(Object.keys(before)).toHaveLength(2);
    // Size and time stay and the content goes: a recording that was decoded again would now be damaged.
    for (const { path } of recordings) {
      await writeFile(path, new Uint8Array((await stat(path)).size));
      await utimes(path, time, time);
    }
    const again = await openStore(recordings);
    expect(again.damaged).toEqual([]);
    expect(wholeOf(again, 'mel', 'clip1')).toEqual(expected);
    expect(await shards()).toEqual(before);
  });

  it('adds what is new and leaves what is there', async () => {
    const recordings = await copies(3);
    await openStore(recordings.slice(0, 2));
    const before = await shards();
    const store = await openStore(recordings);
    const after = await shards();
    expect(Object.keys(after)).toHaveLength(4);
    expect(after).toMatchObject(before);
    expect(recordings.map(({ id }) => store.has(id))).toEqual([true, true, true]);
  });

  it('keeps settings apart: other mel bands are other files, and the waveform is not computed again', async () => {
    const recordings = await copies(1);
    await openStore(recordings);
    const before = await shards();
    const wider = { ...KINDS, mel: { kind: 'mel', settings: { ...KINDS.mel.settings, melBands: 24 } } };
    const store = await openStore(recordings, wider);
    const added = Object.keys(await shards()).filter((name) => !(name in before));
    expect(added).toHaveLength(1);
    expect(added[0].startsWith(`${featureKey(wider.mel)}/`)).toBe(true);
    expect(featureKey(wider.mel)).not.toBe(featureKey(KINDS.mel));
    const frames = new Float32Array(24);
    store.read('mel', 'clip0', 3, frames);
    const { values } = await extractFeatures(recordings[0].path, wider, ['mel']);
    expect(frames).toEqual(values.mel!.slice(72, 96));
  });

  it('stores recordings with the same content once', async () => {
    const [recording] = await copies(1);
    const twin = { id: 'twin', path: join(folder, 'twin.mp3') };
    await copyFile(recording.path, twin.path);
    const store = await openStore([recording, twin], MEL_ONLY);
    const [name] = Object.keys(await shards());
    expect(tableFromIPC(await readFile(join(root, name))).numRows).toBe(1);
    expect(wholeOf(store, 'mel', 'twin')).toEqual(wholeOf(store, 'mel', 'clip0'));
  });

  it('computes a recording again when its file has changed', async () => {
    const [recording] = await copies(1);
    const first = await openStore([recording], MEL_ONLY);
    const before = wholeOf(first, 'mel', 'clip0');
    await copyFile(clips[5], recording.path);
    const store = await openStore([recording], MEL_ONLY);
    const values = wholeOf(store, 'mel', 'clip0');
    expect(values).toEqual((await extractFeatures(clips[5], KINDS, ['mel'])).values.mel);
    expect(values).not.toEqual(before);
  });

  it('keeps what was done when it is interrupted, and continues from there', async () => {
    const recordings = await copies(12);
    // Asked before each clip, it lets five through: a stop in mid work whatever the machine's speed.
    let asked = 0;
    const signal = {
      get aborted() {
        return ++asked > 5;
      },
    } as AbortSignal;
    const stopped = await openStore(recordings, MEL_ONLY, { signal }).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Interrupted);
    expect((stopped as Error).message).toMatch(
      /^Stopped after 5 of 12 clips were prepared; what is done is kept/,
    );
    const before = await shards();
    const kept = (
      await Promise.all(
        Object.keys(before).map(async (name) => tableFromIPC(await readFile(join(root, name))).numRows),
      )
    ).reduce((sum, rows) => sum + rows, 0);
    expect(kept).toBe(5);
    const store = await openStore(recordings, MEL_ONLY);
    const after = await shards();
    expect(after).toMatchObject(before);
    const added = Object.keys(after).filter((name) => !(name in before));
    expect(added).toHaveLength(1);
    expect(tableFromIPC(await readFile(join(root, added[0]))).numRows).toBe(7);
    expect(recordings.every(({ id }) => store.has(id))).toBe(true);
  });

  it('starts no work when it is stopped before it begins', async () => {
    const recordings = await copies(2);
    await expect(openStore(recordings, MEL_ONLY, { signal: AbortSignal.abort() })).rejects.toThrow(
      'Stopped after 0 of 2 clips were prepared',
    );
    expect(await shards()).toEqual({});
  });

  it.each([
    [
      'truncated',
      async (path: string) => {
        const file = await open(path, 'r+');
        await file.truncate(1000);
        await file.close();
      },
    ],
    [
      'overwritten in place',
      async (path: string) => {
        const file = await open(path, 'r+');
        await file.write(new Uint8Array(64).fill(255), 0, 64, 2000);
        await file.close();
      },
    ],
    [
      'left without its table of contents',
      async (path: string) => {
        await rm(path.replace(/\.arrow$/, '.json'));
      },
    ],
    [
      'left with half a table of contents',
      async (path: string) => {
        await writeFile(path.replace(/\.arrow$/, '.json'), '{"bytes": 12');
      },
    ],
  ])('notices a shard that was %s, says so and computes it again', async (_, damage) => {
    const recordings = await copies(2);
    const first = await openStore(recordings, MEL_ONLY);
    const expected = wholeOf(first, 'mel', 'clip1');
    const [name] = Object.keys(await shards());
    await damage(join(root, name));
    const notes: string[] = [];
    const store = await openStore(recordings, MEL_ONLY, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([`${join(root, name)} was damaged and is computed again.`]);
    expect(wholeOf(store, 'mel', 'clip1')).toEqual(expected);
    expect(Object.keys(await shards())).not.toContain(name);
  });

  it('believes a shard whose time changed and whose content did not (a copied folder)', async () => {
    const recordings = await copies(2);
    await openStore(recordings, MEL_ONLY);
    const [name] = Object.keys(await shards());
    await utimes(join(root, name), new Date(), new Date(Date.now() - 86_400_000));
    const notes: string[] = [];
    await openStore(recordings, MEL_ONLY, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([]);
    expect(Object.keys(await shards())).toEqual([name]);
  });

  it('says that a shard became shorter while it was read', async () => {
    const [recording] = await copies(1);
    const store = await openStore([recording], MEL_ONLY);
    const [name] = Object.keys(await shards());
    const file = await open(join(root, name), 'r+');
    await file.truncate(1000);
    await file.close();
    expect(() => wholeOf(store, 'mel', 'clip0')).toThrow(/is damaged: what is read is not what was written/);
  });

  it.each([0, 0.5, 1])(
    'finds a flipped bit that left size and time as they were, at %d of the values, and heals',
    async (share) => {
      const recordings = await copies(2);
      const first = await openStore(recordings, MEL_ONLY);
      const before = wholeOf(first, 'mel', 'clip0');
      first.close();
      const [name] = (await readdir(join(root, featureKey(KINDS.mel)))).filter((file) =>
        file.endsWith('.arrow'),
      );
      const path = join(root, featureKey(KINDS.mel), name);
      const contents = path.replace('.arrow', '.json');
      const bytes = await readFile(path);
      const values = Buffer.from(before.buffer, before.byteOffset, before.byteLength);
      const at = bytes.indexOf(values.subarray(0, 64));
      bytes[at + Math.floor(share * (values.length - 1))] ^= 1;
      await writeFile(path, bytes);
      await writeFile(
        contents,
        (await readFile(contents, 'utf8')).replace(
          /"modified":[\d.]+/,
          `"modified":${(await stat(path)).mtimeMs}`,
        ),
      );
      const store = await openStore(recordings, MEL_ONLY);
      expect(() => wholeOf(store, 'mel', 'clip0')).toThrow(
        `${path} is damaged: what is read is not what was written; run the same command again`,
      );
      expect(wholeOf(await openStore(recordings, MEL_ONLY), 'mel', 'clip0')).toEqual(before);
    },
  );

  it('reports damaged audio and missing files and prepares the others', async () => {
    const [good] = await copies(1);
    const bad = async (id: string, bytes: Uint8Array | string): Promise<Recording> => {
      const path = join(folder, `${id}.mp3`);
      await writeFile(path, bytes);
      return { id, path };
    };
    const recordings = [
      await bad('empty', ''),
      await bad('text', 'This is no music at all. '.repeat(200)),
      await bad('zeros', new Uint8Array(5000)),
      good,
      { id: 'absent', path: join(folder, 'absent.mp3') },
      { id: 'folder', path: folder },
    ];
    const store = await openStore(recordings);
    expect(store.damaged.map(({ id }) => id)).toEqual(['empty', 'text', 'zeros']);
    for (const { reason, path } of store.damaged) expect(reason).toContain(path);
    expect(store.damaged[0].reason).toMatch(/is empty; download it again/);
    expect(store.missing.map(({ id }) => id)).toEqual(['absent', 'folder']);
    expect(recordings.map(({ id }) => store.has(id))).toEqual([false, false, false, true, false, false]);
    expect(wholeOf(store, 'mel', 'clip0').length).toBeGreaterThan(0);
  });

  it('reads or reports every MP3 of a collection of odd ones', async (ctx) => {
    needsShared(ctx);
    const odd = referencePath('data', 'odd-audio');
    const names = (await readdir(odd)).filter((name) => name.endsWith('.mp3')).sort();
    const store = await openStore(names.map((name) => ({ id: name, path: join(odd, name) })));
    const unreadable = ['garbage.mp3', 'id3_only.mp3', 'text.mp3', 'zero_bytes.mp3'];
    expect(store.damaged.map(({ id }) => id).sort()).toEqual(unreadable);
    for (const name of names.filter((each) => !unreadable.includes(each))) {
      const values = wholeOf(store, 'waveform', name);
      expect([name, values.length > 0 && values.every((value) => Number.isFinite(value))]).toEqual([
        name,
        true,
      ]);
    }
  });

  it('closes every file that it opened', async (ctx) => {
    ctx.skip(process.platform !== 'linux', 'open files are counted on Linux only');
    const recordings = await copies(3);
    const store = await openStore(recordings);
    for (const { id } of recordings) wholeOf(store, 'mel', id);
    wholeOf(store, 'waveform', 'clip0');
    expect(await openFiles()).toHaveLength(2);
    store.close();
    expect(await openFiles()).toEqual([]);
    store.close();
  });

  it('keeps, skips or refuses what is damaged in part, also when it is found in the store', async () => {
    const recordings = await copies(2);
    const bytes = await readFile(recordings[0].path);
    await writeFile(recordings[0].path, bytes.fill(0x55, 2000, 2300));
    for (let round = 0; round < 2; round++) {
      const kept = await openStore(recordings);
      expect([kept.partial.length, kept.damaged.length]).toEqual([1, 0]);
      expect(kept.partial[0].reason).toMatch(/is damaged: \d+ of its parts cannot be decoded/);
      expect(kept.length('mel', recordings[0].id)).toBeLessThan(kept.length('mel', recordings[1].id));
      const skipped = await openStore(recordings, KINDS, { damage: 'skip' });
      expect(skipped.damaged.map(({ id }) => id)).toEqual([recordings[0].id]);
      expect([skipped.has(recordings[0].id), skipped.has(recordings[1].id)]).toEqual([false, true]);
      await expect(openStore(recordings, KINDS, { damage: 'fail' })).rejects.toThrow(
        /1 of 2 recordings cannot be decoded/,
      );
    }
  });

  it('takes a damaged memory of hashes for none', async () => {
    const recordings = await copies(1);
    await openStore(recordings, MEL_ONLY);
    const before = await shards();
    await writeFile(join(root, 'content-hashes.json'), '{"half');
    const store = await openStore(recordings, MEL_ONLY);
    expect(store.has('clip0')).toBe(true);
    expect(await shards()).toEqual(before);
  });
});

describe('the room that many recordings take', () => {
  const recordings = (count: number): Promise<Recording[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const path = join(folder, `tone${i}.wav`);
        const samples = Float32Array.from({ length: 16_000 }, (_, n) => Math.sin((n * (i + 1)) / 300));
        await writeFile(path, encodeWav([samples], 16_000));
        return { id: `tone${i}`, path };
      }),
    );

  it('is told once, with what is free', async () => {
    const notes: string[] = [];
    await openStore(await recordings(120), KINDS, { onNote: (note) => notes.push(note) });
    // 64,000 bytes of samples and 64 rows of 16 bands for a second.
    expect(notes).toEqual([
      expect.stringMatching(
        /^The features of 120 recordings take about 9 MB in .*store, which has [\d.]+ [MG]B free\.$/,
      ),
    ]);
  });

  it('is not told of a few', async () => {
    const notes: string[] = [];
    await openStore(await recordings(20), KINDS, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([]);
  });
});
