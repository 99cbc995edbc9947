import { resolve } from 'node:path';
import type { Contracts } from './render.ts';

const root = resolve(import.meta.dirname, '../..');

/** The project's contracts. */
export const contracts: Contracts = {
  root,
  openapi: resolve(root, 'openapi/openapi.yaml'),
  asyncapi: resolve(root, 'asyncapi/asyncapi.yaml'),
};

/** What both contracts refer to. */
export const sharedSchemas = resolve(root, 'schemas/order.yaml');

/** Where generated files are; it holds nothing else. */
export const generatedDirectory = resolve(root, 'src/generated');
