/** Jobs: watched, cancelled, and the files that they wrote. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { NewestEvent } from '../jobs/events.js';
import type { JobEvent } from '../jobs/job.js';
import { Refusal, type StudioBindings } from '../refusal.js';
import { sendFile } from '../send-file.js';
import type { Studio } from '../studio.js';

/** Time after which a silent stream shows that it is alive, in ms. */
const ALIVE_MS = 15_000;

/** Routes of jobs by their ids. */
export function jobRoutes({ jobs }: Pick<Studio, 'jobs'>): Hono<StudioBindings> {
  return new Hono<StudioBindings>()
    .get('/:id/events', (context) => {
      const job = jobs.get(context.req.param('id'));
      return streamSSE(context, async (stream) => {
        const events = new NewestEvent<JobEvent>();
        const leave = job.listen(events);
        stream.onAbort(() => {
          leave();
          events.close();
        });
        for (;;) {
          const next = await events.next(ALIVE_MS);
          if (next === null) break;
          if (next === 'quiet') await stream.write(': alive\n\n');
          else await stream.writeSSE({ event: next.event, data: JSON.stringify(next.data) });
        }
      });
    })
    .get('/:id/file', async (context) => {
      const { file } = jobs.get(context.req.param('id'));
      if (file === null) throw new Refusal(404, 'This job has written no file.');
      context.header('Content-Disposition', attachment(file.name));
      return sendFile(context, file.path, file.mediaType);
    })
    .delete('/:id', async (context) => {
      await jobs.cancel(context.req.param('id'));
      return context.body(null, 204);
    });
}

/** The header that has a browser save a file under any name (RFC 6266). */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w .-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
