/** A web server of a test's own on this machine, and a policy that lets links lead to it. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPublicAddress, type LinkPolicy } from '../../../src/catalogue/links/link-policy.js';

/** Starts a server on a free port of 127.0.0.1. */
export async function startServer(answer: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Public addresses and 127.0.0.1; names are found in a list alone. */
export const policyWith = (
  names: Record<string, string[]> = {},
  changes: Partial<LinkPolicy> = {},
): LinkPolicy => ({
  resolve: async (host) => {
    if (!names[host]) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return names[host];
  },
  allows: (address) => address === '127.0.0.1' || isPublicAddress(address),
  bytes: 1000,
  seconds: 5,
  redirects: 3,
  ...changes,
});
