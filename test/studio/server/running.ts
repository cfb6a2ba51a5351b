/** A studio that runs in the test's process on a free port, and requests that browsers do not let a page make. */
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StudioOptions, serveStudio } from '../../../src/studio/server/serve.js';

/** A studio of a test. */
export interface RunningStudio {
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  port: number;
  /** What it has printed for a person: with the token, where there is one. */
  link: string;
  folder: string;
  /** What it has said on the terminal. */
  said: string[];
  /** Stops it, and removes its folder unless it is kept. */
  stop(keep?: boolean): Promise<void>;
}

/** Starts a studio with a folder of its own. */
export async function startStudio(options: Partial<StudioOptions> = {}): Promise<RunningStudio> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'polytag-studio-')));
  const controller = new AbortController();
  const said: string[] = [];
  let served: Promise<void> | null = null;
  const link = await new Promise<string>((resolve, reject) => {
    const all = { port: 0, log: (line: string) => said.push(line), ...options, folder };
    served = serveStudio(all, controller.signal, resolve);
    served.catch(reject);
  });
  const port = Number(new URL(link).port);
  return {
    ...{ origin: `http://127.0.0.1:${port}`, port, link, folder, said },
    async stop(keep = false) {
      controller.abort();
      await served;
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A response. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a request with any headers, Host among them. */
export function ask(port: number, path: string, options: RequestOptions = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, host: '127.0.0.1', ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An event of a job. */
export interface SentEvent {
  event: string;
  data: Record<string, unknown>;
}

/** The events of a job up to its end. */
export async function eventsOf(origin: string, job: string): Promise<SentEvent[]> {
  const response = await fetch(`${origin}/api/jobs/${job}/events`);
  if (!response.ok) throw new Error(await response.text());
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('event: '));
  return blocks.map((block) => {
    const [event, data] = block.split('\n');
    return {
      event: event.slice('event: '.length),
      data: JSON.parse(data.slice('data: '.length)) as SentEvent['data'],
    };
  });
}

/** Begins a job, and gives its last event. */
export async function runJob(origin: string, path: string, init: RequestInit): Promise<SentEvent> {
  const response = await fetch(`${origin}${path}`, { method: 'POST', ...init });
  const answer = (await response.json()) as { job: string; error?: string };
  if (response.status !== 202) throw new Error(`${response.status} ${answer.error}`);
  return (await eventsOf(origin, answer.job)).at(-1)!;
}
