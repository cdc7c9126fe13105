import { describe } from 'vitest';
import { coldContract } from './cold-contract.ts';
import { memoryColdDays, memoryStores } from './memory.ts';
import { storeContract } from './store-contract.ts';

describe('in memory', () => {
  storeContract(async () => memoryStores());
  coldContract(async () => memoryColdDays());
});
