/** Projects: listed, read, saved, deleted. */
import { Hono } from 'hono';
import { mediaTypeOf } from '../../../audio/media-types.js';
import { readProject } from '../../project/migrations.js';
import type { Project } from '../../project/schema.js';
import { jsonBody } from '../body.js';
import { Refusal, type StudioBindings } from '../refusal.js';
import { sendFile } from '../send-file.js';
import type { Studio } from '../studio.js';

/** Routes below /api/projects. */
export function projectRoutes({ store, limits }: Studio): Hono<StudioBindings> {
  const sentProject = async (incoming: StudioBindings['Bindings']['incoming']): Promise<Project> =>
    readProject(await jsonBody(incoming, limits.projectBytes, limits), 'The request');
  return new Hono<StudioBindings>()
    .get('/', async (context) => context.json(await store.list()))
    .post('/', async (context) => {
      const of = context.req.query('recording_of');
      const project = await sentProject(context.env.incoming);
      const stored = await store.create(project, of === undefined ? undefined : { of });
      return context.json(stored, 201);
    })
    .get('/:id', async (context) => context.json(await store.read(context.req.param('id'))))
    .put('/:id', async (context) => {
      const revision = context.req.header('If-Match')?.replace(/^"(.*)"$/, '$1');
      if (revision === undefined)
        throw new Refusal(428, 'Give the revision that was changed, in the header If-Match.');
      const project = await sentProject(context.env.incoming);
      return context.json({ revision: await store.replace(context.req.param('id'), project, revision) });
    })
    .delete('/:id', async (context) => {
      await store.remove(context.req.param('id'));
      return context.body(null, 204);
    })
    .get('/:id/source', async (context) => {
      const source = await store.source(context.req.param('id'));
      if (source === null) throw new Refusal(404, 'This project has no recording; it was made without one.');
      const { path, name } = source;
      return sendFile(context, path, mediaTypeOf(name ?? '') ?? 'application/octet-stream');
    });
}
