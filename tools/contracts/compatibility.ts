import { bundle } from './bundle.ts';
import { eventsAsAnswers } from './events-as-answers.ts';
import { objectAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { compareOpenapi } from './oasdiff.ts';
import type { Contracts } from './render.ts';

/** What became of one contract since its release. */
export interface Comparison {
  readonly contract: 'openapi' | 'asyncapi';
  readonly released: string;
  readonly version: string;
  /** One sentence for each change that can break a client or reader. */
  readonly breaking: readonly string[];
  /** False when there are such changes and the version does not say so. */
  readonly allowed: boolean;
}

/** Compares both contracts with the released ones. */
export function compareContracts(released: Contracts, current: Contracts): readonly Comparison[] {
  const compare = (contract: Comparison['contract'], comparable: (document: JsonObject) => JsonObject): Comparison => {
    const [before, after] = [bundle(released[contract]), bundle(current[contract])];
    const [from, to] = [versionOf(before), versionOf(after)];
    const breaks = compareOpenapi(comparable(before), comparable(after));
    const breaking = breaks.map(({ operation, path, text, id }) =>
      contract === 'openapi' ? `${operation} ${path}: ${text} (${id})` : `${path.slice(1)}: ${text} (${id})`,
    );
    return { contract, released: from, version: to, breaking, allowed: breaking.length === 0 || mayBreak(from, to) };
  };
  return [compare('openapi', (document) => document), compare('asyncapi', eventsAsAnswers)];
}

/** Semantic Versioning: a new major version may break, and before 1.0.0 a new minor one. */
export function mayBreak(released: string, version: string): boolean {
  const [[major, minor], [newMajor, newMinor]] = [partsOf(released), partsOf(version)];
  return newMajor > major || (major === 0 && newMajor === 0 && newMinor > minor);
}

function partsOf(version: string): [major: number, minor: number] {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`${version} is not major.minor.patch`);
  return [Number(major), Number(minor)];
}

function versionOf(document: JsonObject): string {
  const { version } = objectAt(document, 'info');
  if (typeof version !== 'string') throw new Error('info.version must be text');
  return version;
}
