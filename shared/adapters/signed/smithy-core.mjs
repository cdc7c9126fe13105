// What signing a request needs of `@smithy/core`: the package's own doors lead to the SDK's whole runtime, and what one part
// of a bundle needs of that all of its parts would load (`infra/bundle.ts`).

export { escapeUri } from '../../../node_modules/@smithy/core/dist-es/submodules/protocols/util-uri-escape/escape-uri.js';
export { isArrayBuffer } from '../../../node_modules/@smithy/core/dist-es/submodules/serde/is-array-buffer/is-array-buffer.js';
export {
  fromHex,
  toHex,
} from '../../../node_modules/@smithy/core/dist-es/submodules/serde/util-hex-encoding/hex-encoding.js';
export { fromUtf8 } from '../../../node_modules/@smithy/core/dist-es/submodules/serde/util-utf8/fromUtf8.js';
export { toUint8Array } from '../../../node_modules/@smithy/core/dist-es/submodules/serde/util-utf8/toUint8Array.js';
export { writeKey } from '../../../node_modules/@smithy/core/dist-es/submodules/serde/writeKey.js';
export { hasOwn } from '../../../node_modules/@smithy/core/dist-es/submodules/transport/hasOwn.js';
export { HttpRequest } from '../../../node_modules/@smithy/core/dist-es/submodules/transport/httpRequest.js';
export { normalizeProvider } from '../../../node_modules/@smithy/core/dist-es/submodules/transport/normalizeProvider.js';
