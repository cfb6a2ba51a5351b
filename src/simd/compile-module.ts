/** Compiles a module of WebAssembly as `scripts/build-simd.js` writes it: base64, since pages have no Buffer and no file beside them. */
export const compileModule = (base64: string): WebAssembly.Module =>
  new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
