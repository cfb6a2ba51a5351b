/** The server's routes behind its checks. */
import { Hono } from 'hono';
import { projectJsonSchema } from '../project/schema.js';
import { checkHost, checkOrigin, checkToken } from './access.js';
import { cutUnread } from './body.js';
import { securityHeaders } from './headers.js';
import type { PageFile } from './page-files.js';
import { readPageFile } from './page-files.js';
import { Refusal, refuse, type StudioBindings } from './refusal.js';
import { beginRoutes, JobStarter } from './routes/begin-jobs.js';
import { bankRoutes, exportRoute, importRoute } from './routes/files.js';
import { jobRoutes } from './routes/jobs.js';
import { modelRoutes } from './routes/models.js';
import { projectRoutes } from './routes/projects.js';
import { studioState } from './state.js';
import type { Studio } from './studio.js';

/** @param page - files by their addresses */
export function studioApp(studio: Studio, page: ReadonlyMap<string, PageFile>): Hono<StudioBindings> {
  const { access, log } = studio;
  const starter = new JobStarter(studio);
  const app = new Hono<StudioBindings>();
  app.onError((error, context) => refuse(context, error, log));
  app.notFound((context) => refuse(context, new Refusal(404, 'There is nothing at this address.'), log));
  app.use(cutUnread, securityHeaders, checkHost(access), checkOrigin, checkToken(access));
  app.get('/api/state', async (context) => context.json(await studioState(studio)));
  app.get('/api/schema', (context) => context.json(projectJsonSchema()));
  app.route('/api/projects', projectRoutes(studio));
  app.route('/api/models', modelRoutes(studio));
  app.route('/api/jobs', beginRoutes(studio, starter));
  app.route('/api/jobs', exportRoute(studio, starter));
  app.route('/api/import', importRoute(studio, starter));
  app.route('/api/banks', bankRoutes());
  app.route('/api/jobs', jobRoutes(studio));
  app.get('*', async (context) => {
    const { path } = context.req;
    const file = page.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return context.notFound();
    context.header('Content-Type', file.mediaType);
    if (file.isHashed) context.header('Cache-Control', 'public, max-age=31536000, immutable');
    return context.body(new Uint8Array(await readPageFile(file)));
  });
  return app;
}
