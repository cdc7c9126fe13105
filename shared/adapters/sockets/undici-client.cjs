// undici without `fetch`, caches, proxies and mocks: what the functions are bundled with (`infra/bundle.ts`).
module.exports = { Client: require('../../../node_modules/undici/lib/dispatcher/client.js') };
