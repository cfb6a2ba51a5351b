/** The colours of the roll, read from the style sheet so that light and dark have their own. */

const NAMES = {
  background: '--background',
  surface: '--surface',
  line: '--line',
  text: '--text',
  muted: '--muted',
  accent: '--accent',
  bad: '--bad',
  whiteKey: '--key-white',
  blackKey: '--key-black',
  keyText: '--key-text',
} as const;

/** Series of the palette, for tracks. */
const SERIES = 8;

/** Colours by what they are for. */
export type RollColours = Record<keyof typeof NAMES, string> & { tracks: string[] };

/** Reads them; the scheme may have changed since. */
export function readColours(element: Element): RollColours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const named = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)]));
  return {
    ...(named as Record<keyof typeof NAMES, string>),
    tracks: Array.from({ length: SERIES }, (_, i) => read(`--series-${i + 1}`)),
  };
}
