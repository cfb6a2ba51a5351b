/** The metadata of a model's card: YAML before the Markdown, as the Hugging Face Hub reads it. */
import { stringify } from 'yaml';
import type { ModelDescription } from '../models/description.js';

/** The Hub's names of licences that models here have. */
const LICENCES = [
  ...['agpl-3.0', 'apache-2.0', 'bsd-2-clause', 'bsd-3-clause', 'cc0-1.0', 'cc-by-4.0', 'cc-by-nc-4.0'],
  ...['cc-by-nc-nd-4.0', 'cc-by-nc-sa-4.0', 'cc-by-sa-4.0', 'gpl-3.0', 'isc', 'lgpl-3.0', 'mit', 'mpl-2.0'],
];

/** A licence as the Hub names it; one that it does not know is `other`, with its own name. */
function licenceOf(licence: string | null): Record<string, string> {
  if (licence === null) return { license: 'unknown' };
  // A copyright may follow its name.
  const name = licence.split(',')[0].trim().toLowerCase().replace(/\s+/g, '-');
  return LICENCES.includes(name) ? { license: name } : { license: 'other', license_name: licence };
}

/** The metadata with its marks, valid for `huggingface_hub.ModelCard`. */
export function cardMetadata(
  { task, origin }: Omit<ModelDescription, 'format'>,
  tags: readonly string[],
): string {
  const metadata = {
    ...licenceOf(origin?.licence ?? null),
    library_name: 'polytag',
    ...(task !== 'pitch' && task !== 'regression' && { pipeline_tag: 'audio-classification' }),
    tags: ['audio', 'music', `music-${task}`, ...tags],
  };
  return `---\n${stringify(metadata)}---\n\n`;
}
