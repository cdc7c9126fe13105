import { describe } from 'vitest';
import { memoryStores } from './memory.ts';
import { storeContract } from './store-contract.ts';

describe('in memory', () => storeContract(async () => memoryStores()));
