/** Formats that are not read here, by their marks: the user's own ffmpeg may read them. */
import { spells } from './formats/format.js';

/** Name of each, and whether a file's first bytes are its. */
const marks: Record<string, (head: Uint8Array) => boolean> = {
  'Windows Media (WMA)': (head) => spells(head, 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'),
  'MPEG layer I or II (MP2)': (head) =>
    head[0] === 0xff && (head[1] & 0xe0) === 0xe0 && (head[1] & 0x18) !== 8 && ((head[1] >> 1) & 3) > 1,
  'AC-3': (head) => head[0] === 0x0b && head[1] === 0x77,
  DTS: (head) => spells(head, 0, '\x7f\xfe\x80\x01'),
  'Monkey’s Audio': (head) => spells(head, 0, 'MAC '),
  WavPack: (head) => spells(head, 0, 'wvpk'),
  'True Audio': (head) => spells(head, 0, 'TTA1') || spells(head, 0, 'TTA2'),
  TAK: (head) => spells(head, 0, 'tBaK'),
  OptimFROG: (head) => spells(head, 0, 'OFR '),
  Musepack: (head) => spells(head, 0, 'MPCK') || spells(head, 0, 'MP+'),
  'DSD (DSF)': (head) => spells(head, 0, 'DSD '),
  'DSD (DSDIFF)': (head) => spells(head, 0, 'FRM8'),
  AMR: (head) => spells(head, 0, '#!AMR'),
  RealMedia: (head) => spells(head, 0, '.RMF') || spells(head, 0, '.ra\xfd'),
  'Matroska or WebM': (head) => spells(head, 0, '\x1a\x45\xdf\xa3'),
  AVI: (head) => spells(head, 0, 'RIFF') && spells(head, 8, 'AVI '),
  'Flash Video': (head) => spells(head, 0, 'FLV\x01'),
  'MPEG program stream': (head) => spells(head, 0, '\0\0\x01\xba'),
  'MPEG transport stream': (head) => head[0] === 0x47 && head.length >= 4 && (head[3] & 0x10) !== 0,
};

/** Name of the format that a file's first bytes (at most HEAD_BYTES) are of; null for none of them. */
export function foreignFormat(head: Uint8Array): string | null {
  return Object.keys(marks).find((name) => marks[name](head)) ?? null;
}
