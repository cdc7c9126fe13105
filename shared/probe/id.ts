/** What an id may be, of places, clients, services and endpoints alike: it becomes a part of keys, addresses and file names. */
export const idPattern = '[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?';
export const wholeId = new RegExp(`^${idPattern}$`);

/** Of an endpoint's own id, `client/service/endpoint`. */
export const clientOf = (endpoint: string): string => endpoint.split('/')[0] ?? '';
