/** SHA-256 of audio files, remembered by path, size and time of change. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileSha256, writeWhole } from '../../base/files.js';
import { startProgress } from '../../base/progress.js';

const memorySchema = z.record(z.string(), z.tuple([z.number(), z.number(), z.string()]));

/** Fewer files than this are hashed without a progress bar. */
const WORTH_A_BAR = 1000;

/** Hash of each existing file, by path. Only new and changed files are read; the store at `root` remembers the rest. */
export async function contentHashes(root: string, paths: string[]): Promise<Map<string, string>> {
  const memoryPath = join(root, 'content-hashes.json');
  const memory = await readFile(memoryPath, 'utf8')
    .then((text) => memorySchema.parse(JSON.parse(text)))
    .catch(() => ({}) as z.output<typeof memorySchema>);
  const hashes = new Map<string, string>();
  const progress =
    paths.length >= WORTH_A_BAR ? startProgress('Reading audio files', paths.length, 'files') : null;
  let changed = false;
  try {
    for (const [i, path] of paths.entries()) {
      progress?.update(i);
      const file = await stat(path).catch(() => null);
      if (!file?.isFile()) continue;
      const known = memory[path];
      if (known && known[0] === file.size && known[1] === file.mtimeMs) {
        hashes.set(path, known[2]);
        continue;
      }
      const hash = await fileSha256(path);
      memory[path] = [file.size, file.mtimeMs, hash];
      hashes.set(path, hash);
      changed = true;
    }
  } finally {
    progress?.stop();
    // Without a memory the files are read again next time, and nothing else.
    if (changed) await writeWhole(memoryPath, JSON.stringify(memory)).catch(() => {});
  }
  return hashes;
}
