// Each fault here is one no other tool speaks of.
import { expect, jest, test } from '@jest/globals';
import { checkAsyncapiDocument } from '../../tools/contracts/asyncapi-document.ts';
import {
  checkAsyncapiExamples,
  checkDefinitionExamples,
  checkOpenapiExamples,
} from '../../tools/contracts/examples.ts';
import { show } from '../../tools/contracts/finding.ts';
import { contracts, sharedSchemas } from '../../tools/contracts/paths.ts';
import { checkSharedKeywords } from '../../tools/contracts/shared-keywords.ts';
import { copyProject } from './project-copy.ts';

// The tools and the compiler take seconds where many tests share few cores.
jest.setTimeout(60_000);

const OPENAPI = 'openapi/openapi.yaml';
const ASYNCAPI = 'asyncapi/asyncapi.yaml';
const SHARED = 'schemas/order.yaml';

test('the event contract is valid AsyncAPI', async () => {
  expect(await checkAsyncapiDocument(contracts.asyncapi)).toEqual([]);
});

test('the shared schemas mean the same in draft-07 and 2020-12', () => {
  expect(checkSharedKeywords(sharedSchemas)).toEqual([]);
});

test('every example is valid', () => {
  expect(checkOpenapiExamples(contracts.openapi)).toEqual([]);
  expect(checkAsyncapiExamples(contracts.asyncapi)).toEqual([]);
  expect(checkDefinitionExamples(sharedSchemas)).toEqual([]);
});

test.each([
  ['a reference to nothing', "order.yaml#/definitions/Order'", "order.yaml#/definitions/Odrer'", /Odrer/],
  ['a field AsyncAPI does not have', 'action: send', 'action: shout', /action/],
])('AsyncAPI: %s is found', async (_fault, from, to, message) => {
  using copy = copyProject();
  copy.edit(ASYNCAPI, from, to);
  const findings = await checkAsyncapiDocument(copy.path(ASYNCAPI));
  expect(findings.map((finding) => show(finding, copy.root))).toContainEqual(
    expect.stringMatching(new RegExp(`^asyncapi/asyncapi\\.yaml:\\d+: .*${message.source}`)),
  );
});

test.each([
  ['a keyword of 2020-12', 'maxLength: 1000', 'unevaluatedProperties: false', 'unevaluatedProperties may mean'],
  ['a tuple', "$ref: '#/definitions/OrderItem'", "- $ref: '#/definitions/OrderItem'", 'a list of items is not'],
  ['a neighbour of a $ref', "$ref: '#/definitions/Channel'", "{ $ref: '#/definitions/Channel', title: x }", 'beside'],
])('shared schemas: %s is found', (_fault, from, to, message) => {
  using copy = copyProject();
  copy.edit(SHARED, from, to);
  const [finding, ...others] = checkSharedKeywords(copy.path(SHARED));
  expect(others).toEqual([]);
  expect(finding?.message).toContain(message);
  expect(finding?.line).toBeGreaterThan(1);
});

test.each([
  ['a request', OPENAPI, 'quantity: 2, unitPrice', 'quantity: 0, unitPrice', '/items/0/quantity must be >= 1'],
  ['a request with a field too many', OPENAPI, 'name: Blue mug', 'colour: blue', 'unevaluated properties'],
  ['an OpenAPI schema', OPENAPI, 'examples: [demo-1]', "examples: ['']", 'must match pattern'],
  ['headers', ASYNCAPI, 'ce_id: 6f1f6a4e', 'ce_id: 6f1f6a4', '/ce_id must match format "uuid"'],
  ['headers of another event', ASYNCAPI, 'ce_type: orders.order.created.v1', 'ce_type: a.b', 'equal to constant'],
  ['a payload', ASYNCAPI, '              currency: USD\n', '', "must have required property 'currency'"],
  ['a shared schema', SHARED, 'examples: [USD]', 'examples: [usd]', 'must match pattern'],
])('an example that is not valid is found: %s', (_fault, file, from, to, message) => {
  using copy = copyProject();
  copy.edit(file, from, to);
  const findings = [
    ...checkOpenapiExamples(copy.path(OPENAPI)),
    ...checkAsyncapiExamples(copy.path(ASYNCAPI)),
    ...checkDefinitionExamples(copy.path(SHARED)),
  ].map((finding) => show(finding, copy.root));
  expect(findings).toContainEqual(expect.stringContaining(message));
  expect(findings[0]).toMatch(new RegExp(`^${file}:\\d+: `));
});

test('a comma that cuts a description in two is found', () => {
  using copy = copyProject();
  copy.edit(
    ASYNCAPI,
    "'What happened, with the major version of the payload.'",
    'What happened, with the major version',
  );
  const messages = checkAsyncapiExamples(copy.path(ASYNCAPI)).map(({ message }) => message);
  expect(messages).toContain('strict mode: unknown keyword: "with the major version"');
});
