/** How the drums of General MIDI are written on a staff of five lines, as drummers read them. */
import type { WrittenDrum } from '../../transcription/outputs/score-notes.js';

/** A drum: its name in General MIDI and its place. */
interface Drum extends WrittenDrum {
  name: string;
}

/** Number, name, place and head; after Weinberg, Guide to Standardized Drumset Notation (1998), where it has the drum. */
const LINES = [
  '35 Acoustic Bass Drum,F4',
  '36 Bass Drum 1,F4',
  '37 Side Stick,C5,x',
  '38 Acoustic Snare,C5',
  '39 Hand Clap,C5,x',
  '40 Electric Snare,C5',
  '41 Low Floor Tom,G4',
  '42 Closed Hi-Hat,G5,x',
  '43 High Floor Tom,A4',
  '44 Pedal Hi-Hat,D4,x',
  '45 Low Tom,B4',
  '46 Open Hi-Hat,G5,circle-x',
  '47 Low-Mid Tom,D5',
  '48 Hi-Mid Tom,E5',
  '49 Crash Cymbal 1,A5,x',
  '50 High Tom,F5',
  '51 Ride Cymbal 1,F5,x',
  '52 Chinese Cymbal,B5,x',
  '53 Ride Bell,F5,diamond',
  '54 Tambourine,B4,triangle',
  '55 Splash Cymbal,B5,x',
  '56 Cowbell,E5,triangle',
  '57 Crash Cymbal 2,B5,x',
  '59 Ride Cymbal 2,F5,x',
  '70 Maracas,B5,x',
  '76 High Wood Block,E5,x',
  '77 Low Wood Block,D5,x',
  '80 Mute Triangle,C6,x',
  '81 Open Triangle,C6,circle-x',
  '82 Shaker,B5,x',
];

const DRUMS = new Map(
  LINES.map((line): [number, Drum] => {
    const [, number, name, step, octave, head] = /^(\d+) ([^,]+),([A-G])(\d)(?:,(.+))?$/.exec(line)!;
    return [
      Number(number),
      { name, step, octave: Number(octave), ...(head && { head: head as Drum['head'] }) },
    ];
  }),
);

/** The drum of a MIDI number; those without a usual place stand in the middle of the staff, with a cross. */
export const drumOf = (midi: number): Drum =>
  DRUMS.get(midi) ?? { name: `Drum ${midi}`, step: 'B', octave: 4, head: 'x' };
