/**
 * Chinese words beside jieba's: whether they are equal, and how fast they are cut. Run it by `npm run
 * bench:segmentation -- FILE`, after the set-up, where FILE is what `python test/golden/make_jieba.py --all FILE` wrote:
 * every word of jieba's dictionary, then 10,000 lines by template. Read the ratios, not the speeds.
 *
 * POLYTAG_PEER_PYTHON names the Python (jieba 0.42.1).
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDictionary } from '../src/text/files/dictionary.js';
import { loadTokenizer, type Tokenizer } from '../src/text/tokenizer.js';
import { startPeer } from './peers/python.js';
import { compare, timed } from './ratio.js';

const LINES = 10_000;
const ROUNDS = 15;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Give the file that make_jieba.py --all wrote.');
const entries = (await readFile(path, 'utf8'))
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as [text: string, withModel: string, without: string]);
const lines = entries.slice(-LINES).map(([text]) => text);

const open = async (hmm: boolean): Promise<Tokenizer> => {
  const settings = { unit: 'word', tokenizer: 2, hmm } as const;
  return loadTokenizer(settings, await openDictionary(settings, null));
};
/** Tokens are in lower case and without punctuation. */
const tokensOf = (cut: string): string =>
  cut
    .toLowerCase()
    .split('/')
    .filter((word) => /[\p{Letter}\p{Number}]/u.test(word))
    .join('/');

const folder = await mkdtemp(join(tmpdir(), 'polytag-segmentation-'));
await writeFile(join(folder, 'lines.txt'), `${lines.join('\n')}\n`);
const peer = startPeer('jieba_cut.py', ['jieba']);
for (const hmm of [true, false]) {
  const tokenizer = await open(hmm);
  const what = hmm ? 'with the hidden Markov model' : 'without it';
  const different = entries.filter(
    (entry) => tokenizer.tokens(entry[0]).join('/') !== tokensOf(entry[hmm ? 1 : 2]),
  );
  process.stdout.write(
    `${what}: ${entries.length - different.length} of ${entries.length} texts as jieba cuts them; not ${different
      .slice(0, 10)
      .map(([text]) => text)
      .join(', ')}\n`,
  );
  // What the comparison has remembered would make it faster, or the memory slower.
  const fresh = await open(hmm);
  const ours = async (): Promise<number> => {
    for (const line of lines) fresh.tokens(line);
    return lines.length;
  };
  await compare(
    `${LINES} lines, ${what}`,
    [
      { name: 'polytag', run: () => timed(ours) },
      ...(peer ? [{ name: 'jieba', run: () => peer.ask({ path: join(folder, 'lines.txt'), hmm }) }] : []),
    ],
    ROUNDS,
    'lines a second',
  );
}
peer?.stop();
await rm(folder, { recursive: true });
