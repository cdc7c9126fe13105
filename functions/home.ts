import { type Home, type HomeEnv, homeOf } from '../shared/probe/home.ts';

/** Once for each process. The client of the parameter store is only evaluated where it is asked. */
export const openHome = (env: HomeEnv): Promise<Home> =>
  homeOf(env, async (region, name) => {
    const { readParameter } = await import('../shared/adapters/ssm/parameters.ts');
    return readParameter(region, name);
  });
