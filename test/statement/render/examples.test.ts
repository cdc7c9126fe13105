import { expect, test } from 'vitest';
import { readFolder } from '../../../cli/read-folder.ts';
import { decodeFolder } from '../../../shared/contract/folder.ts';
import { type Evidence, evidenceSchema, noEvidence } from '../../../shared/measure/evidence.ts';
import { renderStatement } from '../../../shared/statement/render/html.ts';
import { settle } from '../../../shared/statement/settle.ts';
import { textOf } from './text.ts';

const decoded = decodeFolder(await readFolder('examples/atelier-ops'));
if (!decoded.ok) throw new Error('the example folder is invalid');
const { clients, provider } = decoded.value;

const at = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 9, day, hour, minute);

/**
 * October 2026 as it might have been. The first endpoint of each service is down for four hours in working time, across
 * the hour that Europe lives twice, and through the announced maintenance of the 14th, which it overruns by ten minutes.
 */
const evidenceOf = (client: (typeof clients)[number]): Evidence =>
  evidenceSchema.parse({
    ...noEvidence,
    endpoints: Object.fromEntries(
      client.services.flatMap(({ endpoints }) =>
        endpoints.map(({ id }, index) => [
          id,
          {
            outages:
              index > 0
                ? []
                : [
                    { start: at(6, 13, 20), end: at(6, 17, 20) },
                    { start: at(14, 13), end: at(14, 14, 10) },
                    { start: at(25, 0, 40), end: at(25, 2, 5) },
                  ],
          },
        ]),
      ),
    ),
    maintenance: [
      {
        id: '2026-10-14-storage',
        start: at(14, 13),
        end: at(14, 14),
        declaredAt: at(9, 9),
        kind: 'scheduled',
        by: 'Nadia Lefort',
        reason: 'Storage upgrade',
      },
    ],
  });

test.each(clients.map((client) => ({ client, id: client.id })))(
  'October of $id is told as its golden text',
  async ({ client, id }) => {
    const statement = settle({
      client,
      period: '2026-10',
      evidence: evidenceOf(client),
      provenance: { planVersion: 'example' },
    });
    const page = renderStatement(statement, {
      provider: provider.name,
      endpoints: Object.fromEntries(
        client.services.flatMap((one) => one.endpoints.map((endpoint) => [endpoint.id, endpoint.name])),
      ),
      tiers: Object.fromEntries(provider.tiers.map((tier) => [tier.id, tier.name[client.language] ?? tier.id])),
    });
    await expect(textOf(page)).toMatchFileSnapshot(`examples/${id}.txt`);
  },
);
