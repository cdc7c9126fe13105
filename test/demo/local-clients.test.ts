import { expect, test } from 'vitest';
import { startEndpoints } from '../../cli/demo/endpoints.ts';
import { localised, rehearsalClient } from '../../cli/demo/local-clients.ts';
import { readFolder } from '../../cli/read-folder.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';

test('the examples are still valid with stand-ins for their endpoints, and name nobody outside this machine', async () => {
  const standIns = await startEndpoints();
  try {
    const files = (await readFolder('examples/atelier-ops')).map((file) => ({
      ...file,
      text: localised(file, standIns),
    }));
    const decoded = decodeFolder([...files, rehearsalClient(standIns)], { privateAddresses: true });
    expect(decoded.ok ? [] : decoded.problems).toEqual([]);
    const plan = JSON.stringify(decoded.ok ? decoded.value : {});
    const hosts = [...plan.matchAll(/"(?:url|host)":"(?:https?:\/\/)?([^/:"]+)/g)].map(([, host]) => host);
    expect(hosts.length).toBeGreaterThan(10);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    expect(plan).not.toContain('"protocol":"https"');
  } finally {
    await standIns.close();
  }
});

test('a stand-in answers what its check wants until it is broken', async () => {
  const standIns = await startEndpoints();
  try {
    const url = standIns.serve('/a/b/c', { status: 204, text: '', headers: { 'x-health': 'good' } });
    const well = await fetch(url);
    expect([well.status, well.headers.get('x-health')]).toEqual([204, 'good']);
    standIns.break('/a/b/c', true);
    expect((await fetch(url)).status).toBe(503);
    standIns.break('/a/b/c', false);
    expect((await fetch(url)).status).toBe(204);
  } finally {
    await standIns.close();
  }
});
