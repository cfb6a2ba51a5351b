/**
 * Which builds of libsndfile decode: those of the wheels of the Python package soundfile, which have mpg123, libFLAC,
 * libvorbis and libopus linked in, with the SHA-256 of each wheel and of the library in it.
 *
 * To move to another version: `pip download --no-deps --platform TAG soundfile==VERSION` for each platform, write name,
 * size and `sha256sum` of the wheel and of the library here, and run `npm run bench:decoding` and
 * `node scripts/torture-decoder.js`.
 */

/** Names the library in every record: what it decodes depends on the build. */
export const LIBSNDFILE = 'libsndfile 1.2.2 (soundfile 0.14.0)';

/** The library for one kind of machine, and the wheel that holds it. */
export interface LibraryPin {
  /** Name of the library's file in the wheel's folder `_soundfile_data`. */
  library: string;
  /** Hexadecimal SHA-256 of the library. */
  librarySha256: string;
  /** Size of the library. */
  libraryBytes: number;
  /** The wheel, as `Wheel` of the engine's. */
  wheel: { requirement: string; file: string; sha256: string; bytes: number; platform: string };
}

function pin(
  platform: string,
  bytes: number,
  sha256: string,
  library: string,
  libraryBytes: number,
  librarySha256: string,
): LibraryPin {
  const wheel = {
    requirement: 'soundfile==0.14.0',
    file: `soundfile-0.14.0-py2.py3-none-${platform}.whl`,
    sha256,
    bytes,
    platform,
  };
  return { library, librarySha256, libraryBytes, wheel };
}

/** Every library there is, by Node's `<platform>-<arch>`. */
const LIBRARIES: Record<string, LibraryPin> = {
  'linux-x64': pin(
    'manylinux_2_28_x86_64',
    1_315_963,
    '1e38bac1853412871318e82a1ba69a8be677619b56025bbfcccdb41b6cafe82d',
    'libsndfile_x86_64.so',
    3_639_184,
    'c872fb84af2afc0e96b603e0000f0f407af86c49ad1126f2785e5722c7bb27d7',
  ),
  'linux-arm64': pin(
    'manylinux_2_28_aarch64',
    1_238_050,
    'e85724a90bc99a6e8062c0b4ddf725f53b2a3b70afd4da875e9d2cfc4e92f377',
    'libsndfile_arm64.so',
    3_385_792,
    'e17f0ffff6d9469069bc71539f90cc1bfbcbbd87ad4a4fdb9507fd9627076493',
  ),
  'darwin-x64': pin(
    'macosx_10_9_x86_64',
    1_144_568,
    '19be05428da76ed61a4cad29b8e4bcf43a3e5c100089d2ec81dc961eed1b0dd4',
    'libsndfile_x86_64.dylib',
    3_192_848,
    'f3097d29afc013525c8106a576a4828ede508ac36011fa51ed1c59d16e2eae6f',
  ),
  'darwin-arm64': pin(
    'macosx_11_0_arm64',
    1_103_726,
    'd828d35a059626da52f1415b5faee610aeab393319cb3fc4a9aef47b619fc14c',
    'libsndfile_arm64.dylib',
    3_048_520,
    'e9fd4d76bc457dcfb956617e8d467df85087ce069747fccd78e1e702d8629c14',
  ),
  'win32-x64': pin(
    'win_amd64',
    1_021_480,
    '299491d3499460fb1b74bb4bd78b57ffc2d243a5fafa7b6ec1b264875c78453e',
    'libsndfile_x64.dll',
    2_364_416,
    '22518c16f9d13eda5ae5adf999c4740d7d16cc2d6b178b36dd4ac2f759a38559',
  ),
};

/** The library for a machine in Node's words; undefined where soundfile has none. */
export const libraryPin = (os: string, arch: string): LibraryPin | undefined => LIBRARIES[`${os}-${arch}`];

/** Name of the library's folder in the cache; it changes with the library. */
export const libraryFolder = ({ librarySha256 }: LibraryPin): string =>
  `libsndfile-1.2.2-${librarySha256.slice(0, 12)}`;
