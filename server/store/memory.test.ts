import { storeContract } from './contract.ts';
import { createMemoryStore } from './memory.ts';

storeContract('in memory', createMemoryStore);
