// Without the names that an ES import of it has, one of which is the whole of WebCrypto (`infra/bundle.ts`).
module.exports = process.getBuiltinModule('node:crypto');
