/** Project files of every version to projects. */
import { UsageError } from '../../base/errors.js';
import { PROJECT_VERSION, type Project, projectSchema } from './schema.js';

/** Brings a file of the version that it is listed under into the form of the next. */
const migrations: Record<number, (file: Record<string, unknown>) => Record<string, unknown>> = {
  // Version 2 keeps with the recording what its notes were found with.
  1: ({ source, ...others }) => ({
    ...others,
    version: 2,
    source:
      typeof source === 'object' && source !== null ? { ...source, settings: null, warnings: [] } : source,
  }),
};

/**
 * Reads a project from parsed JSON, of this version or an older one.
 *
 * @param name - the file, for messages
 * @throws UsageError when it is not a project, is of a newer version, or does not fit the schema, naming the key
 */
export function readProject(json: unknown, name: string): Project {
  if (typeof json !== 'object' || json === null || !('format' in json) || json.format !== 'polytag-project')
    throw new UsageError(`${name} is not a project of polytag; choose a file that the studio saved.`);
  let file = json as unknown as Record<string, unknown>;
  const { version } = file;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new UsageError(`${name}: version must be a whole number from 1, not ${JSON.stringify(version)}.`);
  if (version > PROJECT_VERSION)
    throw new UsageError(
      `${name} is a project of version ${version}, and this polytag reads versions up to ${PROJECT_VERSION}; update polytag.`,
    );
  for (let at = version; at < PROJECT_VERSION; at++) file = migrations[at](file);
  const parsed = projectSchema.safeParse(file);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const where = path.length > 0 ? `${path.join('.')}: ` : '';
  throw new UsageError(`${name} is not a valid project: ${where}${message}.`);
}

/** The text of a project file. */
export const projectText = (project: Project): string => `${JSON.stringify(project)}\n`;
