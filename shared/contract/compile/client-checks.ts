/** Days and names in a client file that contradict one another, or name what is not there. */
import { defaultSeverities } from '../default-terms.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { WrittenService } from '../language/service.ts';
import { outOfOrder } from './dates.ts';
import type { Complain, Path } from './reading.ts';
import { type Client, catalogueOf, type Provider } from './scope.ts';

interface Scene {
  readonly provider: Provider;
  readonly client: Client;
  readonly complain: Complain;
}

export const severitiesOf = ({ value }: Provider): string[] => Object.keys(value.severities ?? defaultSeverities);

export const checkSeverity = (
  severity: string | undefined,
  path: Path,
  provider: Provider,
  complain: Complain,
): void => {
  const severities = severitiesOf(provider);
  if (severity !== undefined && !severities.includes(severity))
    complain(path, 'unknown-reference', `a severity: ${didYouMean(severity, severities)}`);
};

const checkTier = (tier: string | undefined, path: Path, { provider, complain }: Scene): void => {
  const tiers = Object.keys(provider.value.tiers ?? {});
  if (tier !== undefined && !tiers.includes(tier))
    complain(path, 'unknown-reference', `a tier of provider.yaml: ${didYouMean(tier, tiers)}`);
};

const checkChanges = (
  changes: readonly { readonly from: string; readonly tier?: string | undefined }[],
  path: Path,
  scene: Scene,
): void => {
  const wrong = outOfOrder(changes, [...path, 'changes']);
  if (wrong) scene.complain(wrong.at, 'contradiction', 'a later day than the change before it', wrong.against);
  for (const [i, { tier }] of changes.entries()) checkTier(tier, [...path, 'changes', i, 'tier'], scene);
};

export const checkClient = (scene: Scene): void => {
  const { since, until, changes = [], tier } = scene.client.value;
  if (until !== undefined && until <= since) scene.complain(['until'], 'contradiction', 'a day after since', ['since']);
  checkTier(tier, ['tier'], scene);
  checkChanges(changes, [], scene);
};

const checkDays = (service: WrittenService, path: Path, { client, complain }: Scene): void => {
  const { since, until } = client.value;
  const [from, to] = [service.since, service.until];
  if (from !== undefined && from < since)
    complain([...path, 'since'], 'contradiction', `${since} or later: the agreement begins then`, ['since']);
  if (from !== undefined && until !== undefined && from >= until)
    complain([...path, 'since'], 'contradiction', `a day before ${until}: the agreement ends then`, ['until']);
  if (to !== undefined && to <= (from ?? since))
    complain([...path, 'until'], 'contradiction', 'a day after since', from ? [...path, 'since'] : ['since']);
  if (to !== undefined && until !== undefined && to > until)
    complain([...path, 'until'], 'contradiction', `${until} or earlier: the agreement ends then`, ['until']);
};

export const checkService = (service: WrittenService, path: Path, scene: Scene): void => {
  const { provider, complain } = scene;
  if (service.catalogue !== undefined && !catalogueOf(provider, service)) {
    const offered = Object.keys(provider.value.services ?? {});
    const want = `a service of provider.yaml: ${didYouMean(service.catalogue, offered)}`;
    complain([...path, 'catalogue'], 'unknown-reference', want);
  }
  checkSeverity(service.severity, [...path, 'severity'], provider, complain);
  checkDays(service, path, scene);
  checkTier(service.tier, [...path, 'tier'], scene);
  checkChanges(service.changes ?? [], path, scene);
};
