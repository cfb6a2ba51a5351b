/** Endings of the names of audio files, and what they are to a browser. */

/** Media types by the ending of an audio file's name. */
const MEDIA_TYPES: Record<string, string> = {
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.aac': 'audio/aac',
  '.m4b': 'audio/mp4',
  '.mov': 'video/quicktime',
  '.3gp': 'audio/3gpp',
  '.mpga': 'audio/mpeg',
  '.wave': 'audio/wav',
  '.rf64': 'audio/wav',
  '.w64': 'audio/x-w64',
  '.aif': 'audio/aiff',
  '.aiff': 'audio/aiff',
  '.aifc': 'audio/aiff',
  '.caf': 'audio/x-caf',
  '.au': 'audio/basic',
  '.snd': 'audio/basic',
  // Those that ffmpeg decodes.
  '.wma': 'audio/x-ms-wma',
  '.mp2': 'audio/mpeg',
  '.ac3': 'audio/ac3',
  '.dts': 'audio/vnd.dts',
  '.ape': 'audio/x-ape',
  '.wv': 'audio/x-wavpack',
  '.tta': 'audio/x-tta',
  '.tak': 'audio/x-tak',
  '.mpc': 'audio/x-musepack',
  '.dsf': 'audio/x-dsf',
  '.dff': 'audio/x-dff',
  '.amr': 'audio/amr',
  '.mka': 'audio/x-matroska',
  '.weba': 'audio/webm',
  '.spx': 'audio/ogg',
};

/** Endings of the names of audio files, with their dot. */
export const AUDIO_EXTENSIONS = Object.keys(MEDIA_TYPES);

/** Media type of an audio file by the ending of its name, such as `audio/flac`; null for any other ending. */
export function mediaTypeOf(path: string): string | null {
  return MEDIA_TYPES[/\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? ''] ?? null;
}
