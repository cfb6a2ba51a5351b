/** A project: what the studio edits and keeps, a JSON file with a published schema. */
import { z } from 'zod';
import { keptSettings } from './recognition.js';

/** Ticks of a quarter: every time in a project is a whole number of them. */
export const QUARTER_TICKS = 480;

/** The version that is written; older ones are brought into its form when they are read (`migrations.ts`). */
export const PROJECT_VERSION = 2;

/** The styles that a piece may have; each decides its passages and its accompaniment. */
export const STYLES = ['folk', 'pop', 'waltz', 'ballad'] as const;

/** A style. */
export type StyleName = (typeof STYLES)[number];

/** What a track is for: accompaniment is made and replaced by role. */
export const ROLES = ['melody', 'chords', 'bass', 'drums', 'other'] as const;

/** What a track is for. */
export type Role = (typeof ROLES)[number];

const id = z.string().min(1).max(40);
const ticks = z.number().int().min(0).max(1e9);

const noteSchema = z
  .strictObject({
    id,
    start: ticks.describe('Ticks from the beginning of the passage; 480 are a quarter.'),
    length: ticks.min(1).describe('Ticks that it sounds.'),
    pitch: z.number().int().min(0).max(127).describe('MIDI number; of a drum track the drum.'),
    velocity: z.number().int().min(1).max(127).describe('How loud, as in MIDI.'),
    sung: z
      .strictObject({
        onset: z.number().min(0).describe('In seconds of the recording.'),
        offset: z.number().min(0).describe('In seconds of the recording.'),
        pitch: z.number().min(0).max(127).describe('MIDI number with fractions.'),
        confidence: z.number().min(0).max(1),
      })
      .optional()
      .describe('How the recording has it; absent for a note that was written.'),
  })
  .describe('A note.');

const clipSchema = z
  .strictObject({
    id,
    passage: id.describe('Passage that it belongs to; a track has one clip of a passage at most.'),
    notes: z.array(noteSchema).describe('In order of start, then pitch.'),
  })
  .describe('What a track plays in a passage.');

const toneSchema = z
  .strictObject({
    program: z.number().int().min(0).max(127).describe('Instrument of General MIDI, from 0.'),
    drums: z.boolean().describe('Whether pitches are the drums of General MIDI.'),
  })
  .describe('Timbre.');

const trackSchema = z
  .strictObject({
    id,
    name: z.string().max(200),
    role: z.enum(ROLES),
    tone: toneSchema,
    volume: z.number().min(0).max(1),
    pan: z.number().min(-1).max(1).describe('-1 is left, 1 is right.'),
    mute: z.boolean(),
    solo: z.boolean(),
    clips: z.array(clipSchema),
  })
  .describe('A part.');

/** Most bars of a passage. */
export const MOST_BARS = 10_000;

const passageSchema = z
  .strictObject({
    id,
    name: z.string().min(1).max(40).describe('Letter of the form: A, B, …'),
    bars: z.number().int().min(1).max(MOST_BARS),
  })
  .describe('A part of the form; the order says when it is played.');

const projectObject = z.strictObject({
  format: z.literal('polytag-project'),
  version: z.literal(PROJECT_VERSION),
  title: z.string().max(500),
  tempo: z.number().min(20).max(400).describe('Quarters per minute.'),
  beats: z.number().int().min(1).max(16).describe('Quarters in a bar.'),
  pickup: ticks.describe('Ticks before the first bar line, less than a bar.'),
  key: z
    .strictObject({ tonic: z.number().int().min(0).max(11), mode: z.enum(['major', 'minor']) })
    .nullable()
    .describe('Tonic from 0 for C; null where there is none.'),
  style: z.strictObject({
    name: z.enum(STYLES),
    chosen_by: z.enum(['default', 'tagger', 'person']),
    tags: z
      .array(z.strictObject({ tag: z.string(), score: z.number() }))
      .describe('Tags of the recording by the published tagger, highest first.'),
  }),
  source: z
    .strictObject({
      name: z.string().max(500),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      seconds: z.number().min(0),
      settings: keptSettings
        .nullable()
        .describe('What its notes were found with; null where it is not known.'),
      warnings: z.array(z.string().max(2000)).max(20).describe('Sentences on what makes the notes doubtful.'),
    })
    .nullable()
    .describe('The recording that it was made from.'),
  tuning_cents: z.number().min(-50).max(50),
  f0: z
    .strictObject({
      hop: z.number().positive().describe('Seconds from one value to the next.'),
      hz: z.array(z.number().nullable()),
      voiced: z.array(z.number().int().min(0).max(1)),
    })
    .nullable()
    .describe('The pitch curve of the recording.'),
  timbre: z
    .strictObject({ label: z.string(), confidence: z.number() })
    .nullable()
    .describe('What the instrument classifier takes the recording for.'),
  songs: z
    .array(z.strictObject({ id: z.string(), title: z.string().nullable(), distance: z.number() }))
    .describe('Songs that the melody is like, nearest first.'),
  passages: z.array(passageSchema).min(1),
  order: z.array(id).min(1).describe('Ids of passages as they are played.'),
  tracks: z.array(trackSchema),
  next_id: z.number().int().min(1).describe('Number of the next id that is given.'),
});

/** A project. Objects are never changed in place. */
export type Project = z.output<typeof projectObject>;
export type Passage = Project['passages'][number];
export type Track = Project['tracks'][number];
export type Clip = Track['clips'][number];
export type Note = Clip['notes'][number];
export type Tone = Track['tone'];

/** A sentence on the first thing that a valid form does not say, or null. */
function inconsistency(project: Project): string | null {
  const passages = new Map(project.passages.map((passage) => [passage.id, passage]));
  const bar = project.beats * QUARTER_TICKS;
  if (project.pickup >= bar) return `pickup: ${project.pickup} ticks are not less than a bar of ${bar}`;
  const unknown = project.order.find((one) => !passages.has(one));
  if (unknown !== undefined) return `order: there is no passage "${unknown}"`;
  const ids = new Set<string>(passages.keys());
  if (ids.size < project.passages.length) return 'passages: two have the same id';
  const add = (one: string): boolean => ids.size < ids.add(one).size;
  for (const track of project.tracks) {
    if (!add(track.id)) return `tracks: the id "${track.id}" is given twice`;
    const taken = new Set<string>();
    for (const clip of track.clips) {
      if (!add(clip.id)) return `clips: the id "${clip.id}" is given twice`;
      if (!passages.has(clip.passage)) return `clips: there is no passage "${clip.passage}"`;
      if (taken.has(clip.passage)) return `clips: track "${track.id}" has two of passage "${clip.passage}"`;
      taken.add(clip.passage);
      for (const note of clip.notes) if (!add(note.id)) return `notes: the id "${note.id}" is given twice`;
    }
  }
  return null;
}

/** Schema of a project file of the present version: its form, and that ids are unique and refer to something. */
export const projectSchema = projectObject.superRefine((project, context) => {
  const message = inconsistency(project);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** The published JSON schema of a project file. */
export const projectJsonSchema = (): object => ({
  title: 'polytag project',
  ...z.toJSONSchema(projectObject),
});
