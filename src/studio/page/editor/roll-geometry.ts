/** Where ticks and pitches are on the piano roll. */

/** Pitches of MIDI. */
const PITCHES = 128;

/** How the roll is zoomed. */
export interface Zoom {
  /** Pixels of a tick. */
  perTick: number;
  /** Pixels of a semitone. */
  perPitch: number;
}

export const ZOOM = {
  usual: { perTick: 0.1, perPitch: 14 },
  least: { perTick: 0.002, perPitch: 5 },
  most: { perTick: 1, perPitch: 40 },
} as const;

/** Width of the keyboard at the left. */
export const KEYS_WIDTH = 44;

/** Height of the ruler at the top. */
export const RULER_HEIGHT = 34;

/** Ticks that can be seen behind the end of the piece. */
const SPARE = 1920;

/** The part of the roll that is seen: pixels from its beginning, without keyboard and ruler. */
export interface Viewport {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const xOf = (ticks: number, { perTick }: Zoom): number => ticks * perTick;
export const ticksOf = (x: number, { perTick }: Zoom): number => x / perTick;

/** Top of a pitch's row. */
export const yOf = (pitch: number, { perPitch }: Zoom): number => (PITCHES - 1 - pitch) * perPitch;
export const pitchOf = (y: number, { perPitch }: Zoom): number =>
  Math.max(0, Math.min(PITCHES - 1, PITCHES - 1 - Math.floor(y / perPitch)));

/** Pixels of everything. */
export const contentSize = (pieceTicks: number, zoom: Zoom): { width: number; height: number } => ({
  width: xOf(pieceTicks + SPARE, zoom),
  height: PITCHES * zoom.perPitch,
});

/** A zoom by factors, within what is sensible. */
export const zoomedBy = (zoom: Zoom, ticks: number, pitches: number): Zoom => ({
  perTick: Math.min(ZOOM.most.perTick, Math.max(ZOOM.least.perTick, zoom.perTick * ticks)),
  perPitch: Math.min(ZOOM.most.perPitch, Math.max(ZOOM.least.perPitch, zoom.perPitch * pitches)),
});
