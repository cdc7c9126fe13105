// Without the names that an ES import of it has, one of which is Node's own copy of undici (`infra/bundle.ts`).
module.exports = process.getBuiltinModule('node:http');
