import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMap, isScalar, isSeq, type Node, parseDocument, Scalar } from 'yaml';
import { ways } from '../../shared/contract/compile/check.ts';
import type { SourceFile } from '../../shared/contract/source.ts';
import type { DemoEndpoints, Expected } from './endpoints.ts';

const textOf = (node: unknown): string | undefined => (isScalar(node) ? String(node.value) : undefined);

const expectedOf = (http: Node): Expected => {
  if (!isMap(http)) return { status: 200, text: 'ok', headers: {} };
  const statuses = http.get('status');
  const status = isSeq(statuses) ? Number(textOf(statuses.items[0])?.slice(0, 3)) : 200;
  const wanted = http.get('answer-headers');
  const headers = isMap(wanted) ? wanted.items.map(({ key, value }) => [textOf(key), textOf(value)]) : [];
  return { status, text: textOf(http.get('text', true)) ?? 'ok', headers: Object.fromEntries(headers) };
};

/** Points every endpoint under a `services:` at a stand-in that answers what its check wants. */
const rewriteServices = (owner: string, services: unknown, standIns: DemoEndpoints): void => {
  if (!isMap(services)) return;
  for (const { key: serviceKey, value: service } of services.items) {
    const endpoints = isMap(service) ? service.get('endpoints') : undefined;
    if (!isMap(endpoints)) continue;
    for (const { key: endpointKey, value: endpoint } of endpoints.items) {
      if (!isMap(endpoint)) continue;
      const path = `/${owner}/${textOf(serviceKey)}/${textOf(endpointKey)}`;
      const http = endpoint.get('http', true);
      if (http !== undefined) {
        const url = new Scalar(standIns.serve(path, expectedOf(http)));
        if (isMap(http)) http.set('url', url);
        else endpoint.set('http', url);
      }
      for (const way of ways) if (way !== 'http' && endpoint.delete(way)) endpoint.set('tcp', standIns.tcp);
      endpoint.delete('at-least');
    }
  }
};

/** Webhooks of people that are not here. */
const dropWebhooks = (subscriptions: unknown): void => {
  if (isSeq(subscriptions))
    subscriptions.items = subscriptions.items.filter((one) => !(isMap(one) && one.has('https')));
};

/** A client file as it is, but for the addresses that it names: they become stand-ins on this machine. */
export const localised = ({ path, text }: SourceFile, standIns: DemoEndpoints): string => {
  if (!/\.ya?ml$/.test(path)) return text;
  const document = parseDocument(text);
  const id = String(document.get('id') ?? 'catalogue');
  rewriteServices(path.startsWith('clients/') ? id : 'catalogue', document.get('services'), standIns);
  dropWebhooks(document.get('notify'));
  dropWebhooks(document.get('on-call'));
  return document.toString({ lineWidth: 0 });
};

export const writeFolder = async (dir: string, files: readonly SourceFile[]): Promise<void> => {
  for (const { path, text } of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
};

/** A client with one endpoint that may be broken, beside clients whose endpoints are real. */
export const rehearsalClient = (standIns: DemoEndpoints): SourceFile => {
  const url = standIns.serve('/vigie-rehearsal/site/page', { status: 200, text: 'ok', headers: {} });
  const text = `id: vigie-rehearsal
name: Vigie rehearsal
language: en
zone: Europe/Paris
currency: EUR
since: 2020-01-01
services:
  site:
    name: A site that is broken on purpose
    fee: 100.00 EUR
    endpoints:
      page: { name: Page, http: "${url}" }
    terms:
      target: 99.9 %
      probe: { every: 1 min, timeout: 5 s, confirm: 2 }
      credits:
        - { when: availability < 99.9 %, pay: 10 % }
`;
  return { path: 'clients/vigie-rehearsal.yaml', text };
};
