// Jest needs a transformer of its own: ts-jest does not know TypeScript 7 (shared/DEPENDENCIES.md).
const { stripTypeScriptTypes } = require('node:module');
module.exports = { process: (text) => ({ code: stripTypeScriptTypes(text) }) };
