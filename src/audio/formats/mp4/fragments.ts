/** Access units in movie fragments, as streaming services and recorders write them. */
import { viewOf } from '../format.js';
import { boxes, child } from './boxes.js';
import type { Track, Unit } from './track.js';

/** Bits of a track fragment's header that tell which fields follow, in order. */
const HEADER_FLAG = { baseOffset: 1, description: 2, duration: 8, size: 16, flags: 32, baseIsMoof: 0x20000 };

/** Bits of a run that tell which fields follow: first its own, then those of each unit. */
const RUN_FLAG = { offset: 1, firstFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, time: 0x800 };

/** Units of a track in one fragment; times in units of the media's. */
export interface Fragment {
  units: Unit[];
  length: number;
  /** When it begins; null where it does not tell. */
  begin: number | null;
}

/** A whole number of 4 bytes, or of 8 where a box's version is 1; null beyond the box's end. */
function timeAt(content: Uint8Array, at: number): number | null {
  const isLong = content[0] === 1;
  if (at + (isLong ? 8 : 4) > content.length) return null;
  return isLong ? Number(viewOf(content).getBigUint64(at)) : viewOf(content).getUint32(at);
}

/**
 * When the last fragment begins that an index at the file's end (a box `mfra`) lists for a track, in units of the media's
 * time; null where it lists none.
 */
export function lastListed(mfra: Uint8Array, id: number): number | null {
  let last: number | null = null;
  for (const { type, content: tfra } of boxes(mfra)) {
    if (type !== 'tfra' || tfra.length < 16 || viewOf(tfra).getUint32(4) !== id) continue;
    const lengths = viewOf(tfra).getUint32(8);
    const numbers = ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3) + 3;
    const width = (tfra[0] === 1 ? 16 : 8) + numbers;
    const count = Math.min(viewOf(tfra).getUint32(12), Math.floor((tfra.length - 16) / width));
    if (count > 0) last = timeAt(tfra, 16 + (count - 1) * width);
  }
  return last;
}

/** Whether a box `moof` states where in the file its media begin, so that they cannot be moved. */
export function hasFixedPlace(moof: Uint8Array): boolean {
  return [...boxes(moof)].some(({ type, content }) => {
    const tfhd = type === 'traf' ? child(content, 'tfhd') : null;
    return tfhd !== null && tfhd.length >= 4 && (viewOf(tfhd).getUint32(0) & HEADER_FLAG.baseOffset) !== 0;
  });
}

/** Reads a box `moof` that begins at an offset of the file. */
export function readFragment(moof: Uint8Array, begin: number, { id, defaults }: Track): Fragment {
  const units: Unit[] = [];
  let length = 0;
  let began: number | null = null;
  for (const { type, content: traf } of boxes(moof)) {
    if (type !== 'traf') continue;
    let { size: usualSize, duration: usualDuration } = defaults;
    let base = begin;
    let next: number | null = null;
    let isOurs = false;
    for (const box of boxes(traf)) {
      const view = viewOf(box.content);
      if (box.content.length < 8) continue;
      const flags = view.getUint32(0) & 0xffffff;
      let at = 8;
      if (box.type === 'tfhd') {
        isOurs = view.getUint32(4) === id;
        if (flags & HEADER_FLAG.baseOffset && at + 8 <= box.content.length) {
          base = Number(view.getBigUint64(at));
          at += 8;
        }
        if (flags & HEADER_FLAG.description) at += 4;
        const field = (usual: number): number => {
          at += 4;
          return at <= box.content.length ? view.getUint32(at - 4) : usual;
        };
        if (flags & HEADER_FLAG.duration) usualDuration = field(usualDuration);
        if (flags & HEADER_FLAG.size) usualSize = field(usualSize);
      }
      if (box.type === 'tfdt' && isOurs) began ??= timeAt(box.content, 4);
      if (box.type !== 'trun' || !isOurs) continue;
      const count = view.getUint32(4);
      if (flags & RUN_FLAG.offset && at + 4 <= box.content.length) {
        next = base + view.getInt32(at);
        at += 4;
      }
      if (flags & RUN_FLAG.firstFlags) at += 4;
      let offset: number = next ?? base;
      const fields = [RUN_FLAG.duration, RUN_FLAG.size, RUN_FLAG.flags, RUN_FLAG.time];
      const width = 4 * fields.filter((field) => flags & field).length;
      const most = width > 0 ? Math.floor((box.content.length - at) / width) : Number.POSITIVE_INFINITY;
      // Without sizes of their own, a file cannot hold more units than this.
      const known = Math.min(count, most, width > 0 ? most : 1 << 20);
      for (let i = 0; i < known; i++, at += width) {
        const hasDuration = (flags & RUN_FLAG.duration) !== 0;
        const size = flags & RUN_FLAG.size ? view.getUint32(at + (hasDuration ? 4 : 0)) : usualSize;
        length += hasDuration ? view.getUint32(at) : usualDuration;
        units.push({ offset, size });
        offset += size;
      }
      next = offset;
    }
  }
  return { units, length, begin: began };
}
