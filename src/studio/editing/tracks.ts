/** Commands that change tracks. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { ROLES, type Track } from '../project/schema.js';
import { changeTrack, defineCommand, idArgument, trackOf } from './command.js';

/** Most tracks: more pitched ones than MIDI has channels cannot be played at once. */
const MOST_TRACKS = 32;

const addTrack = defineCommand({
  args: z.strictObject({
    name: z.string().min(1).max(200),
    role: z.enum(ROLES).default('other'),
    program: z.number().int().min(0).max(127).default(0),
    drums: z.boolean().default(false),
  }),
  title: ({ name }) => `Add track ${name}`,
  apply(project, { name, role, program, drums }) {
    if (project.tracks.length >= MOST_TRACKS)
      throw new UsageError(`A piece has at most ${MOST_TRACKS} tracks; delete one first.`);
    const track: Track = {
      ...{ id: `t${project.next_id}`, name, role, tone: { program, drums } },
      ...{ volume: 0.8, pan: 0, mute: false, solo: false, clips: [] },
    };
    return { ...project, tracks: [...project.tracks, track], next_id: project.next_id + 1 };
  },
});

const deleteTrack = defineCommand({
  args: z.strictObject({ track: idArgument }),
  title: () => 'Delete track',
  apply(project, { track }) {
    const own = trackOf(project, track);
    return { ...project, tracks: project.tracks.filter((one) => one !== own) };
  },
});

/** What of a track is set directly. */
const settings = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  volume: z.number().min(0).max(1).optional(),
  pan: z.number().min(-1).max(1).optional(),
  mute: z.boolean().optional(),
  solo: z.boolean().optional(),
});

/** What the undo list calls a change of each. */
const SETTING_TITLES: Record<keyof z.output<typeof settings>, string> = {
  name: 'Rename track',
  volume: 'Volume',
  pan: 'Pan',
  mute: 'Mute',
  solo: 'Solo',
};

const setTrack = defineCommand({
  args: settings.safeExtend({ track: idArgument }),
  title: ({ track: _, ...values }) => {
    const [first = 'name'] = Object.keys(values) as (keyof typeof SETTING_TITLES)[];
    return SETTING_TITLES[first];
  },
  apply: (project, { track, ...values }) =>
    changeTrack(project, track, (own) => {
      const names = Object.keys(values) as (keyof typeof values)[];
      return names.every((name) => own[name] === values[name]) ? own : { ...own, ...values };
    }),
});

const setInstrument = defineCommand({
  args: z.strictObject({ track: idArgument, program: z.number().int().min(0).max(127) }),
  title: () => 'Change instrument',
  apply: (project, { track, program }) =>
    changeTrack(project, track, (own) =>
      own.tone.program === program ? own : { ...own, tone: { ...own.tone, program } },
    ),
});

const moveTrack = defineCommand({
  args: z.strictObject({ track: idArgument, to: z.number().int().min(0) }),
  title: () => 'Move track',
  apply(project, { track, to }) {
    const own = trackOf(project, track);
    const others = project.tracks.filter((one) => one !== own);
    const at = Math.min(to, others.length);
    if (project.tracks[at] === own) return project;
    return { ...project, tracks: [...others.slice(0, at), own, ...others.slice(at)] };
  },
});

export const trackCommands = {
  'add-track': addTrack,
  'delete-track': deleteTrack,
  'set-track': setTrack,
  'set-instrument': setInstrument,
  'move-track': moveTrack,
};
