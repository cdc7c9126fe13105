import { describe, expect, test } from 'vitest';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { decodeContracts, decodeFolder, tracedAt } from '../../shared/contract/folder.ts';
import { agentDocuments, referencesOf } from '../../shared/contract/places.ts';
import { planSchema } from '../../shared/contract/plan.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { clientOf, filesOf, plainClient, plainProvider, planOf, problemsOf, withTerms } from './folders.ts';

const places = `places:
  frankfurt: { name: { en: Frankfurt, fr: Francfort }, region: eu-central-1 }
  siege: { region: eu-west-3, vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a1b2c3d], security-groups: [sg-0a1b2c3d] }
  agence-lyon: { agent: true, references: ["10.0.0.1:443"] }
`;
const provider = plainProvider + places; // places begin on line 6

const at = (endpoint: string) => plainClient.replace('{ http: https://www.example.com/ }', endpoint);
const checkOf = (client: string, from = provider) => clientOf(client, from).services[0]?.endpoints[0]?.check;

test('home is there without a word, and nobody else', () => {
  expect(planOf(plainClient).provider.places).toEqual([{ id: 'home', kind: 'home' }]);
  expect(checkOf(plainClient, plainProvider)?.places).toEqual(['home']);
});

test('the plan says of each place all that a deployment needs, home first', () => {
  const plan = planOf(plainClient, provider);
  expect(planSchema.parse(plan)).toEqual(plan);
  expect(plan.provider.places).toEqual([
    { id: 'home', kind: 'home' },
    { id: 'agence-lyon', kind: 'agent', references: ['10.0.0.1:443'] },
    { id: 'frankfurt', kind: 'region', name: { en: 'Frankfurt', fr: 'Francfort' }, region: 'eu-central-1' },
    {
      id: 'siege',
      kind: 'vpc',
      region: 'eu-west-3',
      vpc: 'vpc-0a1b2c3d',
      subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
      securityGroups: ['sg-0a1b2c3d'],
    },
  ]);
});

test('places on the internet ask public references, others those that they are given', () => {
  const told = planOf(plainClient, provider).provider.places.map((place) => [place.id, referencesOf(place).length]);
  expect(Object.fromEntries(told)).toEqual({ home: 3, 'agence-lyon': 1, frankfurt: 3, siege: 0 });
});

test('home may have a name and references of its own', () => {
  const [home] = planOf(plainClient, `${plainProvider}places: { home: { name: Paris, references: [] } }`).provider
    .places;
  expect(home).toEqual({ id: 'home', kind: 'home', name: { en: 'Paris' }, references: [] });
  expect(home && referencesOf(home)).toEqual([]);
});

describe('who probes', () => {
  test('home and every region, never a VPC or an agent that was not asked', () => {
    expect(checkOf(plainClient)?.places).toEqual(['frankfurt', 'home']);
  });

  test('what is written further in wins, down to the endpoint', () => {
    const everybody = `${provider}terms: { probe: { places: [home] } }\ntiers:\n  gold:\n    name: Gold\n    terms: { probe: { places: [siege] } }\n`;
    expect(checkOf(plainClient, everybody)?.places).toEqual(['home']);
    expect(checkOf(`tier: gold\n${plainClient}`, everybody)?.places).toEqual(['siege']);
    expect(checkOf(withTerms('probe: { places: [siege, agence-lyon] }'))?.places).toEqual(['agence-lyon', 'siege']);
    expect(checkOf(at('{ tcp: "a.example.com:22", places: [agence-lyon] }'))?.places).toEqual(['agence-lyon']);
  });

  test('contract show says where that is written, and that it is written nowhere', () => {
    const traced = (client: string) => {
      const decoded = decodeContracts(filesOf(client, provider));
      const terms = decoded.ok ? decoded.value.trace('acme', 'web', '2026-02-01') : undefined;
      return tracedAt(terms ?? [], 'probe.places');
    };
    expect(traced(plainClient)).toEqual({ path: 'probe.places', value: ['frankfurt', 'home'] });
    expect(traced(withTerms('probe: { places: [home] }'))).toMatchObject({ file: 'clients/acme.yaml', line: 10 });
  });

  test('endpoints of other places are in other rosters', () => {
    const two = at(
      '{ http: https://www.example.com/, places: [home] }\n      vpn: { tcp: "a.example.com:22", places: [siege] }',
    );
    expect(rostersOf(planOf(two, provider)).map((roster) => [roster.places, roster.slots.map(({ id }) => id)])).toEqual(
      [
        [['home'], ['acme/web/www']],
        [['siege'], ['acme/web/vpn']],
      ],
    );
  });
});

const place = (written: string) => `${plainProvider}places:\n  lyon: ${written}\n`;

describe('a wrong place is told with its line and its mend', () => {
  test.each([
    ['neither region nor agent', place('{ name: Lyon }'), 'missing-field', 7, 'region: eu-central-1'],
    ['a region that is none', place('{ region: Frankfurt }'), 'bad-value', 7, 'eu-central-1'],
    ['an agent in a region', place('{ agent: true, region: eu-west-3 }'), 'contradiction', 7, 'outside AWS'],
    ['agent: false', place('{ agent: false }'), 'bad-value', 7, 'true'],
    [
      'a VPC without subnets',
      place('{ region: eu-west-3, vpc: vpc-0a1b2c3d, security-groups: [sg-0a1b2c3d] }'),
      'missing-field',
      7,
      'subnets: [subnet-',
    ],
    [
      'a VPC without security groups',
      place('{ region: eu-west-3, vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d] }'),
      'missing-field',
      7,
      'security-groups: [sg-',
    ],
    [
      'subnets without their VPC',
      place('{ region: eu-west-3, subnets: [subnet-0a1b2c3d] }'),
      'contradiction',
      7,
      'vpc: vpc-',
    ],
    ['an id that is no VPC', place('{ region: eu-west-3, vpc: siege }'), 'bad-value', 7, 'vpc-0a1b2c3d4e5f60718'],
    [
      'home in a region',
      `${plainProvider}places: { home: { region: eu-west-3 } }`,
      'contradiction',
      6,
      'the stack itself',
    ],
    [
      'a reference without a port',
      place('{ region: eu-west-3, references: [1.1.1.1] }'),
      'bad-value',
      7,
      '1.1.1.1:443',
    ],
    ['an id twice', place('{ region: eu-west-3 }\n  lyon: { agent: true }'), 'duplicate-id', 8, 'once'],
    [
      'a name twice',
      place('{ region: eu-west-3, name: Sud }\n  nice: { agent: true, name: Sud }'),
      'duplicate-id',
      8,
      'provider.yaml:7',
    ],
    [
      "another's id for a name",
      place('{ region: eu-west-3 }\n  nice: { agent: true, name: lyon }'),
      'duplicate-id',
      8,
      'provider.yaml:7',
    ],
    ['a field that no place has', place('{ regions: eu-west-3 }'), 'unknown-field', 7, 'did you mean "region"?'],
    ['an id that is none', place('{ region: eu-west-3 }').replace('lyon:', 'Lyon Sud:'), 'bad-value', 7, 'lower-case'],
  ])('%s', (_, text, code, line, want) => {
    const problems = problemsOf(plainClient, text);
    expect(problems).toContainEqual(
      expect.objectContaining({ code, file: 'provider.yaml', line, want: expect.stringContaining(want) }),
    );
  });
});

describe('probe settings that ask what no place can give', () => {
  test.each([
    [
      'a place that is not there, of an endpoint',
      at('{ tcp: "a.example.com:22", places: [home, frankfort] }'),
      'unknown-reference',
      8,
      'did you mean "frankfurt"?',
    ],
    [
      'a place that is not there, of terms',
      withTerms('probe: { places: [frankfort] }'),
      'unknown-reference',
      10,
      'did you mean "frankfurt"?',
    ],
    ['a place twice', withTerms('probe: { places: [home, home] }'), 'duplicate-id', 10, 'once'],
    ['no place', withTerms('probe: { places: [] }'), 'out-of-range', 10, 'a list of places'],
    [
      'a quorum of more places than probe',
      withTerms('downtime: { quorum: 3 }'),
      'contradiction',
      10,
      'at most 2, or more "places:": acme/web/www is probed from 2 places: frankfurt, home',
    ],
    [
      'a quorum of a clause',
      withTerms('clauses:\n  strict: { target: 99 %, downtime: { quorum: 3 } }'),
      'contradiction',
      11,
      'at most 2',
    ],
    [
      'a quorum beyond one endpoint',
      withTerms('downtime: { quorum: 2 }').replace('www.example.com/ }', 'www.example.com/, places: [home] }'),
      'contradiction',
      10,
      'from home alone',
    ],
    [
      'a private address from the internet',
      at('{ tcp: "10.0.0.7:22" }'),
      'forbidden-address',
      8,
      'not frankfurt: 10.0.0.7 is private',
    ],
    [
      'a private address from one place on the internet',
      at('{ tcp: "10.0.0.7:22", places: [home, siege] }'),
      'forbidden-address',
      8,
      'VPCs and agents alone, not home',
    ],
    [
      'the machine that probes, even where it is an agent',
      at('{ http: "http://127.0.0.1:8080/", places: [agence-lyon] }'),
      'forbidden-address',
      8,
      'not that of whatever machine probes: 127.0.0.1 is loopback',
    ],
    [
      'the machine that probes, by its name',
      at('{ tcp: "localhost:22", places: [siege] }'),
      'forbidden-address',
      8,
      'localhost is loopback',
    ],
    [
      "Azure's wire server",
      at('{ http: http://168.63.129.16/, places: [agence-lyon] }'),
      'forbidden-address',
      8,
      'cloud metadata',
    ],
    [
      'cloud metadata, even from inside',
      at('{ http: http://169.254.169.254/, places: [siege] }'),
      'forbidden-address',
      8,
      'from the internet: 169.254.169.254',
    ],
  ])('%s', (_, client, code, line, want) => {
    expect(problemsOf(client, provider)).toMatchObject([
      { code, file: 'clients/acme.yaml', line, want: expect.stringContaining(want) },
    ]);
  });

  test('a wrong place in a tier that nobody has is a problem too', () => {
    const tiers = `${provider}tiers: { gold: { name: Gold, terms: { probe: { places: [lyon] } } } }`;
    expect(problemsOf(plainClient, tiers)).toMatchObject([
      { code: 'unknown-reference', file: 'provider.yaml', line: 10 },
    ]);
  });

  test('a place that was set aside is not missed again by whoever names it', () => {
    const broken = provider.replace('region: eu-central-1', 'region: 12');
    expect(problemsOf(withTerms('probe: { places: [frankfurt] }'), broken)).toMatchObject([
      { code: 'wrong-kind', path: 'places.frankfurt.region' },
    ]);
  });
});

test.each([
  ['[siege]', true],
  ['[agence-lyon, siege]', true],
  ['[frankfurt, siege]', false],
])('a private address from %s: %s', (from, passes) => {
  expect(decodeFolder(filesOf(at(`{ tcp: "10.0.0.7:22", places: ${from} }`), provider)).ok).toBe(passes);
});

test('a local AWS reaches private addresses from everywhere', () => {
  const local = decodeFolder(filesOf(at('{ tcp: "10.0.0.7:22" }'), provider), { privateAddresses: true });
  expect(local.ok).toBe(true);
});

describe('a place that is of some clients', () => {
  const owned = provider.replace('agent: true,', 'agent: true, clients: [acme],');
  const rival = plainClient.replaceAll('acme', 'rival').replace('Acme', 'Rival');
  const fromLyon = '{ tcp: "10.20.0.5:445", places: [agence-lyon] }';
  const problemsIn = (acme: string, other: string, from = owned) => {
    const decoded = decodeFolder([...filesOf(acme, from), { path: 'clients/rival.yaml', text: other }]);
    return decoded.ok ? [] : decoded.problems;
  };
  const probing = (text: string): string => text.replace('{ http: https://www.example.com/ }', fromLyon);

  test('probes for them, and is so told in the plan', () => {
    expect(problemsIn(probing(plainClient), rival)).toEqual([]);
    const agent = planOf(plainClient, owned).provider.places.find(({ id }) => id === 'agence-lyon');
    expect(agent).toMatchObject({ kind: 'agent', clients: ['acme'] });
    expect(planSchema.parse(planOf(plainClient, owned))).toEqual(planOf(plainClient, owned));
  });

  test('does not for others, whichever file names it', () => {
    expect(problemsIn(plainClient, probing(rival))).toMatchObject([
      {
        ...{ code: 'contradiction', file: 'clients/rival.yaml', line: 8 },
        want: expect.stringContaining('agence-lyon is for acme alone, or add rival to its "clients:" in provider.yaml'),
      },
    ]);
    const everywhere = `${owned}terms: { probe: { places: [home, agence-lyon] } }\n`;
    expect(problemsIn(plainClient, rival, everywhere)).toMatchObject([
      { code: 'contradiction', file: 'provider.yaml', line: 10, path: 'terms.probe.places[1]' },
    ]);
    const elsewhere = rival.replace('https://www.example.com/ }', 'https://www.example.com/, places: [home] }');
    expect(problemsIn(plainClient, elsewhere, everywhere)).toEqual([]);
  });

  test('without a word, is of all of them', () => {
    expect(problemsIn(probing(plainClient), probing(rival), provider)).toEqual([]);
  });

  test('heartbeats, which come in at home, do not count', () => {
    const beating = rival.replace('{ http: https://www.example.com/ }', '{ heartbeat: 1 h }');
    const everywhere = `${owned}terms: { probe: { places: [agence-lyon] } }\n`;
    expect(problemsIn(probing(plainClient), beating, everywhere)).toEqual([]);
  });

  test.each([
    ['a client that is not there', owned.replace('[acme]', '[acne]'), 'unknown-reference', 9, 'did you mean "acme"?'],
    ['nobody', owned.replace('[acme]', '[]'), 'out-of-range', 9, 'a list of clients'],
    [
      'a region',
      provider.replace('region: eu-central-1', 'region: eu-central-1, clients: [acme]'),
      'contradiction',
      7,
      'no "clients"',
    ],
    ['home', `${plainProvider}places: { home: { clients: [acme] } }`, 'contradiction', 6, 'no "clients"'],
  ])('%s', (_, text, code, line, want) => {
    expect(problemsOf(plainClient, text)).toMatchObject([
      { code, file: 'provider.yaml', line, want: expect.stringContaining(want) },
    ]);
  });

  test('where a file cannot be read, nobody is said to be missing', () => {
    expect(problemsIn(plainClient, 'id: [', owned.replace('[acme]', '[rival]'))).toMatchObject([{ code: 'syntax' }]);
  });
});

describe('what an agent is told', () => {
  const secretive = `${plainClient.replace(/acme/gi, 'rival').replaceAll('www.example.com', 'rival.example.net')}`;
  const own = at(
    '{ tcp: "10.20.0.5:445", places: [agence-lyon] }\n      vpn: { tcp: "10.20.0.9:443", places: [agence-lyon, siege] }',
  );
  const decoded = decodeFolder([...filesOf(own, provider), { path: 'clients/rival.yaml', text: secretive }]);
  const plan = decoded.ok ? decoded.value : undefined;

  test('is its own rosters and references, under the numbers that they have for everybody', () => {
    if (!plan) throw new Error('no plan');
    expect(agentDocuments(plan, rostersOf(plan))).toMatchObject([
      {
        place: 'agence-lyon',
        references: ['10.0.0.1:443'],
        rosters: [
          { shard: 0, places: ['agence-lyon'], slots: [{ id: 'acme/web/www' }] },
          { shard: 1, places: ['agence-lyon', 'siege'], slots: [{ id: 'acme/web/vpn' }] },
        ],
      },
    ]);
  });

  test('holds no word of what others probe, nor of the contract', async () => {
    if (!plan) throw new Error('no plan');
    const written = new Map<string, string>();
    const keep = async (key: string, text: string) => void written.set(key, text);
    const plans = openPlans({ put: async (key) => ({ key }), putOnce: keep, get: async () => undefined });
    await plans.save('0123456789abcdef', plan, rostersOf(plan));
    const ofAgents = [...written].filter(([key]) => key.startsWith('places/'));
    expect(ofAgents.map(([key]) => key)).toEqual(['places/agence-lyon/0123456789abcdef.json']);
    const [[, text = ''] = []] = ofAgents;
    expect(text).toContain('10.20.0.5');
    for (const word of ['rival', 'frankfurt', 'vpc-', 'fee', 'terms', 'EUR'])
      expect(text.toLowerCase()).not.toContain(word.toLowerCase());
    expect([...written.values()].join('')).toContain('rival'); // or nothing above would be told by its absence
  });
});

test('a place that is not known is one problem, and its quorum no second', () => {
  const named = (ids: string) =>
    withTerms('downtime: { quorum: 2 }').replace('www.example.com/ }', `www.example.com/, places: [${ids}] }`);
  expect(problemsOf(named('home, frankfort'), provider).map(({ code }) => code)).toEqual(['unknown-reference']);
});
