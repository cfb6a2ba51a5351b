/** Commands that make accompaniment. */
import { z } from 'zod';
import { accompany } from '../arrangement/accompany.js';
import { STYLES } from '../project/schema.js';
import { defineCommand } from './command.js';

/** Roles of the tracks that are made. */
const MADE = ['chords', 'bass', 'drums'] as const;

/** Makes chords, bass and drums in a style, in place of those that were made before; the piece is of that style then. */
const accompanyCommand = defineCommand({
  args: z.strictObject({ style: z.enum(STYLES) }),
  title: ({ style }) => `Accompaniment, ${style}`,
  apply: (project, { style }) =>
    accompany({ ...project, style: { ...project.style, name: style, chosen_by: 'person' } }, style),
});

const removeAccompaniment = defineCommand({
  args: z.strictObject({}),
  title: () => 'Remove accompaniment',
  apply(project) {
    const tracks = project.tracks.filter(({ role }) => !(MADE as readonly string[]).includes(role));
    return tracks.length === project.tracks.length ? project : { ...project, tracks };
  },
});

export const arrangementCommands = {
  accompany: accompanyCommand,
  'remove-accompaniment': removeAccompaniment,
};
