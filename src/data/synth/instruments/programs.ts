/** The 128 programs of General MIDI in their 16 families, each with the range of pitches it usually plays. */

/** Lowest and highest pitch in MIDI numbers, by program of a family; names as General MIDI gives them. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  piano: [
    ...['Acoustic Grand Piano 28 96', 'Bright Acoustic Piano 28 96', 'Electric Grand Piano 28 96'],
    ...['Honky-tonk Piano 33 91', 'Electric Piano 1 28 96', 'Electric Piano 2 28 96'],
    ...['Harpsichord 41 89', 'Clavinet 36 84'],
  ],
  'chromatic percussion': [
    ...['Celesta 60 96', 'Glockenspiel 72 100', 'Music Box 60 96', 'Vibraphone 53 89', 'Marimba 48 84'],
    ...['Xylophone 65 96', 'Tubular Bells 60 77', 'Dulcimer 60 84'],
  ],
  organ: [
    ...['Drawbar Organ 36 96', 'Percussive Organ 36 96', 'Rock Organ 36 96', 'Church Organ 33 96'],
    ...['Reed Organ 36 90', 'Accordion 53 89', 'Harmonica 60 84', 'Bandoneon 53 89'],
  ],
  guitar: [
    ...['Nylon Guitar 40 84', 'Steel Guitar 40 84', 'Jazz Guitar 40 86', 'Clean Guitar 40 86'],
    ...['Muted Guitar 40 76', 'Overdriven Guitar 40 86', 'Distortion Guitar 40 86', 'Guitar Harmonics 52 84'],
  ],
  bass: [
    ...['Acoustic Bass 28 55', 'Finger Bass 28 55', 'Pick Bass 28 55', 'Fretless Bass 28 55'],
    ...['Slap Bass 1 28 55', 'Slap Bass 2 28 55', 'Synth Bass 1 28 60', 'Synth Bass 2 28 60'],
  ],
  strings: [
    ...['Violin 55 93', 'Viola 48 84', 'Cello 36 72', 'Contrabass 28 60', 'Tremolo Strings 36 90'],
    ...['Pizzicato Strings 36 90', 'Harp 33 96', 'Timpani 36 57'],
  ],
  ensemble: [
    ...[
      'String Ensemble 1 33 93',
      'String Ensemble 2 33 93',
      'Synth Strings 1 36 93',
      'Synth Strings 2 36 93',
    ],
    ...['Choir Aahs 48 79', 'Voice Oohs 48 79', 'Synth Voice 48 84', 'Orchestra Hit 48 72'],
  ],
  brass: [
    ...['Trumpet 55 82', 'Trombone 40 70', 'Tuba 30 55', 'Muted Trumpet 55 82', 'French Horn 41 75'],
    ...['Brass Section 40 82', 'Synth Brass 1 40 84', 'Synth Brass 2 40 84'],
  ],
  reed: [
    ...['Soprano Sax 54 87', 'Alto Sax 49 80', 'Tenor Sax 44 75', 'Baritone Sax 37 68', 'Oboe 58 88'],
    ...['English Horn 52 81', 'Bassoon 34 70', 'Clarinet 50 88'],
  ],
  pipe: [
    ...['Piccolo 74 100', 'Flute 60 94', 'Recorder 60 94', 'Pan Flute 60 92', 'Blown Bottle 60 88'],
    ...['Shakuhachi 55 84', 'Whistle 60 96', 'Ocarina 60 88'],
  ],
  'synth lead': [
    ...[
      'Square Lead 40 88',
      'Saw Lead 40 88',
      'Calliope Lead 48 90',
      'Chiff Lead 48 88',
      'Charang Lead 40 88',
    ],
    ...['Voice Lead 48 84', 'Fifths Lead 36 79', 'Bass and Lead 36 84'],
  ],
  'synth pad': [
    ...['New Age Pad 36 90', 'Warm Pad 36 90', 'Polysynth Pad 36 90', 'Choir Pad 36 90', 'Bowed Pad 36 90'],
    ...['Metallic Pad 36 90', 'Halo Pad 36 90', 'Sweep Pad 36 90'],
  ],
  'synth effects': [
    ...['Rain 36 90', 'Soundtrack 36 90', 'Crystal 48 96', 'Atmosphere 36 90', 'Brightness 36 90'],
    ...['Goblins 36 90', 'Echoes 36 90', 'Sci-Fi 36 90'],
  ],
  ethnic: [
    ...['Sitar 48 77', 'Banjo 48 84', 'Shamisen 50 79', 'Koto 55 84', 'Kalimba 48 79', 'Bagpipe 48 77'],
    ...['Fiddle 55 93', 'Shanai 60 84'],
  ],
  percussive: [
    ...['Tinkle Bell 72 96', 'Agogo 60 84', 'Steel Drums 52 84', 'Woodblock 48 84', 'Taiko Drum 36 72'],
    ...['Melodic Tom 36 72', 'Synth Drum 36 72', 'Reverse Cymbal 48 72'],
  ],
  'sound effects': [
    ...['Guitar Fret Noise 48 84', 'Breath Noise 48 84', 'Seashore 48 72', 'Bird Tweet 48 84'],
    ...['Telephone Ring 48 84', 'Helicopter 48 72', 'Applause 48 72', 'Gunshot 48 72'],
  ],
};

/** An instrument of General MIDI. */
export interface Program {
  /** From 0. */
  number: number;
  name: string;
  family: string;
  /** Pitches that it usually plays, MIDI numbers. */
  low: number;
  high: number;
}

/** All programs, in the order of their numbers. */
export const PROGRAMS: readonly Program[] = Object.entries(FAMILIES).flatMap(([family, lines], i) =>
  lines.map((line, k): Program => {
    const [, name, low, high] = /^(.+) (\d+) (\d+)$/.exec(line)!;
    return { number: 8 * i + k, name, family, low: Number(low), high: Number(high) };
  }),
);

/** Whether a program is a piano: strings that hammers strike, and the electric pianos, as AudioSet has it. */
export const isPiano = ({ number }: Program): boolean => number <= 5;
