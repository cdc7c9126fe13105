import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { contentTypes, type Documents } from '../../statement/documents.ts';
import { awsClient } from '../aws-client.ts';

/** @param region the function's own if it is left out */
export const s3Client = (region?: string): S3Client => awsClient(new S3Client(region === undefined ? {} : { region }));

export const openDocuments = (client: S3Client, bucket: string): Documents => ({
  put: async (key, text, type) => {
    const { VersionId } = await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: contentTypes[type] }),
    );
    return { key, ...(VersionId && { versionId: VersionId }) };
  },
  putOnce: async (key, text, type) => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: contentTypes[type],
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      const there = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
      if (!there) throw error;
    }
  },
  get: async ({ key, versionId }) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
});
