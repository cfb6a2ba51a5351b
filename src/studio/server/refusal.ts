/** What a request is refused with: a status and a sentence. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { DiskFull, Failure, lineOf, UsageError } from '../../base/errors.js';
import { explainWriteError } from '../../base/files.js';
import { NoSuchProject, StaleRevision } from '../files/project-store.js';

/** Types of Hono's context: routes know Node's own request. */
export interface StudioBindings {
  Bindings: HttpBindings;
}

/** A request that is not done; the message is one sentence for a person. */
export class Refusal extends Error {
  /** @param headers - of the response */
  constructor(
    readonly status: ContentfulStatusCode,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** The sentence of an error for a client, who runs no command and knows no folder of the server. */
export const sentenceFor = (error: unknown): string =>
  error instanceof DiskFull
    ? 'The disk of the studio’s server is full; free some space there and try again.'
    : lineOf(error);

/** The response to what a route threw; what is nobody's doing but ours goes to `log` with its stack. */
export function refuse(context: Context, thrown: unknown, log: (line: string) => void): Response {
  const error = explainWriteError('A file of the request', thrown);
  const say = (status: ContentfulStatusCode, more: object = {}): Response =>
    context.json({ error: sentenceFor(error), ...more }, status);
  if (error instanceof Refusal) {
    for (const [name, value] of Object.entries(error.headers)) context.header(name, value);
    return say(error.status);
  }
  if (error instanceof NoSuchProject) return say(404);
  if (error instanceof StaleRevision) return say(409, { revision: error.revision });
  if (error instanceof UsageError) return say(400);
  if (error instanceof DiskFull) return say(507);
  if (error instanceof Failure) return say(500);
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return context.json({ error: 'The server failed on this request; its terminal shows why.' }, 500);
}
