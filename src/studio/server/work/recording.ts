/** A recording that a client sent: it is no longer than the server takes, however much its bytes unfold to. */
import { streamAudio } from '../../../audio/decode.js';
import { joinSamples } from '../../../audio/samples.js';
import { Failure, UsageError } from '../../../base/errors.js';
import { PAGE_RATE } from '../../../report/kit/timeline/embed.js';

/** A file on the server, under the name that the client knows it by. */
export interface SentRecording {
  path: string;
  name: string;
  /** Most seconds. */
  limit: number;
}

/** Seconds beyond the limit that are decoded, which tell that there is more. */
export const BEYOND = 0.5;

/** Throws UsageError for a recording that is longer than what is taken. */
export function requireShort({ name, limit }: Pick<SentRecording, 'name' | 'limit'>, seconds: number): void {
  if (seconds > limit)
    throw new UsageError(
      `${name} is longer than the ${Math.round(limit / 6) / 10} minutes that the studio takes; cut it, or use the command line.`,
    );
}

/** What a work throws, with the name that the client gave in place of the path. */
export function byItsName({ path, name }: Pick<SentRecording, 'path' | 'name'>, thrown: unknown): unknown {
  if (thrown instanceof Failure) thrown.message = thrown.message.replaceAll(path, name);
  return thrown;
}

/**
 * Decodes a recording to mono samples at PAGE_RATE.
 *
 * @param onShare - receives the share that is decoded, where the length is known
 * @returns samples, and how many parts could not be decoded
 * @throws DamagedAudio where nothing can be decoded; UsageError where it is too long
 */
export async function decodeSent(
  { path, name, limit }: SentRecording,
  onShare: (share: number) => void,
): Promise<{ samples: Float32Array; lost: number }> {
  const duration = limit + BEYOND;
  const { info, blocks, errors } = await streamAudio(path, { mono: true, sampleRate: PAGE_RATE, duration });
  const parts: Float32Array[] = [];
  let length = 0;
  for await (const [part] of blocks) {
    parts.push(part);
    length += part.length;
    requireShort({ name, limit }, length / PAGE_RATE);
    if (info.duration !== null) onShare(Math.min(1, length / PAGE_RATE / info.duration));
  }
  return { samples: joinSamples(parts), lost: errors() };
}
