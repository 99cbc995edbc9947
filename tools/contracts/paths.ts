import { resolve } from 'node:path';
import type { Contracts } from './render.ts';

const root = resolve(import.meta.dirname, '../..');

/** The project's contracts. */
export const contracts: Contracts = contractsIn(root);

/** Those of the last release; see the README there. */
export const releasedContracts: Contracts = contractsIn(resolve(root, 'docs/released'));

/** The contracts of a folder that is laid out as the project is. */
export function contractsIn(folder: string): Contracts {
  return {
    root: folder,
    openapi: resolve(folder, 'openapi/openapi.yaml'),
    asyncapi: resolve(folder, 'asyncapi/asyncapi.yaml'),
  };
}

/** What both contracts refer to. */
export const sharedSchemas = resolve(root, 'schemas/order.yaml');

/** Where generated files are; it holds nothing else. */
export const generatedDirectory = resolve(root, 'src/generated');
