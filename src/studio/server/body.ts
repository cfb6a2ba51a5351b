/**
 * The bytes of a request, counted while they are read: a parser that drains an upload of any size before it says that it
 * was too large is of no use. Whoever sends too much, or too slowly, is answered and cut off.
 */

import type { IncomingMessage } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { lineOf } from '../../base/errors.js';
import { megabytesText } from '../../base/format.js';
import type { StudioLimits } from './limits.js';
import { Refusal, type StudioBindings } from './refusal.js';

/** Times that an upload may take. */
export type UploadTimes = Pick<StudioLimits, 'uploadSeconds' | 'idleSeconds'>;

/**
 * The pieces of a request's body. Throws Refusal as soon as more than `limit` bytes are stated or read, or when they come
 * too slowly.
 */
export async function* countedBody(
  incoming: IncomingMessage,
  limit: number,
  { uploadSeconds, idleSeconds }: UploadTimes,
): AsyncGenerator<Buffer, void> {
  const tooLarge = (): Refusal =>
    new Refusal(
      413,
      `The file is larger than the ${megabytesText(limit)} that are taken; send a shorter one.`,
    );
  if (Number(incoming.headers['content-length']) > limit) throw tooLarge();
  // The stream, and with it the connection, stays until the answer is sent.
  const pieces = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  const end = performance.now() + uploadSeconds * 1000;
  let bytes = 0;
  for (;;) {
    const patience = Math.min(idleSeconds * 1000, end - performance.now());
    const { value, done } = await within(pieces.next(), patience);
    if (done) return;
    bytes += value.length;
    if (bytes > limit) throw tooLarge();
    yield value;
  }
}

/** A value that comes within some milliseconds. Throws Refusal when it does not, or when the client has left. */
async function within<Value>(value: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const slow = (): void =>
      reject(new Refusal(408, 'The file came too slowly; try again, or over a faster connection.'));
    timer = setTimeout(slow, Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([value, late]);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, `The file did not come as a whole (${lineOf(error)}); send it again.`);
  } finally {
    clearTimeout(timer);
  }
}

/** The whole body, for what is small. Throws as `countedBody`. */
export async function wholeBody(
  incoming: IncomingMessage,
  limit: number,
  times: UploadTimes,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of countedBody(incoming, limit, times)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The body as JSON. Throws as `countedBody`, and Refusal for other text. */
export async function jsonBody(
  incoming: IncomingMessage,
  limit: number,
  times: UploadTimes,
): Promise<unknown> {
  const text = (await wholeBody(incoming, limit, times)).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refusal(400, `The request is not valid JSON (${lineOf(error)}).`);
  }
}

/** Cuts a connection off whose request was answered before it was read to its end: nothing more of it is read. */
export const cutUnread: MiddlewareHandler<StudioBindings> = async (context, next) => {
  await next();
  const { incoming } = context.env;
  // Node ends the connection once such a response is sent.
  if (!incoming.complete) context.res.headers.set('Connection', 'close');
};
