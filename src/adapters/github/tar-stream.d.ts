// The part of `tar-stream` that archives are read with; the package ships no types.
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
  export function extract(): Extract;
  export type { Entry, Header };
}
