/** Commands that change the piece as a whole. */
import { z } from 'zod';
import { type Project, QUARTER_TICKS, STYLES } from '../project/schema.js';
import { defineCommand } from './command.js';

/** The project with some values set; the same object where they are its own. */
function withValues<Name extends keyof Project>(project: Project, values: Pick<Project, Name>): Project {
  const names = Object.keys(values) as Name[];
  const isSame = names.every((name) => JSON.stringify(project[name]) === JSON.stringify(values[name]));
  return isSame ? project : { ...project, ...values };
}

const setTitle = defineCommand({
  args: z.strictObject({ title: z.string().trim().max(500) }),
  title: () => 'Rename piece',
  apply: (project, { title }) => withValues(project, { title }),
});

const setTempo = defineCommand({
  args: z.strictObject({ tempo: z.number().min(20).max(400) }),
  title: ({ tempo }) => `Tempo ${Math.round(tempo)}`,
  apply: (project, { tempo }) => withValues(project, { tempo }),
});

/** Sets the bar lines. Notes keep their ticks; passages keep at least their length, in whole bars of the new meter. */
const setMeter = defineCommand({
  args: z.strictObject({
    beats: z.number().int().min(1).max(16).describe('Quarters in a bar.'),
    pickup: z.number().min(0).max(16).default(0).describe('Quarters before the first bar line.'),
  }),
  title: ({ beats }) => `Bars of ${beats}`,
  apply(project, { beats, pickup }) {
    const bar = beats * QUARTER_TICKS;
    const before = Math.round(pickup * QUARTER_TICKS) % bar;
    if (beats === project.beats) return withValues(project, { pickup: before });
    const passages = project.passages.map((passage) => ({
      ...passage,
      bars: Math.ceil((passage.bars * project.beats) / beats),
    }));
    return { ...project, beats, pickup: before, passages };
  },
});

const setKey = defineCommand({
  args: z.strictObject({
    key: z
      .strictObject({ tonic: z.number().int().min(0).max(11), mode: z.enum(['major', 'minor']) })
      .nullable(),
  }),
  title: () => 'Set key',
  apply: (project, { key }) => withValues(project, { key }),
});

const setStyle = defineCommand({
  args: z.strictObject({ style: z.enum(STYLES) }),
  title: ({ style }) => `Style ${style}`,
  apply: (project, { style }) =>
    withValues(project, { style: { ...project.style, name: style, chosen_by: 'person' } }),
});

export const pieceCommands = {
  'set-title': setTitle,
  'set-tempo': setTempo,
  'set-meter': setMeter,
  'set-key': setKey,
  'set-style': setStyle,
};
