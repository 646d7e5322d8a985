// The part of `tar-stream` that archives are read with, and made with in tests; the package ships no types.
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  interface Header {
    readonly name: string;
    readonly type: string | null;
    readonly size: number;
    readonly linkname: string | null;
  }
  interface Entry extends Readable {
    readonly header: Header;
  }
  interface Extract extends Writable, AsyncIterable<Entry> {}
  interface Pack extends Readable {
    entry(
      header: { readonly name: string; readonly type?: string; readonly linkname?: string },
      content?: string | Buffer,
    ): void;
    finalize(): void;
  }
  export function extract(): Extract;
  export function pack(): Pack;
  export type { Entry, Header };
}
