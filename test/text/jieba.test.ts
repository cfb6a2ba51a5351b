/** Segmentation beside jieba's and traditional lines beside simplified ones; the values are committed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normaliseDictionary, openDictionary } from '../../src/text/files/dictionary.js';
import { loadScript } from '../../src/text/script.js';
import { loadTokenizer, type Tokenizer, type TokenizerSettings } from '../../src/text/tokenizer.js';
import { readGoldenJson } from '../golden/read.js';
import { isMissing } from '../requirements.js';

interface Golden {
  /** Text, words with the hidden Markov model and without. */
  words: [string, string, string][];
  lines: [string, string, string][];
  /** A line, its traditional form, and that back. */
  traditional: [string, string, string][];
}

const golden = readGoldenJson<Golden>('jieba');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-jieba-'));
  process.env.POLYTAG_CACHE = folder;
});
afterAll(async () => {
  delete process.env.POLYTAG_CACHE;
  await rm(folder, { recursive: true, force: true });
});

async function open(settings: Partial<TokenizerSettings>): Promise<Tokenizer> {
  const whole = { unit: 'word', tokenizer: 2, ...settings } as const;
  return loadTokenizer(whole, await openDictionary(whole, null));
}

/** jieba's words as tokens are: without punctuation, in lower case. */
const tokensOf = (cut: string): string[] =>
  cut
    .toLowerCase()
    .split('/')
    .filter((word) => /[\p{Letter}\p{Number}]/u.test(word));

/** F1 of words, each told by where it begins and ends. */
function wordF1(pairs: readonly { found: string[]; wanted: string[] }[]): number {
  const spans = (words: readonly string[]): Set<string> => {
    let to = 0;
    return new Set(
      words.map((word) => {
        to += word.length;
        return `${to - word.length} ${to}`;
      }),
    );
  };
  let hits = 0;
  let all = 0;
  for (const { found, wanted } of pairs) {
    const [a, b] = [spans(found), spans(wanted)];
    hits += 2 * [...a].filter((span) => b.has(span)).length;
    all += a.size + b.size;
  }
  return hits / all;
}

describe.skipIf(await isMissing('nodejieba'))('beside jieba', () => {
  it.each([
    ['with the hidden Markov model', true, 1],
    ['without it', false, 2],
  ] as const)('cuts the words of its dictionary and lines by template alike, %s', async (_, hmm, column) => {
    const tokenizer = await open({ hmm });
    // Tokens have no punctuation: AT&T, C# and C++ are the only such words of the dictionary.
    for (const entry of [...golden.words, ...golden.lines].filter(([text]) => !/[&#+]/.test(text)))
      expect([entry[0], tokenizer.tokens(entry[0])]).toEqual([entry[0], tokensOf(entry[column])]);
  });

  it('keeps words with letters whole, and rare words of the dictionary as single characters', async () => {
    const { tokens } = await open({});
    expect(tokens('他穿T恤，唱Ｋ歌之王，AA制，3D电影')).toEqual([
      '他',
      '穿',
      't恤',
      '唱',
      'k歌之王',
      'aa制',
      '3d',
      '电影',
    ]);
    expect(tokens('一七')).toEqual(['一', '七']);
  });

  it('finds words of a user dictionary that are written with capitals or full-width letters', async () => {
    const settings = { unit: 'word', tokenizer: 2 } as const;
    const { entries } = await normaliseDictionary(['K歌 1000 n', 'Ｘ喵 1000'], settings);
    const { tokens } = await loadTokenizer(settings, await openDictionary(settings, entries));
    expect(tokens('我去K歌，Ｘ喵也去')).toEqual(['我', '去', 'k歌', 'x喵', '也', '去']);
    expect((await open({})).tokens('我去K歌')).toEqual(['我', '去', 'k', '歌']);
  });

  it('cuts as before for models of earlier versions', async () => {
    const earlier = await loadTokenizer({ unit: 'word' });
    expect(earlier.tokens('穿着T恤')).toEqual(['穿着', 't', '恤']);
    expect(earlier.tokens('一七')).toEqual(['一七']);
  });

  it.each(['simplified', 'traditional'] as const)(
    'segments traditional lines as simplified ones, as %s',
    async (script) => {
      const plain = await open({});
      const converting = await open({ script });
      const pairs = golden.traditional.map(([line, traditional]) => ({
        found: converting.tokens(traditional),
        wanted: plain.tokens(line),
      }));
      const untreated = golden.traditional.map(([line, traditional]) => ({
        found: plain.tokens(traditional),
        wanted: plain.tokens(line),
      }));
      expect(pairs.length).toBeGreaterThanOrEqual(1800);
      const [f1, asIs] = [wordF1(pairs), wordF1(untreated)];
      process.stdout.write(
        `${pairs.length} traditional lines, F1 of the simplified ones' words: script: ${script} ${f1.toFixed(4)}, as-is ${asIs.toFixed(4)}\n`,
      );
      expect(f1).toBeGreaterThan(0.96);
      expect(asIs).toBeLessThan(0.9);
    },
  );

  it('filters by parts of speech, other words by eng', async () => {
    expect((await open({ parts_of_speech: ['n'] })).tokens('我爱北京的音乐 hello')).toEqual(['北京', '音乐']);
    expect((await open({ parts_of_speech: ['v', 'eng'] })).tokens('我爱北京的音乐 hello')).toEqual([
      '爱',
      'hello',
    ]);
  });

  it('finds keywords, heaviest first', async () => {
    const { keywords } = await open({ script: 'simplified' });
    const text = '雨下在江南 雨下在長安 眼淚落在酒杯裡 眼淚';
    for (const method of ['tfidf', 'textrank'] as const) {
      const found = keywords!(text, 3, method);
      expect(found.map(({ word }) => word)).toContain('眼泪');
      expect(found.map(({ weight }) => weight)).toEqual(
        found.map(({ weight }) => weight).sort((a, b) => b - a),
      );
    }
  });
});

describe('loadScript', () => {
  it("gives OpenCC's simplified characters, and its traditional ones", async () => {
    const simplified = (await loadScript('simplified'))!;
    const traditional = (await loadScript('traditional'))!;
    for (const [line, taiwan, back] of golden.traditional) {
      expect(simplified.convert(taiwan)).toBe(back);
      expect(traditional.convert(line)).toBe(taiwan);
    }
    expect(await loadScript('as-is')).toBeNull();
  });
});
