/** What routes know of a request beside what Hono tells: Node's own objects. */
import type { HttpBindings } from '@hono/node-server';

/** Types of Hono's context. */
export interface StudioBindings {
  Bindings: HttpBindings;
}
