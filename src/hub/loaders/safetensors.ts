/**
 * Tags a recording with this model and prints the scores: node load.ts [RECORDING [LYRICS.txt]]
 *
 * Needs Node 22.18 or later and polytag. Without a recording, ten seconds of noise are tagged.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeAudio, loadTagger } from 'polytag';

const [recording, lyrics] = process.argv.slice(2);
const tagger = await loadTagger(dirname(fileURLToPath(import.meta.url)));
const noise = () => Float32Array.from({ length: 160_000 }, () => Math.random() - 0.5);
const { channels, sampleRate } = recording
  ? await decodeAudio(recording, { mono: true })
  : { channels: [noise()], sampleRate: 16_000 };
const { tags } = tagger.tag({
  ...{ samples: channels[0], sampleRate },
  ...(lyrics && { lyrics: readFileSync(lyrics, 'utf8') }),
});
for (const { label, score } of tags) console.log(score.toFixed(6), label);
tagger.dispose();
