/**
 * Fetches a link that a stranger may have written (server-side request forgery). Names are resolved once, every address is
 * checked, and the connection is pinned to what was checked, so that a name cannot change between the two; addresses
 * written out are checked as well, and so is every redirect. Size and time are counted while reading.
 */

import { rm } from 'node:fs/promises';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Failure, messageOf, systemCode } from '../../base/errors.js';
import { writePieces } from '../../base/files.js';
import { megabytesText } from '../../base/format.js';
import type { LinkPolicy } from './link-policy.js';

/** A page where audio was expected; a program that reads pages may find the audio in it. */
export class WebPage extends Failure {}

/** Throws Failure for anything but a link of http or https without a password. */
function parseLink(link: string): URL {
  if (!URL.canParse(link))
    throw new Failure(`${link} is not a valid link; give one such as https://example.org/song.mp3.`);
  const url = new URL(link);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Failure(
      `${link} is not fetched: only links of http and https are; download the file and use that.`,
    );
  if (url.username !== '' || url.password !== '')
    throw new Failure(
      `${link.replace(/\/\/[^@/]*@/, '//…@')} is not fetched, as it holds a name or password; download the file and use that.`,
    );
  return url;
}

/** The addresses of a link's host. Throws Failure when there are none, or one of them may not be connected to. */
async function checkedAddresses(link: string, { hostname }: URL, policy: LinkPolicy): Promise<string[]> {
  // URLs write every form of an IPv4 address (octal, hexadecimal, one number) with four decimal numbers.
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host)
    ? [host]
    : await policy.resolve(host).catch((error: unknown) => {
        throw new Failure(
          `${link} cannot be reached: the host ${host} is not found (${systemCode(error) ?? messageOf(error)}); check the link and the connection.`,
        );
      });
  const refused = addresses.find((address) => !isIP(address) || !policy.allows(address));
  if (refused !== undefined)
    throw new Failure(
      `${link} is not fetched: ${host === refused ? host : `${host} is ${refused}, which`} is not a public address; download the file and use that.`,
    );
  if (addresses.length === 0)
    throw new Failure(`${link} cannot be reached: the host ${host} has no address; check the link.`);
  return addresses;
}

/** Answers every look-up of a connection with what was checked. */
const pinnedTo = (addresses: readonly string[]): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) =>
    options.all ? done(null, all) : done(null, all[0].address, all[0].family);
};

/** Sends the request to one of the addresses; throws what the connection throws. */
function connect(url: URL, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const known = new Set(addresses.map((address) => ipaddr.process(address).toString()));
  const options: RequestOptions = {
    lookup: pinnedTo(addresses),
    // Without an agent no connection is shared or kept.
    agent: false,
    signal,
    headers: { accept: 'audio/*, */*;q=0.5', 'accept-encoding': 'identity', 'user-agent': 'polytag' },
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = send(url, options, resolve);
    // Runtimes have been seen to leave `lookup` out.
    sent.on('socket', (socket) =>
      socket.once('connect', () => {
        const remote = socket.remoteAddress;
        if (remote === undefined || !known.has(ipaddr.process(remote).toString()))
          socket.destroy(new Error('the connection went to another address'));
      }),
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** The response of a link or of where it leads. */
async function follow(link: string, policy: LinkPolicy, signal: AbortSignal): Promise<IncomingMessage> {
  let url = parseLink(link);
  for (let hops = 0; hops <= policy.redirects; hops++) {
    const addresses = await checkedAddresses(link, url, policy);
    const response = await connect(url, addresses, signal);
    const { statusCode = 0, statusMessage = '', headers } = response;
    const isRedirect = [301, 302, 303, 307, 308].includes(statusCode);
    if (statusCode === 200) return response;
    response.destroy();
    if (!isRedirect)
      throw new Failure(
        `${link} cannot be fetched: the server answers ${`${statusCode} ${statusMessage}`.trim()}; check the link.`,
      );
    const { location = '' } = headers;
    if (location === '' || !URL.canParse(location, url))
      throw new Failure(`${link} cannot be fetched: it redirects to nowhere; check the link.`);
    url = parseLink(new URL(location, url).href);
  }
  throw new Failure(
    `${link} cannot be fetched: it redirects more than ${policy.redirects} times; check the link.`,
  );
}

/** Whether some bytes begin a web page. */
const beginsPage = (bytes: Uint8Array): boolean =>
  /^\s*(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/i.test(
    new TextDecoder().decode(bytes.subarray(0, 512)).replace(/^\ufeff/, ''),
  );

/** The bytes of a response, counted. Throws Failure for a page, no bytes, or too many. */
async function* counted(
  link: string,
  response: IncomingMessage,
  limit: number,
): AsyncGenerator<Uint8Array, void> {
  const tooLarge = (): Failure =>
    new Failure(
      `${link} is larger than the ${megabytesText(limit)} that are fetched; download it and use the file.`,
    );
  const page = (): WebPage =>
    new WebPage(`${link} is a web page, not an audio file; give the link of the file itself.`);
  const { 'content-type': type = '', 'content-length': stated } = response.headers;
  if (/^(text\/html|application\/xhtml)/i.test(type)) throw page();
  if (Number(stated) > limit) throw tooLarge();
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes === 0 && beginsPage(chunk)) throw page();
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge();
    yield chunk;
  }
  if (bytes === 0) throw new Failure(`${link} is empty; check the link.`);
}

/**
 * Fetches a link into a file, which is whole or absent.
 *
 * @throws WebPage where the link leads to a page; Failure, one sentence that begins with the link, where it is not valid,
 *   leads to an address that the policy refuses, cannot be reached, is empty, too large or too slow; what the signal throws
 */
export async function fetchLink(
  link: string,
  file: string,
  policy: LinkPolicy,
  signal?: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(policy.seconds * 1000);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let response: IncomingMessage | null = null;
  try {
    response = await within(follow(link, policy, either), either);
    await writePieces(file, counted(link, response, policy.bytes));
  } catch (error) {
    await rm(file, { force: true });
    if (signal?.aborted) throw signal.reason;
    if (error instanceof Failure) throw error;
    if (timeout.aborted)
      throw new Failure(
        `${link} takes longer than the ${policy.seconds} s that are waited; download the file and use that.`,
      );
    throw new Failure(
      `${link} cannot be fetched (${systemCode(error) ?? messageOf(error)}); check the link and the connection.`,
    );
  } finally {
    response?.destroy();
  }
}

/** Ends waiting with the signal: a look-up of a name cannot be stopped itself. */
function within<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
