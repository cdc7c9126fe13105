/** Places that probe, as written: regions, networks of one's own, agents. */
import * as z from 'zod';
import { idField, textField, written } from './fields.ts';

const ids = (prefix: string, most: number, what: string) =>
  z
    .array(written(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `the id of a ${what}: ${prefix}-0a1b2c3d4e5f60718`), {
      error: `a list of ids: [${prefix}-0a1b2c3d4e5f60718]`,
    })
    .min(1)
    .max(most, { error: `at most ${most}` });

export const placeField = z
  .strictObject({
    name: textField.optional().describe('For people; the id if it is left out.'),
    region: written(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1')
      .optional()
      .describe('An AWS region: eu-central-1. A stack of its own probes there.'),
    vpc: written(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC: vpc-0a1b2c3d4e5f60718')
      .optional()
      .describe('A VPC of that region, in which the probes run and reach private addresses.'),
    // AWS takes 16 subnets and 5 security groups for one function.
    subnets: ids('subnet', 16, 'subnet').optional().describe('Of the VPC, where the probes run.'),
    'security-groups': ids('sg', 5, 'security group').optional().describe('What lets the probes out.'),
    agent: z
      .literal(true, { error: 'true' })
      .optional()
      .describe('Not AWS but `vigie agent`, on a machine in the network that is probed.'),
    clients: z
      .array(idField, { error: 'a list of clients such as [acme]' })
      .min(1)
      .optional()
      .describe('Of a VPC or an agent: the clients whose endpoints may be probed from there; all if it is left out.'),
    references: z
      .array(z.string({ error: 'a host and a port such as 1.1.1.1:443' }), {
        error: 'a list of hosts and ports: ["1.1.1.1:443"]',
      })
      .max(8, { error: 'at most 8' })
      .optional()
      .describe('Asked when everything fails: where none of them answers, it is this place that is cut off.'),
  })
  .describe('Where probes come from: { region }, { region, vpc, subnets, security-groups } or { agent: true }.');
export type WrittenPlace = z.output<typeof placeField>;
