// Operations of training on the memory of TensorFlow.js's WebAssembly back end, which is imported: nothing here allocates,
// and there is no constant data, which would lie in memory that belongs to the back end.
export { normPool, normPoolGrad, setMap } from './norm-pool';
