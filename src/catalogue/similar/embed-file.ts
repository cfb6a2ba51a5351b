/** The embedding of a recording that is not in a table, by the model that made the table's. */
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import type { TagRow } from '../row.js';
import { CatalogueTagger } from '../tag/catalogue-tagger.js';
import { type IndexedTracks, normalise } from './embedding-index.js';

/** An embedding of length 1, the tags' scores, and what the recording says of itself. */
export interface EmbeddedFile extends Pick<TagRow, 'tops' | 'artist' | 'album'> {
  unit: Float32Array;
  /** As the model gives it. */
  embedding: Float32Array;
  scores: Float32Array;
}

/**
 * Opens the model of a table.
 *
 * @param model - its name, or the folder of the run that it comes from. Default: the name that the table gives
 * @returns a function that embeds a recording; it throws a Failure for one that cannot be tagged. `dispose` frees the model
 * @throws UsageError where the model is not found, or is not the table's
 */
export async function openEmbedder(
  index: Pick<IndexedTracks, 'model' | 'weights' | 'length'>,
  model: string | undefined,
  log: (line: string) => void,
): Promise<{ embed(path: string, signal: AbortSignal): Promise<EmbeddedFile>; dispose(): void }> {
  const tagger = await CatalogueTagger.open({
    ...{ model: model ?? index.model, embedding: true, lyrics: null, encoding: null, taggrams: null },
    ...{ threshold: null, top: null, log },
  }).catch((error: unknown) => {
    if (model !== undefined || !(error instanceof UsageError)) throw error;
    throw new UsageError(
      `The table was made by the model ${index.model}, which is not here (${messageOf(error)}); give --model: its name, or the folder of its run.`,
    );
  });
  const { header } = tagger;
  const isOther = index.weights !== null && header.record.weights_sha256 !== index.weights;
  if (isOther || header.embedding !== index.length) {
    tagger.dispose();
    throw new UsageError(
      `The weights of ${model ?? header.model} are not those of the model ${index.model} that made the table, so that their embeddings cannot be compared; give --model.`,
    );
  }
  return {
    async embed(path, signal) {
      for await (const { error, embedding, scores, tops, artist, album } of tagger.rows([path], signal)) {
        if (error !== null || embedding === null || scores === null)
          throw new Failure(error ?? `${path} has no embedding.`);
        const unit = Float32Array.from(embedding);
        normalise(unit);
        return { unit, embedding, scores, tops, artist, album };
      }
      throw new Failure(`${path} was not read.`);
    },
    dispose: () => tagger.dispose(),
  };
}
