/** What the server has done in processes; each is loaded by the process that does it. */

const works = {
  recognise: async () => (await import('./recognise.js')).recogniseRecording,
  tag: async () => (await import('./tag.js')).tagRecording,
  export: async () => (await import('./export.js')).writeProject,
  import: async () => (await import('./export.js')).readAsProject,
  classify: async () => (await import('./classify.js')).classifyRecording,
};

/** A piece of work. */
export type WorkName = keyof typeof works;

type Work<Name extends WorkName> = Awaited<ReturnType<(typeof works)[Name]>>;

/** What a piece of work is given; it can be copied to another process. */
export type WorkRequest<Name extends WorkName> = Parameters<Work<Name>>[0];

/** What it returns; it can be copied as well. */
export type WorkResult<Name extends WorkName> = Awaited<ReturnType<Work<Name>>>;

/** The function of a piece of work, which also takes `tell`. Throws Error where there is none of that name. */
export async function loadWork(name: string): Promise<Work<WorkName>> {
  if (!Object.hasOwn(works, name)) throw new Error(`There is no work "${name}".`);
  return works[name as WorkName]();
}
