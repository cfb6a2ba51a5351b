/** Which links are fetched: what keeps a link from reaching into the network that polytag runs in. */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

/** Limits of fetching; tests give their own. */
export interface LinkPolicy {
  /** Every address of a name. */
  resolve(host: string): Promise<string[]>;
  /** Whether an address may be connected to. */
  allows(address: string): boolean;
  /** Most bytes of a file. */
  bytes: number;
  /** Most seconds from the first look-up to the last byte, redirects included. */
  seconds: number;
  /** Most redirects. */
  redirects: number;
}

/** Addresses of IPv6 that are given out to networks; others (mapped, translated, local …) are ways to somewhere else. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/**
 * Whether an address is one of the public internet: not private, loopback, link-local (cloud metadata), reserved, multicast
 * or a form that stands for another address. IPv4 mapped into IPv6 is judged as IPv4; what is not an address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_IPV6);
}

/** The policy of the command line: public addresses, 200 MB, two minutes, five redirects. */
export const PUBLIC_LINKS: LinkPolicy = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  allows: isPublicAddress,
  bytes: 200e6,
  seconds: 120,
  redirects: 5,
};
