import type { ClaimKeys, KeyName } from './claim-store.ts';

/**
 * What a request's keys are called wherever both kinds are held together, in the order in which they are looked at: the request
 * first. Request ids are UUIDs and orderIds may look like them, so a name says of which kind it is.
 */
export function namesOf({ request, order }: ClaimKeys): readonly (readonly [by: KeyName, name: string])[] {
  const ofRequest = ['request', `request:${request}`] as const;
  return order === undefined ? [ofRequest] : [ofRequest, ['order', `order:${order}`]];
}
