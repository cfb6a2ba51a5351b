/** Packets of a logical Ogg stream, put together from its pages. */
import { joinBytes } from '../../samples.js';
import type { OggPage } from './pages.js';

/** Puts packets together. */
export class PacketAssembler {
  private pending: Uint8Array[] = [];
  private sequence: number | null = null;

  /** The packets that end on the stream's next page, and whether something before them is lost. */
  push(page: OggPage): { packets: Uint8Array[]; isLost: boolean } {
    const { parts, isContinued, goesOn } = page;
    let isLost = this.sequence !== null && page.sequence !== ((this.sequence + 1) | 0) >>> 0;
    this.sequence = page.sequence;
    if (isLost || !isContinued) {
      isLost ||= this.pending.length > 0;
      this.pending = [];
    }
    const packets: Uint8Array[] = [];
    for (const [i, part] of parts.entries()) {
      const isRest = i === 0 && isContinued;
      // The rest of a packet whose beginning is lost.
      const isOrphan = isRest && this.pending.length === 0;
      if (isOrphan) isLost = true;
      else this.pending.push(part);
      if (goesOn && i === parts.length - 1) break;
      if (!isOrphan) packets.push(joinBytes(this.pending));
      this.pending = [];
    }
    return { packets, isLost };
  }
}
