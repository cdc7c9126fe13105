import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, type ObjectLockMode, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { keptUntil } from '../../contract/retention.ts';
import { coldVersion, decodeColdDay, encodeColdDay, samplesIn } from '../../measure/cold-day.ts';
import type { ColdDayKey, ColdDays } from '../../measure/cold-days.ts';
import { dateOf } from '../../time/calendar.ts';

const magic = Buffer.from('VGCD');

/**
 * What is left of a day is noise: matches in it cost more than they save, and a match finder that hardly looks leaves it
 * to the entropy stage. 0.32 B a sample in 7 ms for a day of a full shard, where level 19 takes a second for 0.34.
 */
const params = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_minMatch]: 7,
  [constants.ZSTD_c_hashLog]: 6,
  [constants.ZSTD_c_checksumFlag]: 1,
};

/** Far above a day of a full shard at ten seconds: whatever claims to be larger is not ours. */
const mostBytes = 64 * 1024 * 1024;

export const packColdDay = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([magic, Uint8Array.of(coldVersion), zstdCompressSync(bytes, { params })]);

/** Throws on what is no cold day, and on a version that this code does not know. */
export const unpackColdDay = (object: Uint8Array): Uint8Array => {
  if (!magic.equals(object.subarray(0, magic.length))) throw new Error('not a cold day: it does not begin with VGCD');
  const version = object[magic.length];
  if (version !== coldVersion) throw new Error(`cold day format ${version} is not known, only ${coldVersion}`);
  return zstdDecompressSync(object.subarray(magic.length + 1), { maxOutputLength: mostBytes });
};

export const coldDayKey = ({ place, shard, day }: ColdDayKey): string =>
  `days/${place}/${shard}/${dateOf(day, 'UTC')}.vgcd`;

/** `lock`: how hard an object is to remove before its time; left out, whoever may delete objects may delete it. */
export const openColdDays = (client: S3Client, bucket: string, lock?: ObjectLockMode): ColdDays => {
  const bytesOf = async (key: ColdDayKey): Promise<Uint8Array | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: coldDayKey(key) }));
      return Body && unpackColdDay(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  return {
    keep: async (day, months) => {
      const bytes = encodeColdDay(day);
      const before = await bytesOf(day);
      if (before && (Buffer.compare(before, bytes) === 0 || samplesIn(decodeColdDay(before)) > samplesIn(day))) return;
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: coldDayKey(day),
          Body: packColdDay(bytes),
          ContentType: 'application/octet-stream',
          Tagging: `keep=${months}`, // the lifecycle rule that it expires by
          ...(lock && { ObjectLockMode: lock, ObjectLockRetainUntilDate: new Date(keptUntil(day.day, months)) }),
        }),
      );
      const stored = await bytesOf(day);
      if (!stored || Buffer.compare(stored, bytes) !== 0)
        throw new Error(`${coldDayKey(day)} does not read back as it was written`);
    },
    get: async (key) => {
      const bytes = await bytesOf(key);
      return bytes && decodeColdDay(bytes);
    },
  };
};
