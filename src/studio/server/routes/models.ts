/** Models and sounds for the page, which scores recordings and plays notes itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { findModel } from '../../../hub/store.js';
import { MODEL_FILES } from '../../../models/description.js';
import { Refusal, type StudioBindings } from '../refusal.js';
import { sendFile } from '../send-file.js';
import type { Studio } from '../studio.js';

/** Files of a model, by the names that a page asks for. */
const FILES: Record<string, string> = {
  [MODEL_FILES.description]: 'application/json',
  [MODEL_FILES.weights]: 'application/octet-stream',
};

/** `GET /tagger/FILE`: description and weights of the tagger. */
export function modelRoutes({ models }: Studio): Hono<StudioBindings> {
  return new Hono<StudioBindings>().get('/tagger/:file', async (context) => {
    const name = context.req.param('file');
    if (!Object.hasOwn(FILES, name)) throw new Refusal(404, 'There is nothing at this address.');
    const folder = await findModel(models.tagger).catch((error: Error) => {
      throw new Refusal(404, error.message);
    });
    const path = join(folder, name);
    if (!existsSync(path))
      throw new Refusal(404, `The model ${models.tagger} has no ${name}, which a page needs.`);
    return sendFile(context, path, FILES[name]);
  });
}
