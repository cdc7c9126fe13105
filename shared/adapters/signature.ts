import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256, in the letters that may stand in an address. */
export const signatureOf = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/** Takes as long whatever the signature is. */
export const isSignature = (signature: string, key: string, text: string): boolean => {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(key, text))];
  return given.length === right.length && timingSafeEqual(given, right);
};
