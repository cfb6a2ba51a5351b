/** The instruments of General MIDI, by family. */

const FAMILIES: [family: string, instruments: string][] = [
  [
    'Piano',
    'Grand piano,Bright piano,Electric grand,Honky-tonk piano,Electric piano 1,Electric piano 2,Harpsichord,Clavinet',
  ],
  [
    'Chromatic percussion',
    'Celesta,Glockenspiel,Music box,Vibraphone,Marimba,Xylophone,Tubular bells,Dulcimer',
  ],
  [
    'Organ',
    'Drawbar organ,Percussive organ,Rock organ,Church organ,Reed organ,Accordion,Harmonica,Bandoneon',
  ],
  [
    'Guitar',
    'Nylon guitar,Steel guitar,Jazz guitar,Clean guitar,Muted guitar,Overdriven guitar,Distortion guitar,Guitar harmonics',
  ],
  [
    'Bass',
    'Acoustic bass,Fingered bass,Picked bass,Fretless bass,Slap bass 1,Slap bass 2,Synth bass 1,Synth bass 2',
  ],
  ['Strings', 'Violin,Viola,Cello,Contrabass,Tremolo strings,Pizzicato strings,Harp,Timpani'],
  [
    'Ensemble',
    'Strings 1,Strings 2,Synth strings 1,Synth strings 2,Choir aahs,Voice oohs,Synth voice,Orchestra hit',
  ],
  ['Brass', 'Trumpet,Trombone,Tuba,Muted trumpet,French horn,Brass section,Synth brass 1,Synth brass 2'],
  ['Reed', 'Soprano sax,Alto sax,Tenor sax,Baritone sax,Oboe,English horn,Bassoon,Clarinet'],
  ['Pipe', 'Piccolo,Flute,Recorder,Pan flute,Blown bottle,Shakuhachi,Whistle,Ocarina'],
  [
    'Synth lead',
    'Square lead,Sawtooth lead,Calliope lead,Chiff lead,Charang lead,Voice lead,Fifths lead,Bass and lead',
  ],
  ['Synth pad', 'New age pad,Warm pad,Polysynth pad,Choir pad,Bowed pad,Metallic pad,Halo pad,Sweep pad'],
  ['Synth effects', 'Rain,Soundtrack,Crystal,Atmosphere,Brightness,Goblins,Echoes,Sci-fi'],
  ['Ethnic', 'Sitar,Banjo,Shamisen,Koto,Kalimba,Bagpipe,Fiddle,Shanai'],
  ['Percussive', 'Tinkle bell,Agogo,Steel drums,Woodblock,Taiko,Melodic tom,Synth drum,Reverse cymbal'],
  [
    'Sound effects',
    'Guitar fret noise,Breath noise,Seashore,Bird tweet,Telephone ring,Helicopter,Applause,Gunshot',
  ],
];

/** Instruments by family, with their programs. */
export const INSTRUMENTS = FAMILIES.map(([family, names], i) => ({
  family,
  instruments: names.split(',').map((name, k) => ({ name, program: 8 * i + k })),
}));
