/** Writes Ogg files, whole and broken, out of packets. */

/** CRC-32 of Ogg, bit by bit. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
}

/** A page: whole packets, and perhaps parts of packets at either end. */
export interface PageContent {
  serial?: number;
  sequence: number;
  granule: number;
  flags?: { continued?: boolean; first?: boolean; last?: boolean };
  packets: Uint8Array[];
  /** Whether the last packet goes on in the next page; its length here is then a multiple of 255. */
  goesOn?: boolean;
}

/** Bytes of a page with the right checksum. */
export function page({
  serial = 1,
  sequence,
  granule,
  flags = {},
  packets,
  goesOn,
}: PageContent): Uint8Array {
  const lacing = packets.flatMap((packet, i) => {
    const full = Array<number>(Math.floor(packet.length / 255)).fill(255);
    return goesOn && i === packets.length - 1 ? full : [...full, packet.length % 255];
  });
  if (lacing.length > 255) throw new RangeError(`${lacing.length} segments do not fit in a page.`);
  const bytes = Buffer.concat([Buffer.alloc(27), Uint8Array.from(lacing), ...packets]);
  const { continued = false, first = false, last = false } = flags;
  bytes.write('OggS');
  bytes[5] = Number(continued) + 2 * Number(first) + 4 * Number(last);
  bytes.writeBigInt64LE(BigInt(granule), 6);
  bytes.writeUInt32LE(serial, 14);
  bytes.writeUInt32LE(sequence, 18);
  bytes[26] = lacing.length;
  bytes.writeUInt32LE(checksum(bytes), 22);
  return bytes;
}

/** The packets of a file with one stream. */
export function packetsOf(file: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const lacing = file.subarray(at + 27, at + 27 + file[at + 26]);
    at += 27 + lacing.length;
    for (const size of lacing) {
      parts.push(file.subarray(at, at + size));
      at += size;
      if (size === 255) continue;
      packets.push(Buffer.concat(parts));
      parts = [];
    }
  }
  return packets;
}

/** How a stream is written. */
export interface StreamOptions {
  serial?: number;
  /** Packets of headers, of which the first has a page of its own. */
  headers: Uint8Array[];
  packets: Uint8Array[];
  /** Samples that each packet of sound gives. */
  samples: number[];
  /** Of the last page. Default: all samples. */
  end?: number;
  /** Of the first sample. Default: 0. */
  begin?: number;
  /** Packets of sound a page. Default: 10. */
  perPage?: number;
  /** Bytes of a page's body at most for the headers. Default: 4080. */
  headerBytes?: number;
}

/** The pages of a stream, headers continued over as many as they need. */
export function streamPages(options: StreamOptions): Uint8Array[] {
  const { serial = 1, headers, packets, samples, begin = 0, perPage = 10, headerBytes = 4080 } = options;
  const total = begin + samples.reduce((sum, count) => sum + count, 0);
  const pages = [page({ serial, sequence: 0, granule: 0, flags: { first: true }, packets: [headers[0]] })];
  for (const header of headers.slice(1)) {
    for (let at = 0; at === 0 || at < header.length; at += headerBytes) {
      const part = header.subarray(at, at + headerBytes);
      const goesOn = at + headerBytes < header.length;
      pages.push(
        page({
          serial,
          sequence: pages.length,
          granule: goesOn ? -1 : 0,
          flags: { continued: at > 0 },
          packets: [part],
          goesOn,
        }),
      );
    }
  }
  let position = begin;
  for (let from = 0; from < packets.length; from += perPage) {
    const to = Math.min(packets.length, from + perPage);
    position += samples.slice(from, to).reduce((sum, count) => sum + count, 0);
    const last = to === packets.length;
    pages.push(
      page({
        serial,
        sequence: pages.length,
        granule: last ? (options.end ?? total) : position,
        flags: { last },
        packets: packets.slice(from, to),
      }),
    );
  }
  return pages;
}
