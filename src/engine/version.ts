/** The engine's version, as reports name it; raised with package.json's (a test holds them together). */
export const ENGINE_VERSION = '0.1.0';
