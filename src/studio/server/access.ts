/**
 * Who may talk to the server. A page of another site can send requests to this machine (CSRF), and by a name whose address
 * it changes it can read the answers too (DNS rebinding), so that the address alone keeps nobody out.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import ipaddr from 'ipaddr.js';
import { Refusal, type StudioBindings } from './refusal.js';

/** How the server can be reached. */
export interface Access {
  /** What it is bound to: a name or an address. */
  host: string;
  port: number;
  /** What a client has to know; null on loopback, where only this machine can connect. */
  token: string | null;
}

/** Whether a name or address stands for this machine alone. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback';
}

/** A token of 128 random bits. */
export const newToken = (): string => randomBytes(16).toString('hex');

/** The link that a person opens, with the token where there is one. */
export function linkOf({ host, port, token }: Access): string {
  // Nobody can open the address that stands for all.
  const shown = host === '0.0.0.0' || host === '::' ? hostname() : host;
  const name = isIP(shown) === 6 ? `[${shown}]` : shown;
  return `http://${name}:${port}/${token === null ? '' : `?token=${token}`}`;
}

/** Whether two texts are equal, in a time that does not tell how far they are. */
function isSame(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a, b);
}

/** Whether a Host header names this server: a name can be anybody's, an address cannot. */
function isOwnHost(header: string | undefined, { host, port, token }: Access): boolean {
  const address = `http://${header}/`;
  if (header === undefined || !/^[\w.:[\]-]+$/.test(header) || !URL.canParse(address)) return false;
  const url = new URL(address);
  if (Number(url.port || 80) !== port) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name === host.toLowerCase()) return true;
  if (isIP(name) !== 0) return token !== null || isLoopback(name);
  return token !== null && name === hostname().toLowerCase();
}

/** Refuses requests under another name than the server's own. */
export const checkHost =
  (access: Access): MiddlewareHandler<StudioBindings> =>
  async (context, next) => {
    if (!isOwnHost(context.env.incoming.headers.host, access))
      throw new Refusal(
        403,
        `This server is not reached by that name; open ${linkOf({ ...access, token: null })}`,
      );
    await next();
  };

/** Refuses requests that a page of another site has caused; programs that are no browsers say nothing of a site. */
export const checkOrigin: MiddlewareHandler<StudioBindings> = async (context, next) => {
  const { origin, host, 'sec-fetch-site': site } = context.env.incoming.headers;
  const isOther = origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase();
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isOther || isForeign)
    throw new Refusal(
      403,
      'The studio answers its own page only; open its link by typing or pasting it into the address bar.',
    );
  await next();
};

/** Refuses requests without the token: of the printed link, which gives a cookie, of that cookie, or as a bearer's. */
export const checkToken =
  ({ token, port }: Access): MiddlewareHandler<StudioBindings> =>
  async (context, next) => {
    if (token === null) return next();
    // Cookies are shared by all ports of a host.
    const cookie = `polytag-studio-${port}`;
    const { method, path } = context.req;
    const linked = context.req.query('token');
    if (method === 'GET' && path === '/' && linked !== undefined && isSame(linked, token)) {
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return context.redirect('/', 303);
    }
    const bearer = /^Bearer (.+)$/.exec(context.req.header('Authorization') ?? '')?.[1];
    const known = bearer ?? getCookie(context, cookie);
    if (known === undefined || !isSame(known, token))
      throw new Refusal(
        401,
        'The studio asks for its token; open the whole link that "polytag studio" has printed, ?token=… included.',
      );
    await next();
  };
