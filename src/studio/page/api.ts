/** Requests to the studio's server. */
import type { Project } from '../project/schema.js';

/** What the server has and allows. */
export interface ServerState {
  version: string;
  limits: { bytes: number; project_bytes: number; seconds: number; jobs: number };
  models: Record<string, boolean | string | null>;
  banks: { name: string; bytes: number; licence: string; here: boolean }[];
  songs: boolean;
  index: boolean;
}

/** A project as the list shows it. */
export interface ProjectEntry {
  id: string;
  title: string;
  modified: string;
  seconds: number;
  /** A sentence where its file cannot be read. */
  error?: string;
}

/** A saved project. */
export interface SavedProject {
  id: string;
  revision: string;
  project: Project;
}

/** What a recording became. */
export interface Recognised extends SavedProject {
  warnings: string[];
}

/** Settings of the recognition, by their names on the command line. */
export type RecogniseSettings = Record<string, string | number>;

/** How far a job is. */
export interface JobProgress {
  step: string;
  /** From 0 to 1. */
  done: number;
  seconds_left: number | null;
  /** Of a job that waits: how many are before it, itself included. */
  place?: number;
}

/** An answer that is not the wanted one, with the server's sentence. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Most bytes of a project, once the server has told them. */
let projectBytes = Number.POSITIVE_INFINITY;

const OFFLINE =
  'The studio’s server does not answer; start "npx polytag studio" again. Your work is kept in this page.';

/** Sends a request. Throws ApiError with the server's sentence, or that there is no server. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(OFFLINE, 0);
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { error?: string } | null;
  throw new ApiError(body?.error ?? `The server answered ${response.status}.`, response.status);
}

const json = async <Value>(path: string, init?: RequestInit): Promise<Value> =>
  (await (await request(path, init)).json()) as Value;

/** A request with a body. Throws ApiError where the server would cut the connection, which a browser cannot tell from its absence. */
function asJson(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = new Blob([JSON.stringify(body)]);
  if (text.size > projectBytes)
    throw new ApiError(
      'The piece is larger than the studio saves; shorten it, or save it as a file of the form Project.',
      413,
    );
  return { method, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

/** What the server has and allows. */
export async function readState(): Promise<ServerState> {
  const state = await json<ServerState>('api/state');
  projectBytes = state.limits.project_bytes;
  return state;
}

export const listProjects = (): Promise<ProjectEntry[]> => json('api/projects');

export const openProject = (id: string): Promise<Omit<SavedProject, 'id'>> => json(`api/projects/${id}`);

/** Stores a new project. `recordingOf`: id of a project whose recording it gets too; default: none. */
export const createProject = async (
  project: Project,
  recordingOf?: string,
): Promise<{ id: string; revision: string }> =>
  json(
    `api/projects${recordingOf === undefined ? '' : `?recording_of=${recordingOf}`}`,
    asJson('POST', project),
  );

/** Saves over a revision; ApiError of status 409 where another page has saved since. */
export const saveProject = async (
  id: string,
  revision: string,
  project: Project,
): Promise<{ revision: string }> =>
  json(`api/projects/${id}`, asJson('PUT', project, { 'if-match': revision }));

export const deleteProject = async (id: string): Promise<void> => {
  await request(`api/projects/${id}`, { method: 'DELETE' });
};

export const sourceUrl = (id: string): string => `api/projects/${id}/source`;

/** Reads a MIDI, MusicXML, ABC or project file, with sentences on what a project cannot keep of it. */
export const importFile = (file: File): Promise<{ project: Project; warnings: string[] }> =>
  json(`api/import?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file });

/** Something that is recognised: a file of a name, or a link. */
export type Recording = { name: string; bytes: Blob } | { link: string };

/** What a job is asked for. */
export interface JobRequest {
  kind: 'recognise' | 'tag' | 'classify';
  recording: Recording;
  settings?: RecogniseSettings;
  /** Ends the sending. */
  signal?: AbortSignal;
}

/** Starts a job on a recording. Returns its id. Throws ApiError, or the signal's reason. */
export async function startJob({ kind, recording, settings, signal }: JobRequest): Promise<string> {
  const query = new URLSearchParams();
  if ('name' in recording) query.set('name', recording.name);
  if (settings) query.set('settings', JSON.stringify(settings));
  const init = 'name' in recording ? { method: 'POST', body: recording.bytes } : asJson('POST', recording);
  return (await json<{ job: string }>(`api/jobs/${kind}?${query}`, { ...init, signal })).job;
}

/** Starts writing a project in a form. Returns the job's id. */
export const startExport = async (project: Project, as: string): Promise<string> =>
  (await json<{ job: string }>(`api/jobs/export?as=${as}`, asJson('POST', project))).job;

export const cancelJob = async (job: string): Promise<void> => {
  await request(`api/jobs/${job}`, { method: 'DELETE' });
};

/** Thrown where a job was cancelled. */
export class Cancelled extends Error {}

/**
 * Waits for a job. The connection is opened again by the browser where it breaks.
 *
 * @throws ApiError with the job's sentence, or Cancelled
 */
export function followJob<Result>(job: string, onProgress: (progress: JobProgress) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`api/jobs/${job}/events`);
    let failures = 0;
    const end = (act: () => void): void => {
      events.close();
      act();
    };
    const on = (name: string, act: (data: unknown) => void): void =>
      events.addEventListener(name, (event) => {
        failures = 0;
        act(JSON.parse((event as MessageEvent<string>).data || 'null'));
      });
    on('progress', (data) => onProgress(data as JobProgress));
    on('result', (data) => end(() => resolve(data as Result)));
    on('failed', (data) => end(() => reject(new ApiError((data as { error: string }).error, 422))));
    on('cancelled', () => end(() => reject(new Cancelled('Cancelled.'))));
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED || ++failures > 5)
        end(() => reject(new ApiError(OFFLINE, 0)));
    };
  });
}
