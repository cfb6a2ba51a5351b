/**
 * The grouping in Vorbis comments (https://xiph.org/vorbis/doc/v-comment.html), changed at the level of bytes: every other
 * field stays as it is, whatever it holds, since libraries that write all fields again change the case of names, text that
 * is not UTF-8, and pictures.
 */
import { Failure } from '../../base/errors.js';

const FIELD = 'GROUPING';

/** Divides a list of fields; what follows it (a framing bit, binary data) is `rest`. */
function divide(comment: Buffer): { vendor: Buffer; fields: Buffer[]; rest: Buffer } {
  let at = 0;
  const number = (): number => {
    at += 4;
    if (at > comment.length) throw new Failure('its list of tags is cut');
    return comment.readUInt32LE(at - 4);
  };
  const text = (): Buffer => {
    const length = number();
    at += length;
    if (at > comment.length) throw new Failure('its list of tags is cut');
    return comment.subarray(at - length, at);
  };
  const vendor = text();
  const fields: Buffer[] = [];
  for (let left = number(); left > 0; left--) fields.push(text());
  return { vendor, fields, rest: comment.subarray(at) };
}

const isGrouping = (field: Buffer): boolean =>
  field.toString('latin1', 0, FIELD.length + 1).toUpperCase() === `${FIELD}=`;

/** A comment of one's own, without fields: for files that have none. */
export const EMPTY_COMMENT: Uint8Array = new Uint8Array(8);

/** A comment with another grouping. Throws Failure, without the file's name, when it does not divide into fields. */
export function withGroupingField(comment: Uint8Array, grouping: string): Uint8Array {
  const { vendor, fields, rest } = divide(Buffer.from(comment));
  const kept = fields.filter((field) => !isGrouping(field));
  const length = (size: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(size);
    return bytes;
  };
  const all = [...kept, Buffer.from(`${FIELD}=${grouping}`)];
  return Buffer.concat([
    length(vendor.length),
    vendor,
    length(all.length),
    ...all.flatMap((field) => [length(field.length), field]),
    rest,
  ]);
}
