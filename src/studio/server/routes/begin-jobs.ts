/** Jobs that are begun with a recording, which is sent, or fetched from a link. */
import { extname, join } from 'node:path';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AUDIO_EXTENSIONS } from '../../../audio/media-types.js';
import { UsageError } from '../../../base/errors.js';
import { explainWriteError, writePieces } from '../../../base/files.js';
import { fetchLink } from '../../../catalogue/links/fetch-link.js';
import { recogniseCommand } from '../../project/recognition.js';
import { countedBody, jsonBody } from '../body.js';
import type { JobContext, JobResult, JobWork } from '../jobs/job.js';
import { readSettings } from '../recognise-settings.js';
import { Refusal, type StudioBindings } from '../refusal.js';
import type { Studio } from '../studio.js';
import type { SentRecording } from '../work/recording.js';

type StudioContext = Context<StudioBindings>;

/** Longest name of a recording, in characters, and most bytes of a request that holds a link. */
const LONGEST_NAME = 200;
const LINK_BYTES = 16_384;

const linkSchema = z.strictObject({ link: z.string().min(1).max(4000) });

/** The last part of a name, without what a terminal or a file system would take for more than letters. */
export function plainName(given: string | undefined): string {
  const last = (given ?? '').split(/[/\\]/).at(-1)!;
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return plain === '' ? 'recording' : [...plain].slice(0, LONGEST_NAME).join('');
}

/** Ending of a name, where it is one of audio. */
const endingOf = (name: string): string => {
  const ending = extname(name).toLowerCase();
  return AUDIO_EXTENSIONS.includes(ending) ? ending : '';
};

/** Starts jobs of the studio. */
export class JobStarter {
  constructor(private readonly studio: Studio) {}

  /** Address that a request comes from. */
  clientOf(context: StudioContext): string {
    return getConnInfo(context).remote.address ?? 'unknown';
  }

  /**
   * Begins a job, and answers with its id.
   *
   * @param prepare - reads the request, with the job's folder; what it returns is the job's work
   * @throws Refusal where the client asks too often, or too many wait; what `prepare` throws
   */
  async begin(context: StudioContext, prepare: (folder: string) => Promise<JobWork>): Promise<Response> {
    const { rate, jobs } = this.studio;
    rate.take(this.clientOf(context));
    const place = await jobs.place();
    try {
      const { id } = place.start(await prepare(place.folder));
      return context.json({ job: id }, 202);
    } catch (error) {
      await place.leave();
      throw explainWriteError('The recording', error);
    }
  }

  /**
   * Begins a job with the recording of a request, sent as the body or named by a link.
   *
   * @throws Refusal for a body that is empty, too large, too slow, or is JSON without a link
   */
  withRecording(
    context: StudioContext,
    work: (recording: SentRecording, job: JobContext) => Promise<JobResult>,
  ): Promise<Response> {
    return this.begin(context, async (folder) => {
      const obtain = await this.receive(context, folder);
      return async (job) => work(await obtain(job), job);
    });
  }

  /** Reads a request's body into a folder; what it returns gives the recording, fetched where the body is a link. */
  private async receive(
    context: StudioContext,
    folder: string,
  ): Promise<(job: JobContext) => Promise<SentRecording>> {
    const { limits, links } = this.studio;
    const { incoming } = context.env;
    const limit = limits.seconds;
    if (/^application\/json\b/i.test(context.req.header('Content-Type') ?? '')) {
      const parsed = linkSchema.safeParse(await jsonBody(incoming, LINK_BYTES, limits));
      if (!parsed.success) throw new Refusal(400, 'Send the bytes of a recording, or {"link": "https://…"}.');
      const { link } = parsed.data;
      const name = plainName(URL.canParse(link) ? decodedPath(new URL(link)) : link);
      const path = join(folder, `recording${endingOf(name)}`);
      return async ({ signal, tell }) => {
        tell('fetching', 0);
        await fetchLink(link, path, { ...links, bytes: Math.min(links.bytes, limits.bytes) }, signal);
        return { path, name, limit };
      };
    }
    const name = plainName(context.req.query('name'));
    const path = join(folder, `recording${endingOf(name)}`);
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Buffer, void> {
      for await (const piece of countedBody(incoming, limits.bytes, limits)) {
        bytes += piece.length;
        yield piece;
      }
    };
    await writePieces(path, counted());
    if (bytes === 0) throw new Refusal(400, 'The recording is empty; record or choose another.');
    return async () => ({ path, name, limit });
  }
}

function decodedPath({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** Routes that begin jobs with a recording. */
export function beginRoutes(studio: Studio, starter: JobStarter): Hono<StudioBindings> {
  const { models, store, work } = studio;
  return new Hono<StudioBindings>()
    .post('/recognise', (context) => {
      const settings = readSettings(context.req.query('settings'));
      return starter.withRecording(context, async (recording, { signal, tell }) => {
        const { tagger, timbre, songs } = models;
        const request = { ...recording, settings, tagger, timbre, songs };
        const { project, warnings } = await work.run('recognise', request, signal, tell);
        const stored = await store.create(project, recording.path);
        return {
          result: { ...stored, project, warnings, command: recogniseCommand(recording.name, settings) },
        };
      });
    })
    .post('/tag', (context) =>
      starter.withRecording(context, async (recording, { signal, tell }) => {
        const request = { ...recording, model: models.tagger, index: models.index };
        return { result: await work.run('tag', request, signal, tell) };
      }),
    )
    .post('/classify', (context) => {
      const { piano } = models;
      if (piano === null)
        throw new UsageError(
          'No model of classes was given: start the server by "polytag studio --piano RUN" with the folder of a run.',
        );
      return starter.withRecording(context, async (recording, { signal, tell }) => {
        const request = { ...recording, model: piano };
        return { result: await work.run('classify', request, signal, tell) };
      });
    });
}
