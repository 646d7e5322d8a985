/** The engine's version, as reports name it; raised with package.json's (a test holds them together). */
export const ENGINE_VERSION = '0.1.0';

/** What a program is made of: digests of the sources of its readers, and of all that a judgement follows from. */
export interface ProgramDigests {
  readonly readers: string;
  readonly judgement: string;
}

declare const PLINTH_DIGESTS: ProgramDigests | undefined;

/** Set by the build; undefined where the sources run as they are. */
export const BUILT_FROM: ProgramDigests | undefined =
  typeof PLINTH_DIGESTS === 'undefined' ? undefined : PLINTH_DIGESTS;
