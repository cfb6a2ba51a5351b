// What the module of threads gives to src/text/embeddings. Its memory is shared and given by the caller, who lays it out.
export { agree, forget } from './agree';
export { subsample } from './sample';
export { continuousBag, skipGram } from './train';
