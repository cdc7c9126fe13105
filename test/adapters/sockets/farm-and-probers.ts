import { afterAll } from 'vitest';
import { openProber, type ProberOptions } from '../../../shared/adapters/sockets/prober.ts';
import { openFarm, testRoot } from './farm.ts';

/** The farm, a prober that may reach it and one that may not, until the file's tests are over. */
export const openFarmAndProbers = async (options: Partial<ProberOptions> = {}) => {
  const farm = await openFarm();
  const prober = openProber({ allowPrivate: true, ca: [testRoot], dnsServers: [farm.dns], ...options });
  const publicOnly = openProber({ allowPrivate: false, dnsServers: [farm.dns] });
  afterAll(async () => {
    prober.close();
    publicOnly.close();
    await farm.close();
  });
  return { farm, prober, publicOnly };
};
