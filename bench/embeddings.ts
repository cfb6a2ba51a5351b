/**
 * Training of word vectors beside gensim's word2vec, where a Python with it is found: the same corpus and settings, two
 * workers each. Run it by `npm run bench:embeddings`, after the set-up. Read the ratios, not the speeds.
 *
 * POLYTAG_PEER_PYTHON names the Python (gensim 4.4).
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RandomGenerator, randomGenerator } from '../src/base/random.js';
import { CorpusBuilder } from '../src/text/embeddings/id-corpus.js';
import { EMBEDDING_DEFAULTS } from '../src/text/embeddings/settings.js';
import { trainVectors } from '../src/text/files/embeddings/train.js';
import { startPeer } from './peers/python.js';
import { compare, timed } from './ratio.js';

/** Tokens of the corpus, and its words: common ones, and those of topics of which each text has one. */
const TOKENS = 3_000_000;
const COMMON = 2000;
const TOPICS = 200;
const TOPIC_WORDS = 140;
/** Share of common words in a text. */
const COMMON_SHARE = 0.5;
const MIN_COUNT = 5;
const ROUNDS = 3;

/** Draws 0 to n − 1 with chances as 1, 1/2, 1/3, … (Zipf's law). */
function zipf(n: number, random: RandomGenerator): () => number {
  const sums = new Float64Array(n);
  for (let i = 0, sum = 0; i < n; i++) {
    sum += 1 / (i + 1);
    sums[i] = sum;
  }
  return () => {
    const u = random.uniform() * sums[n - 1];
    let low = 0;
    for (let high = n - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if (sums[middle] > u) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

function* makeTexts(): Generator<string[]> {
  const random = randomGenerator(1, 'bench', 'texts');
  const common = zipf(COMMON, random);
  const special = zipf(TOPIC_WORDS, random);
  for (let made = 0; made < TOKENS; ) {
    const topic = random.integer(TOPICS);
    const word = (): number =>
      random.uniform() < COMMON_SHARE ? common() : COMMON + topic * TOPIC_WORDS + special();
    const text = Array.from({ length: 20 + random.integer(180) }, () => `w${word()}`);
    made += text.length;
    yield text;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'polytag-embeddings-'));
const path = join(folder, 'corpus.txt');
const builder = new CorpusBuilder();
const file = await open(path, 'w');
for (const text of makeTexts()) {
  builder.add(text);
  await file.writeFile(`${text.join(' ')}\n`);
}
await file.close();
const corpus = builder.finish(MIN_COUNT);
process.stdout.write(`${cpus()[0].model}, ${availableParallelism()} threads, Node ${process.version}\n`);

const peer = startPeer('gensim_word2vec.py', ['gensim']);
for (const algorithm of ['skip-gram', 'cbow'] as const) {
  const settings = { ...EMBEDDING_DEFAULTS, algorithm, workers: 2, epochs: 1 };
  const { dim, window, negative, sample, workers } = settings;
  const ours = async (): Promise<number> => {
    await trainVectors(corpus, settings);
    return corpus.tokens;
  };
  const request = { path, algorithm, dim, window, negative, sample, workers, min_count: MIN_COUNT };
  await compare(
    `${algorithm}, ${corpus.tokens} tokens, ${corpus.words.length} words, ${dim} numbers, window ${window}, ${negative} of noise, ${workers} workers`,
    [
      { name: 'polytag', run: () => timed(ours) },
      ...(peer ? [{ name: 'gensim', run: () => peer.ask(request) }] : []),
    ],
    ROUNDS,
    'words a second',
  );
}
peer?.stop();
await rm(folder, { recursive: true });
