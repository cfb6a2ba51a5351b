/** Projects to files, files to projects, and the banks that play them. */
import { join } from 'node:path';
import { Hono } from 'hono';
import { IMPORT_ENDINGS } from '../../exchange/index.js';
import { findBank } from '../../files/banks.js';
import { EXPORT_FORMS, type ExportFormName, mediaTypeOfForm } from '../../files/export-project.js';
import { readProject } from '../../project/migrations.js';
import { jsonBody, wholeBody } from '../body.js';
import { Refusal, type StudioBindings } from '../refusal.js';
import { sendFile } from '../send-file.js';
import type { Studio } from '../studio.js';
import { type JobStarter, plainName } from './begin-jobs.js';

/** Characters that some systems do not have in names of files. */
const NOT_IN_NAMES = /[/\\:*?"<>|\p{Cc}\p{Cf}]/gu;

const fileName = (title: string, form: ExportFormName): string =>
  `${plainName(title.replace(NOT_IN_NAMES, ' ').trim() || 'piece')}.${form}`;

/** The route that begins an export. */
export const exportRoute = ({ limits, work }: Studio, starter: JobStarter): Hono<StudioBindings> =>
  new Hono<StudioBindings>().post('/export', async (context) => {
    const form = context.req.query('as') as ExportFormName;
    if (!EXPORT_FORMS.includes(form))
      throw new Refusal(400, `Give the form of the file: ?as=${EXPORT_FORMS.join(', or ')}.`);
    return starter.begin(context, async () => {
      const json = await jsonBody(context.env.incoming, limits.projectBytes, limits);
      const project = readProject(json, 'The request');
      return async ({ id, folder, signal, tell }) => {
        const path = join(folder, `export.${form}`);
        const bytes = await work.run('export', { project, form, path }, signal, tell);
        const name = fileName(project.title, form);
        return {
          result: { file: `/api/jobs/${id}/file`, name, bytes },
          file: { path, name, mediaType: mediaTypeOfForm(form) },
        };
      };
    });
  });

/** The route that reads a file as a project; it answers when that is done, as no more than a second is expected. */
export const importRoute = ({ limits, rate, work }: Studio, starter: JobStarter): Hono<StudioBindings> =>
  new Hono<StudioBindings>().post('/', async (context) => {
    rate.take(starter.clientOf(context));
    const name = plainName(context.req.query('name'));
    if (!IMPORT_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending)))
      throw new Refusal(400, `${name} cannot be brought in; choose a file of ${IMPORT_ENDINGS.join(', ')}.`);
    const bytes = await wholeBody(context.env.incoming, limits.projectBytes, limits);
    if (bytes.length === 0) throw new Refusal(400, `${name} is empty; choose another file.`);
    const { signal } = context.req.raw;
    return context.json(await work.run('import', { bytes, name }, signal, () => {}));
  });

/** Routes below /api/banks. */
export const bankRoutes = (): Hono<StudioBindings> =>
  new Hono<StudioBindings>().get('/:name', async (context) => {
    const found = await findBank(context.req.param('name'));
    if (found === null)
      throw new Refusal(404, 'This bank of instruments is not installed on the machine of the server.');
    context.header('Cache-Control', 'public, max-age=86400');
    return sendFile(context, found.path, 'application/octet-stream');
  });
