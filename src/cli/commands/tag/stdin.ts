/** polytag tag --stdin-jsonl: requests in, results out, as Spark's pipe and Hadoop streaming call a program. */
import { createInterface } from 'node:readline';
import { UsageError } from '../../../base/errors.js';
import type { TagRow } from '../../../catalogue/row.js';
import { CatalogueTagger, type TaggingOptions } from '../../../catalogue/tag/catalogue-tagger.js';
import { interruptible, printResult } from '../../terminal.js';

/** A request: a JSON object with a path and any other keys, which are copied to the result. */
type Request = { path: string } & Record<string, unknown>;

function parseRequest(line: string, number: number): Request {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    request = null;
  }
  if (typeof (request as Request | null)?.path !== 'string')
    throw new UsageError(
      `Line ${number} of standard input is not a request; write one as {"id": 7, "path": "a.mp3"}.`,
    );
  return request as Request;
}

/**
 * Tags requests as they come and writes each result as it is finished; a track that cannot be decoded is a result with
 * an error. Throws a UsageError for a line that is not a request.
 */
export async function tagStandardInput(tagging: TaggingOptions): Promise<void> {
  const tagger = await CatalogueTagger.open(tagging);
  const waiting = new Map<string, Request[]>();
  const requests = async function* (): AsyncGenerator<string, void> {
    let number = 0;
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      const request = parseRequest(line, number);
      waiting.set(request.path, [...(waiting.get(request.path) ?? []), request]);
      yield request.path;
    }
  };
  const { labels, model } = tagger.header;
  const resultOf = ({ path, tops, scores, embedding, ...properties }: TagRow): string => {
    const [request, ...others] = waiting.get(path)!;
    if (others.length > 0) waiting.set(path, others);
    else waiting.delete(path);
    return JSON.stringify({
      ...request,
      model,
      ...properties,
      top_tags: tops,
      scores:
        scores && Object.fromEntries(labels.map((label, i) => [label, Number(scores[i].toPrecision(7))])),
      ...(embedding && { embedding: Array.from(embedding) }),
    });
  };
  await interruptible(async (signal) => {
    for await (const row of tagger.rows(requests(), signal)) printResult(resultOf(row));
  }).finally(() => tagger.dispose());
}
