/** The parts of verovio that draw scores; the package has no types of its own. */
declare module 'verovio/wasm' {
  /** Starts the library, compiled to WebAssembly. */
  export default function createVerovioModule(): Promise<object>;
}

declare module 'verovio/esm' {
  export interface VerovioEvent {
    /** Ids of the elements that begin and end. */
    on?: string[];
    off?: string[];
    /** Milliseconds from the beginning. */
    tstamp: number;
  }

  export const LOG_ERROR: number;

  /** Sets how much is written to the console. */
  export function enableLog(level: number, module: object): void;

  export class VerovioToolkit {
    constructor(module: object);
    setOptions(options: Readonly<Record<string, string | number | boolean>>): void;
    loadData(data: string): boolean;
    getPageCount(): number;
    renderToSVG(page: number): string;
    renderToTimemap(options?: Readonly<Record<string, boolean>>): VerovioEvent[];
    destroy(): void;
  }
}
