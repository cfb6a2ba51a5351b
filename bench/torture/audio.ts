/** Damaged audio files: whether libsndfile survives and judges them as WebAssembly does, and what the other decoders do. */
import { fileURLToPath } from 'node:url';
import { findNativeDecoder } from '../../src/audio/native/libsndfile.js';
import { AUDIO_SETS } from './audio-files.js';
import { countOf, type Extent, emptyLine, type Line } from './line.js';
import { watched } from './watch.js';

export async function damagedAudio(extent: Extent): Promise<Line[]> {
  process.env.POLYTAG_DECODER = 'native';
  const { decoder } = findNativeDecoder();
  delete process.env.POLYTAG_DECODER;
  const lines: Line[] = [];
  for (const [name, { title, full, byBoth }] of Object.entries(AUDIO_SETS)) {
    if (byBoth && !decoder) {
      lines.push({ ...emptyLine(`damaged ${title}`), note: 'not done: libsndfile is not installed' });
      continue;
    }
    const line = emptyLine(`damaged ${title}`);
    const remarks: string[] = [];
    const count = countOf(full, extent);
    const module = fileURLToPath(new URL('./audio-reader.js', import.meta.url));
    await watched(module, [name, extent.seed], count, (index, { ended, detail }) => {
      line.done++;
      if (ended === 'failure') line.failures.push(`number ${index}: ${detail}`);
      else {
        if (ended === 'accepted') line.right++;
        else line.refused++;
        if (detail !== undefined) remarks.push(`number ${index}: ${detail}`);
      }
      if (line.done % 1000 === 0) process.stderr.write(`${line.done} of ${count} ${title}\n`);
    });
    for (const remark of remarks) process.stderr.write(`${title}, ${remark}\n`);
    const samples = `${remarks.length} with other samples than rounding explains`;
    lines.push(byBoth ? { ...line, note: samples } : line);
  }
  return lines;
}
