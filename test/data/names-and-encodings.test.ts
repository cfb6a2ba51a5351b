/** Tables as spreadsheets of many countries save them, and names as disks of many systems hold them. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { folderOptions, folder as folderSet } from '../../src/data/sets/folder.js';
import { tracksOptions } from '../../src/data/sets/tracks/options.js';
import { tracks } from '../../src/data/sets/tracks.js';
import { readTable } from '../../src/data/table.js';
import { encode } from '../text/encoded-texts.js';

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'polytag-names-'));
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** What a Chinese spreadsheet holds: eight moods, whose two characters each are four bytes. */
const MOODS = ['快乐', '悲伤', '浪漫', '怀旧', '治愈', '愤怒', '平静', '孤独'];
const SIMPLIFIED = [
  '编号,情绪,歌手',
  ...Array.from({ length: 80 }, (_, i) => `曲${i},${MOODS[i % 8]},林${i % 20}`),
];
const TRADITIONAL = [
  '編號,情緒,歌手',
  ...Array.from({ length: 80 }, (_, i) => `曲${i},${['快樂', '悲傷', '浪漫', '懷舊'][i % 4]},黃${i % 20}`),
];

async function load(bytes: Uint8Array, name: string, given: object = {}): Promise<Dataset> {
  const root = await mkdtemp(join(place, 'root-'));
  await writeFile(join(root, name), bytes);
  return tracks.load(
    tracksOptions.parse({
      set: 'tracks',
      root,
      table: name,
      name: 'same',
      lyrics: null,
      audio: null,
      ...given,
    }),
  );
}

describe('a table', () => {
  it.each([
    ['gb18030', SIMPLIFIED, { id: '编号', target: '情绪', group: '歌手' }],
    ['utf-16le', SIMPLIFIED, { id: '编号', target: '情绪', group: '歌手' }],
    ['utf-16be', TRADITIONAL, { id: '編號', target: '情緒', group: '歌手' }],
    ['big5', TRADITIONAL, { id: '編號', target: '情緒', group: '歌手' }],
  ])('in %s is the same data set as in UTF-8', async (encoding, lines, given) => {
    const text = lines.join('\r\n');
    const plain = await load(encode(text, 'utf-8'), 'table.csv', given);
    expect(plain.labels.length).toBeGreaterThanOrEqual(4);
    const found = await load(encode(text, encoding), 'table.csv', given);
    const zipped = await load(gzipSync(encode(text, encoding)), 'table.csv.gz', given);
    const tabs = await load(encode(text.replaceAll(',', '\t'), encoding), 'table.tsv', given);
    const told = await load(encode(text, encoding), 'table.csv', { ...given, encoding });
    for (const other of [found, zipped, tabs, told]) {
      expect(other.fingerprint).toBe(plain.fingerprint);
      expect(other.labels).toEqual(plain.labels);
      expect(other.protocol).toBe(plain.protocol);
    }
  });

  it('never merges labels: bytes that may be another encoding are refused, and what to say is said', async () => {
    // Four bytes of GB18030 that are Korean as well.
    const bytes = encode('id,genre\na,叫\nb,灰\n', 'gb18030');
    await expect(load(bytes, 'short.csv')).rejects.toThrow(
      /short\.csv is not UTF-8, and its encoding is not certain \(perhaps [^)]+\); save it as UTF-8, or give its encoding: data\.encoding is one of utf-8, .*gb18030/,
    );
    const told = await load(encode('id,genre\na,叫\nb,灰\nc,叫\nd,灰\ne,叫\nf,灰\n', 'gb18030'), 't.csv', {
      encoding: 'GBK',
      split: { kind: 'k-fold', folds: 3 },
    });
    expect(told.labels).toEqual(['叫', '灰']);
  });

  it('with a character that was lost is refused by its line', async () => {
    const lost = encode('id,genre\na,x\nb,\ufffd\ufffd\n', 'utf-8');
    await expect(load(lost, 'lost.csv')).rejects.toThrow(
      /lost\.csv, line 3: a character is lost \(U\+FFFD\)/,
    );
    const damaged = encode(SIMPLIFIED.join('\n'), 'utf-8').filter((_, i) => i !== 400);
    await expect(load(damaged, 'cut.csv', { id: '编号', target: '情绪' })).rejects.toThrow(
      /cut\.csv, line \d+: .* not UTF-8/,
    );
    const wrong = encode(SIMPLIFIED.join('\n'), 'gb18030');
    await expect(load(wrong, 'wrong.csv', { encoding: 'utf-8' })).rejects.toThrow(
      /wrong\.csv, line 1: .*not UTF-8/,
    );
    await expect(load(new Uint8Array(64), 'zeros.csv')).rejects.toThrow(/zeros\.csv is not a text file/);
  });

  it('of many pieces is decoded across them, and validated to its end', async () => {
    const path = join(place, 'long.csv');
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i < 29_000 ? 'plain' : MOODS[i % 8]}`);
    for (const encoding of ['utf-8', 'gb18030', 'utf-16le']) {
      await writeFile(path, encode(['id,mood', ...rows].join('\n'), encoding));
      const seen: string[] = [];
      await readTable(
        path,
        ',',
        () => {},
        (fields) => {
          seen.push(fields.join());
          return null;
        },
      );
      expect(seen).toEqual(rows);
    }
  });

  it('refuses the name of no encoding', () => {
    expect(() => tracksOptions.parse({ set: 'tracks', encoding: 'klingon' })).toThrow(
      /it must be one of utf-8, /,
    );
  });
});

describe('names in NFD', () => {
  const NAMES = ['김하늘', 'がくせい', 'é', 'Ångström', '林小雨', 'plain'];
  const ids = NAMES.flatMap((name) => [1, 2, 3, 4, 5].map((i) => `${name} ${i}`));

  async function corpus(form: 'NFC' | 'NFD', tableForm: 'NFC' | 'NFD'): Promise<string> {
    const root = await mkdtemp(join(place, 'forms-'));
    await mkdir(join(root, 'lyrics'));
    await mkdir(join(root, 'audio'));
    await mkdir(join(root, '음악'.normalize(form)));
    for (const id of ids) {
      await writeFile(join(root, 'lyrics', `${id}.txt`.normalize(form)), 'la');
      await writeFile(join(root, 'audio', `${id}.flac`.normalize(form)), '');
      await writeFile(
        join(root, '음악', `${id}.wav`).normalize(form).replace(root.normalize(form), root),
        '',
      );
    }
    const rows = ids.map((id, i) => `${id},${i % 2 ? '기쁨' : '슬픔'},음악/${id}.wav`);
    await writeFile(join(root, 'tracks.csv'), ['id,감정,path', ...rows].join('\n').normalize(tableForm));
    return root;
  }

  const given = (root: string, more: object = {}) =>
    tracksOptions.parse({ set: 'tracks', root, name: 'same', target: '감정', ...more });

  it('lose no track of a table, and are named', async () => {
    const plain = await tracks.load(given(await corpus('NFC', 'NFC')));
    expect(plain.examples.filter(({ audio, lyrics }) => audio && lyrics)).toHaveLength(30);
    expect(plain.notes.join()).not.toContain('NFD');
    for (const tableForm of ['NFC', 'NFD'] as const) {
      const root = await corpus('NFD', tableForm);
      const data = await tracks.load(
        given(root, { target: '감정'.normalize('NFD'), where: { 감정: ['기쁨', '슬픔'.normalize('NFD')] } }),
      );
      expect(data.fingerprint).toBe(plain.fingerprint);
      expect(data.examples.filter(({ audio, lyrics }) => audio && lyrics)).toHaveLength(30);
      const onDisk = new Set(await readdir(join(root, 'audio')));
      for (const { audio } of data.examples)
        expect(onDisk).toContain(audio!.slice(join(root, 'audio').length + 1));
      expect(data.notes.join()).toMatch(
        /The files of 20 of 30 tracks have names in decomposed Unicode \(NFD\).* The first is .*\.flac\./,
      );
      const columns = await tracks.load(given(root, { audio_column: 'path' }));
      const files = new Set(await readdir(join(root, '음악'.normalize('NFD'))));
      for (const { audio } of columns.examples) expect(files).toContain(audio!.split('/').at(-1));
    }
  });

  it('are the same classes and recordings of a folder', async () => {
    const load = async (form: 'NFC' | 'NFD'): Promise<Dataset> => {
      const root = await mkdtemp(join(place, 'classes-'));
      for (const label of ['기쁨', '슬픔'])
        for (const id of ids) {
          await mkdir(join(root, label.normalize(form)), { recursive: true });
          await writeFile(join(root, label.normalize(form), `${id}.wav`.normalize(form)), '');
          await writeFile(join(root, label.normalize(form), `${id}.txt`.normalize(form)), 'la');
        }
      return folderSet.load(folderOptions.parse({ set: 'folder', root, name: 'same' }));
    };
    const [whole, parts] = [await load('NFC'), await load('NFD')];
    expect(parts.labels).toEqual(['기쁨', '슬픔']);
    expect(parts.fingerprint).toBe(whole.fingerprint);
    expect(parts.examples.filter(({ lyrics }) => lyrics === null)).toEqual([]);
  });
});

it('a folder with names that are not UTF-8 is refused: they would become equal', async () => {
  const root = await mkdtemp(join(place, 'gbk-'));
  for (const label of ['快乐', '悲伤'])
    await mkdir(Buffer.concat([Buffer.from(`${root}/`), encode(label, 'gb18030')]));
  await expect(folderSet.load(folderOptions.parse({ set: 'folder', root }))).rejects.toThrow(
    /holds a name that is not UTF-8 .*rename it, for example by convmv/,
  );
});
