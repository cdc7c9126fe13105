/** Items as DynamoDB counts and codes them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

export type Item = Record<string, AttributeValue>;

/** An attribute that is undefined is left out; bytes and nested data are taken as they are. */
export const itemOf = (attributes: object): Item => {
  const item = marshall(attributes, { removeUndefinedValues: true });
  const bytes = bytesOf(item);
  if (bytes > mostItemBytes)
    throw new Error(`item ${item.pk?.S} is ${bytes} bytes, DynamoDB takes ${mostItemBytes}: nothing was written`);
  return item;
};

/** Plain data out of an item, for zod to judge. */
export const dataOf = (item: Item): unknown => unmarshall(item);

/** Source: DynamoDB developer guide, "Service quotas": 400 KB with attribute names. */
export const mostItemBytes = 400 * 1024;

const utf8 = (text: string): number => Buffer.byteLength(text);

/** Zeros at both ends of a number are not stored. */
const digitsOf = (number: string): number => number.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length;

/** Source: DynamoDB developer guide, "Item sizes and formats". */
export const bytesOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + bytesOfValue(value), 0);

const bytesOfValue = (value: AttributeValue): number => {
  if (value.S !== undefined) return utf8(value.S);
  if (value.N !== undefined) return Math.ceil(digitsOf(value.N) / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + bytesOf(value.M);
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + 1 + bytesOfValue(element), 3);
  return 1; // a boolean or null; sets are not used
};
