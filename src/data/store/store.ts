/** The feature store: every recording's features computed once, read by offset. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedAudio, type DamagePolicy } from '../../audio/audio.js';
import { Failure } from '../../base/errors.js';
import { mayWriteInto, withLock } from '../../base/lock.js';
import { readBlocks } from './block-sums.js';
import { type ComputeOptions, computeMissing, type Job, type Recording } from './compute.js';
import { contentHashes } from './content-hashes.js';
import { featureKey, featureOf, type StoredFeatures } from './kinds.js';
import { discardShard, findShards, type Location } from './shard.js';

/** A recording that could not be prepared. */
export interface DamagedRecording extends Recording {
  reason: string;
}

export interface StoreOptions extends ComputeOptions {
  /** Treatment of recordings of which a part cannot be decoded. Default: `keep-good-part`. */
  damage?: DamagePolicy;
}

/** What another thread needs to read a store. */
export interface StoreContents {
  features: StoredFeatures;
  /** Where each recording's values lie, by feature and id. */
  locations: Record<string, Map<string, Location>>;
}

/** Features of some recordings, on disk. */
export class FeatureStore {
  /** The same recordings, read by another thread. Which are damaged, missing or what is in the files, it is not told. */
  static of({ features, locations }: StoreContents): FeatureStore {
    return new FeatureStore(features, locations, [], [], [], new Map());
  }

  private readonly descriptors = new Map<string, number>();
  private readonly widths = new Map<string, number>();

  /**
   * @param features - what is kept, by name
   * @param locations - where each recording's values lie, by feature and id
   * @param damaged - recordings that are left out because they are damaged
   * @param partial - recordings of which the part that could be decoded is kept
   * @param missing - recordings whose file is not there
   * @param contents - SHA-256 of the file of each recording that has every feature wanted of it, by id
   */
  constructor(
    readonly features: StoredFeatures,
    private readonly locations: Record<string, Map<string, Location>>,
    readonly damaged: DamagedRecording[],
    readonly partial: DamagedRecording[],
    readonly missing: Recording[],
    private readonly contents: ReadonlyMap<string, string>,
  ) {}

  /** What `FeatureStore.of` makes the store of again in another thread. */
  get plain(): StoreContents {
    return { features: this.features, locations: this.locations };
  }

  /** SHA-256 of a stored recording's file. */
  contentOf(id: string): string {
    return this.contents.get(id)!;
  }

  /** Whether every feature that is wanted of a recording is stored. */
  has(id: string): boolean {
    return this.contents.has(id);
  }

  /** Length of a recording in steps: samples or frames. */
  length(name: string, id: string): number {
    return this.locations[name].get(id)!.count / this.width(name);
  }

  /**
   * Reads a stretch of a recording from step `first` (sample or frame) into all of `target`. `silence` fills what lies
   * beyond the end. Default: 0.
   */
  read(name: string, id: string, first: number, target: Float32Array, silence = 0): void {
    const { file, offset, count, sums } = this.locations[name].get(id)!;
    const begin = first * this.width(name);
    const available = Math.max(0, Math.min(target.length, count - begin));
    const bytes = new Uint8Array(
      target.buffer,
      target.byteOffset,
      available * Float32Array.BYTES_PER_ELEMENT,
    );
    const firstByte = begin * Float32Array.BYTES_PER_ELEMENT;
    const descriptor = this.descriptor(file);
    const isGood =
      available === 0 ||
      (sums === undefined
        ? readSync(descriptor, bytes, 0, bytes.length, offset + firstByte) === bytes.length
        : readBlocks(
            { descriptor, offset, length: count * Float32Array.BYTES_PER_ELEMENT, sums },
            firstByte,
            bytes,
          ));
    if (!isGood) {
      discardShard(file);
      throw new Failure(
        `${file} is damaged: what is read is not what was written; run the same command again, which computes its features again.`,
      );
    }
    target.fill(silence, available);
  }

  /** Numbers per step of a feature. */
  private width(name: string): number {
    let width = this.widths.get(name);
    if (width === undefined) {
      ({ width } = featureOf(this.features[name]));
      this.widths.set(name, width);
    }
    return width;
  }

  private descriptor(file: string): number {
    let descriptor = this.descriptors.get(file);
    if (descriptor === undefined) {
      descriptor = openSync(file, 'r');
      this.descriptors.set(file, descriptor);
    }
    return descriptor;
  }

  close(): void {
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }
}

/**
 * Opens the store, computing what is missing in worker threads. One process at a time does so; others wait.
 *
 * @throws Interrupted when stopped; DamagedAudio under the policy `fail`; Failure when the disk is full
 */
export async function openFeatureStore(
  recordings: Recording[],
  options: StoreOptions,
): Promise<FeatureStore> {
  const open = (): Promise<FeatureStore> => openLocked(recordings, options);
  // Two processes at once would decode everything twice, and take each other's unfinished shards for damaged ones.
  if (!(await mayWriteInto(options.root))) return open();
  const wait = (): void => options.onNote?.(`Another process works in ${options.root}; waiting for it.`);
  return withLock(join(options.root, '.lock'), wait, open, options.signal);
}

async function openLocked(recordings: Recording[], options: StoreOptions): Promise<FeatureStore> {
  const { root, features, damage = 'keep-good-part' } = options;
  const names = Object.keys(features);
  const hashes = await contentHashes(
    root,
    recordings.map(({ path }) => path),
  );
  const stored = {} as Record<string, Map<string, Location>>;
  for (const name of names) {
    stored[name] = await findShards(join(root, featureKey(features[name])), (file) =>
      options.onNote?.(`${file} was damaged and is computed again.`),
    );
  }
  const missing = recordings.filter(({ path }) => !hashes.has(path));
  const lacks = ({ features: own = names }: Recording, content: string): string[] =>
    own.filter((name) => !stored[name].has(content));
  // Copies of a file are computed once, with what any of them wants.
  const work = new Map<string, Job>();
  for (const recording of recordings) {
    const content = hashes.get(recording.path);
    if (content === undefined) continue;
    const wanted = lacks(recording, content);
    if (wanted.length === 0) continue;
    const job = work.get(content) ?? { recording, content, wanted: [] };
    work.set(content, { ...job, wanted: [...new Set([...job.wanted, ...wanted])] });
  }
  const reasons = await computeMissing([...work.values()], stored, options);
  const damaged: DamagedRecording[] = [];
  const partial: DamagedRecording[] = [];
  const usable = new Map<string, string>();
  for (const recording of recordings) {
    const content = hashes.get(recording.path);
    if (content === undefined) continue;
    const failure = reasons.get(content);
    const errors = Math.max(0, ...names.map((name) => stored[name].get(content)?.errors ?? 0));
    if (failure !== undefined) damaged.push({ ...recording, reason: failure });
    else if (errors > 0) {
      const reason = `${recording.path} is damaged: ${errors} of its parts cannot be decoded.`;
      (damage === 'keep-good-part' ? partial : damaged).push({ ...recording, reason });
    }
    const isWhole = lacks(recording, content).length === 0;
    if (isWhole && (errors === 0 || damage === 'keep-good-part')) usable.set(recording.id, content);
  }
  if (damage === 'fail' && damaged.length > 0) {
    throw new DamagedAudio(
      `${damaged.length} of ${recordings.length} recordings cannot be decoded, wholly or in part; the first: ${damaged[0].reason}`,
    );
  }
  const locations = {} as Record<string, Map<string, Location>>;
  for (const name of names) {
    locations[name] = new Map(
      [...usable].flatMap(([id, content]) => {
        const location = stored[name].get(content);
        return location ? [[id, location] as const] : [];
      }),
    );
  }
  return new FeatureStore(features, locations, damaged, partial, missing, usable);
}
