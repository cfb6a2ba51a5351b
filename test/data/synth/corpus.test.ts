import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { MPEGDecoder } from 'mpg123-decoder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { generateCorpus, type SynthSummary } from '../../../src/data/synth/corpus.js';
import { SYNTHETIC_TAGS } from '../../../src/data/synth/plan/tags.js';

const options = { clips: 24, seconds: 2, seed: 42 };
let root: string;
let out: string;
let summary: SynthSummary;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-synth-'));
  out = join(root, 'corpus');
  summary = await generateCorpus({ ...options, out });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** SHA-256 of every file by its path. */
async function digests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.sort().map(async (path) => {
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    return [path.slice(folder.length + 1), digest] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

async function table(name: string): Promise<Record<string, string>[]> {
  return parse(await readFile(join(out, name)), { columns: true, delimiter: '\t' });
}

describe('generateCorpus', () => {
  it('is deterministic to the byte', async () => {
    const again = join(root, 'again');
    await generateCorpus({ ...options, out: again });
    const first = await digests(out);
    expect(await digests(again)).toEqual(first);
    expect(Object.keys(first).filter((path) => path.endsWith('.mp3'))).toHaveLength(24);
  });

  it('gives the bytes it has always given', async () => {
    // Changes with every change of the generator: raise VERSION in corpus.ts and put the new digest here.
    const all = createHash('sha256')
      .update(JSON.stringify(await digests(out)))
      .digest('hex');
    expect(all).toBe('d277102e26425cfec0661b33e05e07e2163258cf689836f9a17106c5357620b2');
  });

  it('differs for another seed', async () => {
    const other = join(root, 'other');
    await generateCorpus({ ...options, seed: 43, out: other });
    const ours = new Set(Object.values(await digests(out)));
    const theirs = Object.entries(await digests(other)).filter(([path]) => path.endsWith('.mp3'));
    expect(theirs.filter(([, digest]) => ours.has(digest))).toEqual([]);
  });

  it('has the layout of MagnaTagATune', async () => {
    const annotations = await table('annotations_final.csv');
    expect(annotations).toHaveLength(24);
    expect(Object.keys(annotations[0])).toEqual(['clip_id', ...SYNTHETIC_TAGS, 'mp3_path']);
    const info = await table('clip_info_final.csv');
    expect(Object.keys(info[0]).join()).toBe(
      'clip_id,track_number,title,artist,album,url,segmentStart,segmentEnd,original_url,mp3_path',
    );
    expect(info.map((row) => row.mp3_path)).toEqual(annotations.map((row) => row.mp3_path));
    for (const row of info) {
      expect(row.mp3_path).toMatch(/^[0-9a-f]\/[a-z0-9_]+-[a-z0-9_]+-\d\d-[a-z0-9_]+-\d+-\d+\.mp3$/);
      const [artist, album, track, title, start, end] = row.mp3_path.slice(2, -4).split('-');
      expect([artist, album, title]).toEqual(
        [row.artist, row.album, row.title].map((name) => name.replaceAll(' ', '_')),
      );
      expect(Number(track)).toBe(Number(row.track_number));
      expect([start, end]).toEqual([row.segmentStart, row.segmentEnd]);
      expect(Number(end) - Number(start)).toBe(2);
    }
    const text = await readFile(join(out, 'annotations_final.csv'), 'utf8');
    expect(text.endsWith('"\r\n')).toBe(true);
    expect(text.split('\r\n', 1)[0]).toMatch(/^"clip_id"\t"guitar"\t/);
  });

  it('agrees with its summary', async () => {
    const annotations = await table('annotations_final.csv');
    for (const { tag, count } of summary.tags)
      expect(annotations.filter((row) => row[tag] === '1')).toHaveLength(count);
    expect(Object.values(summary.splits).reduce((a, b) => a + b)).toBe(24);
    const { en, zh, none } = summary.lyrics;
    expect(en + zh + none).toBe(24);
    expect(await readdir(join(out, 'lyrics'))).toHaveLength(en + zh);
    const labels: Record<string, string>[] = parse(await readFile(join(out, 'labels.csv')), {
      columns: true,
    });
    expect(labels.map((row) => row.clip_id)).toEqual(annotations.map((row) => row.clip_id));
    for (const { mood, quadrant } of labels)
      expect(quadrant).toMatch(
        mood === 'negative' ? /^(low|high)-energy\/high-stress$/ : /-energy\/low-stress$/,
      );
  });

  it('writes MP3 files of 16 kHz mono that decode to their length', async () => {
    const decoder = new MPEGDecoder();
    await decoder.ready;
    for (const row of (await table('annotations_final.csv')).slice(0, 4)) {
      const { channelData, sampleRate, errors } = decoder.decode(await readFile(join(out, row.mp3_path)));
      await decoder.reset();
      expect(sampleRate).toBe(16000);
      expect(errors).toEqual([]);
      expect(channelData[0].length).toBeGreaterThanOrEqual(2 * 16000);
      expect(channelData[0].length).toBeLessThan(2 * 16000 + 4000);
      expect(channelData[0].some((x) => Math.abs(x) > 0.005)).toBe(true);
    }
    decoder.free();
  });

  it('marks itself as synthetic', async () => {
    const mark = JSON.parse(await readFile(join(out, 'SYNTHETIC.json'), 'utf8'));
    expect(mark).toMatchObject({ generator: 'polytag data synth', version: 1, ...options });
    expect(mark.statement).toMatch(/SYNTHETIC/);
  });

  it('makes only what is missing when it is called again', async () => {
    const before = await digests(out);
    const [first] = await table('annotations_final.csv');
    const untouched = (await table('annotations_final.csv'))[1].mp3_path;
    const modified = (await stat(join(out, untouched))).mtimeMs;
    await rm(join(out, first.mp3_path));
    await rm(join(out, 'labels.csv'));
    const again = await generateCorpus({ ...options, out });
    expect([again.rendered, again.kept]).toEqual([1, 23]);
    expect(await digests(out)).toEqual(before);
    expect((await stat(join(out, untouched))).mtimeMs).toBe(modified);
  });

  it('refuses a folder that holds something else', async () => {
    await expect(generateCorpus({ ...options, seed: 1, out })).rejects.toThrow(/made with other options/);
    const foreign = await mkdtemp(join(root, 'foreign-'));
    await writeFile(join(foreign, 'thesis.tex'), 'mine');
    await expect(generateCorpus({ ...options, out: foreign })).rejects.toThrow(/is not empty/);
    await expect(generateCorpus({ ...options, out: join(foreign, 'thesis.tex') })).rejects.toThrow(
      /is a file/,
    );
    expect(await readdir(foreign)).toEqual(['thesis.tex']);
  });

  it.each([
    [{ clips: 15 }, /clips is 15; it must be a whole number from 16/],
    [{ clips: 20.5 }, /clips is 20.5/],
    [{ seconds: 0 }, /seconds is 0/],
    [{ seconds: Number.NaN }, /seconds is NaN/],
    [{ seed: -1 }, /seed is -1/],
  ])('refuses %o', async (wrong, message) => {
    const call = generateCorpus({ ...options, ...wrong, out: join(root, 'wrong') });
    await expect(call).rejects.toThrow(UsageError);
    await expect(call).rejects.toThrow(message);
  });

  it('reports progress and ends the report', async () => {
    const seen: number[] = [];
    let stopped = 0;
    const progress = { update: (done: number) => void seen.push(done), stop: () => void stopped++ };
    await generateCorpus({ ...options, out, progress });
    expect(seen.at(-1)).toBe(24);
    expect(stopped).toBe(1);
  });

  it('holds one clip at a time in memory', async () => {
    const buffers: number[] = [];
    const update = (): void => void buffers.push(process.memoryUsage().arrayBuffers);
    const bounded = join(root, 'bounded');
    await generateCorpus({
      clips: 40,
      seconds: 10,
      seed: 1,
      out: bounded,
      progress: { update, stop: () => {} },
    });
    // Least values, because what is no longer held is freed only now and then. Thirty clips are 19 MB of samples.
    const early = Math.min(...buffers.slice(0, 10));
    const late = Math.min(...buffers.slice(-10));
    expect(buffers).toHaveLength(40);
    expect(late - early).toBeLessThan(10e6);
  }, 60_000);
});
