/** Starts the studio on a port, and stops it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Failure, messageOf, systemCode, UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { withLockOrRefuse } from '../../base/lock.js';
import { packagePath, polytagVersion } from '../../base/package.js';
import { type LinkPolicy, PUBLIC_LINKS } from '../../catalogue/links/link-policy.js';
import { findModel } from '../../hub/store.js';
import { threadsPerJob } from '../../runs/launch/execute.js';
import { readSongs } from '../../transcription/files/song-file.js';
import { ProjectStore } from '../files/project-store.js';
import { isLoopback, linkOf, newToken } from './access.js';
import { studioApp } from './app.js';
import { JobQueue } from './jobs/queue.js';
import { WorkProcesses } from './jobs/work-processes.js';
import { STUDIO_LIMITS, type StudioLimits } from './limits.js';
import { pageFiles } from './page-files.js';
import { RateLimit } from './rate.js';
import type { Studio, StudioModels } from './studio.js';

/** What is served, and where. */
export interface StudioOptions {
  /** Folder of projects; it is made where it is missing. */
  folder: string;
  /** Default: `127.0.0.1`, which other machines do not reach. */
  host?: string;
  /** 0: any that is free. */
  port: number;
  /** Default: the tagger of Musicnn, and nothing else. */
  models?: Partial<StudioModels>;
  limits?: Partial<StudioLimits>;
  /** Which links are fetched. Default: those of public addresses. */
  links?: LinkPolicy;
  /** Folder of the page's files. Default: what the build made. */
  page?: string;
  /** Takes sentences for the terminal. */
  log: (line: string) => void;
}

/** Time that Node may take for a request beyond that of an upload, in seconds. */
const GRACE = 15;

const NO_MODELS: StudioModels = {
  tagger: 'musicnn-mtt',
  piano: null,
  timbre: null,
  songs: null,
  index: null,
};

/**
 * Serves the studio until the signal: jobs are ended then, and connections closed.
 *
 * @param onReady - receives the link that a person opens, the token included
 * @throws UsageError when the folder or the port is in use, or the host is none of this machine; Failure when the folder
 *   cannot be written
 */
export async function serveStudio(
  options: StudioOptions,
  signal: AbortSignal,
  onReady: (link: string) => void,
): Promise<void> {
  const { folder, models = {} } = options;
  await requireModels(models);
  const serve = (): Promise<void> => serveFolder(options, signal, onReady);
  await withLockOrRefuse(join(folder, '.lock'), `The folder of projects ${folder}`, serve, '--project');
}

/** Throws UsageError for a run, songs or a catalogue that are not there, before anybody waits for a job to say so. */
async function requireModels({ piano, timbre, songs, index }: Partial<StudioModels>): Promise<void> {
  for (const run of [piano, timbre]) if (run) await findModel(run);
  if (songs) await readSongs(songs);
  if (index && !(await exists(index))) throw new UsageError(`--index: there is no ${index}; check the path.`);
}

async function serveFolder(
  { folder, host = '127.0.0.1', port, models, limits: given, links = PUBLIC_LINKS, page, log }: StudioOptions,
  signal: AbortSignal,
  onReady: (link: string) => void,
): Promise<void> {
  const limits = { ...STUDIO_LIMITS, ...given };
  const store = await ProjectStore.open(folder);
  const jobs = new JobQueue(store.jobs, limits, log);
  const work = new WorkProcesses({
    ...{ seconds: limits.jobSeconds, megabytes: limits.megabytes },
    threads: threadsPerJob(limits.jobs),
  });
  const studio: Studio = {
    ...{ version: await polytagVersion(), store, jobs, work, limits, links, log },
    access: { host, port, token: isLoopback(host) ? null : newToken() },
    rate: new RateLimit(limits.perMinute),
    models: { ...NO_MODELS, ...models },
  };
  const app = studioApp(studio, await pageFiles(page ?? packagePath('dist/studio/page')));
  // What is not read of a request is cut off, not drained: see `cutUnread`.
  const options = { overrideGlobalObjects: false, autoCleanupIncoming: false };
  const server = createServer(
    { requestTimeout: (limits.uploadSeconds + GRACE) * 1000, headersTimeout: limits.idleSeconds * 1000 },
    getRequestListener(app.fetch, options),
  );
  try {
    studio.access.port = await listen(server, host, port);
    onReady(linkOf(studio.access));
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    const closed = new Promise((resolve) => server.close(resolve));
    await jobs.close();
    await work.close();
    server.closeAllConnections();
    await closed;
  }
}

/** Listens, and returns the port. */
async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function explain(error: unknown, host: string, port: number): Error {
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new UsageError(`Port ${port} is in use by another program; give another with --port.`);
    case 'EACCES':
      return new UsageError(`Port ${port} may not be used by this user; give one from 1024 with --port.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UsageError(`--host: ${host} is no address of this machine; give one that it has.`);
    default:
      return new Failure(`The server cannot be started (${messageOf(error)}).`);
  }
}
