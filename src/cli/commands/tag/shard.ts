/** polytag tag --manifest: a shard of a catalogue, for a scheduler. */
import { Interrupted, Requeue } from '../../../base/errors.js';
import { startProgress } from '../../../base/progress.js';
import { readManifest } from '../../../catalogue/shards/manifest.js';
import { parseShard } from '../../../catalogue/shards/parts.js';
import { runShard } from '../../../catalogue/shards/run-shard.js';
import { CatalogueTagger, type TaggingOptions } from '../../../catalogue/tag/catalogue-tagger.js';
import { interruptible, printNote, printResult } from '../../terminal.js';

export interface ShardRequest {
  manifest: string;
  folder: string;
  shard?: string;
  shards?: number;
  partBytes: number;
}

/**
 * Tags a shard and prints its counts. Tracks that cannot be decoded are rows with an error, and no reason to retry.
 * Throws a UsageError (2), Permanent (42), Requeue (75) when stopped by a signal, a Failure (1) where retrying may
 * help.
 */
export async function tagShard(tagging: TaggingOptions, request: ShardRequest): Promise<void> {
  const shard = parseShard(request.shard, process.env, request.shards);
  const manifest = await readManifest(request.manifest);
  const tagger = await CatalogueTagger.open(tagging);
  try {
    const result = await interruptible(
      (signal) =>
        runShard(tagger, {
          manifest,
          shard,
          folder: request.folder,
          partBytes: request.partBytes,
          signal,
          log: printNote,
          progress: (total) => startProgress(`Shard ${shard.index + 1}/${shard.count}`, total, 'tracks'),
        }),
      // Slurm sends USR2 before its time limit where the script asks for it; Node keeps USR1 for its debugger.
      { signals: ['SIGINT', 'SIGTERM', 'SIGUSR2'] },
    );
    printResult(JSON.stringify({ shard: `${shard.index + 1}/${shard.count}`, ...result }));
  } catch (error) {
    throw error instanceof Interrupted ? new Requeue(error.message) : error;
  } finally {
    await tagger.dispose();
  }
}
