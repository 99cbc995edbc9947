// A reader compiles these schemas alone. They refuse what breaks the contract and let a newer minor version pass.
import { expect, jest, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { eventSchemas } from '../../src/generated/event-schemas.ts';
import type { Events, OrderCreated, OrderCreatedHeaders, OrderStatusChanged } from '../../src/generated/events.ts';

const CREATED = 'orders.order.created.v1';
const CHANGED = 'orders.order.status-changed.v1';

const headers: OrderCreatedHeaders = {
  ce_id: '6f1f6a4e-6a0c-5d3b-9c7e-0d6a3c1b2e4f',
  ce_source: '/orders-api',
  ce_specversion: '1.0',
  ce_type: CREATED,
  ce_time: '2026-01-01T12:00:00.000Z',
  ce_subject: 'ord-1001',
  ce_dataschema: 'urn:orders:schema:orders.order.created:1.0',
  'content-type': 'application/json',
};
const metadata = { timestamp: '2026-01-01T12:00:00.000Z', requestId: 'demo-1', principal: 'default' };
const created: OrderCreated = {
  schemaVersion: '1.0',
  order: {
    orderId: 'ord-1001',
    customerId: 'cust-42',
    items: [{ sku: 'sku-7', quantity: 2, unitPrice: 29.99 }],
    totalAmount: 59.98,
    currency: 'USD',
    tenantId: 'contoso',
    channel: 'web',
  },
  metadata,
};
const changed: OrderStatusChanged = {
  schemaVersion: '1.0',
  change: { orderId: 'ord-1001', status: 'shipped', notes: 'Left the warehouse' },
  metadata,
};

test('every schema compiles by itself, without a warning', () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  for (const parts of Object.values(eventSchemas)) [parts.headers, parts.payload].forEach(validator);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('they are those of the topic orders: neither retries nor dead letters', () => {
  expect(Object.keys(eventSchemas)).toEqual([CREATED, CHANGED, 'orders.log.barrier.v1']);
});

test('good events are accepted', () => {
  expect(faults(CREATED, 'headers', headers)).toEqual([]);
  expect(faults(CREATED, 'payload', created)).toEqual([]);
  expect(faults(CHANGED, 'payload', changed)).toEqual([]);
});

test('a newer minor version with more fields is accepted', () => {
  const order = {
    ...created.order,
    giftWrap: true,
    items: created.order.items.map((item) => ({ ...item, colour: 1 })),
  };
  const newer = { ...created, schemaVersion: '1.7', order, metadata: { ...metadata, region: 'eu' }, more: {} };
  expect(faults(CREATED, 'payload', newer)).toEqual([]);
  expect(faults(CREATED, 'headers', { ...headers, traceparent: '00-0-0-00' })).toEqual([]);
});

test.each([
  ['another major version', { ...created, schemaVersion: '2.0' }, '/schemaVersion'],
  ['no order', { schemaVersion: '1.0', metadata }, ''],
  ['an order without its identifier', { ...created, order: without(created.order, 'orderId') }, '/order'],
  ['an order without its currency', { ...created, order: without(created.order, 'currency') }, '/order'],
  ['an order without items', { ...created, order: { ...created.order, items: [] } }, '/order/items'],
  ['an amount in words', { ...created, order: { ...created.order, totalAmount: 'ten' } }, '/order/totalAmount'],
  ['a time that is none', { ...created, metadata: { ...metadata, timestamp: 'now' } }, '/metadata/timestamp'],
])('a payload is refused: %s', (_fault, payload, at) => {
  expect(faults(CREATED, 'payload', payload)).toEqual([at]);
});

test('an unknown status is refused', () => {
  const payload = { ...changed, change: { ...changed.change, status: 'lost' } };
  expect(faults(CHANGED, 'payload', payload)).toEqual(['/change/status']);
});

test.each([
  ['the type of another event', { ...headers, ce_type: CHANGED }, '/ce_type'],
  ['an identity that is no UUID', { ...headers, ce_id: '1' }, '/ce_id'],
  ['no subject', without(headers, 'ce_subject'), ''],
  ['another content type', { ...headers, 'content-type': 'text/plain' }, '/content-type'],
])('headers are refused: %s', (_fault, broken, at) => {
  expect(faults(CREATED, 'headers', broken)).toEqual([at]);
});

function faults(type: keyof Events, part: 'headers' | 'payload', value: unknown): string[] {
  const validate = validator(eventSchemas[type][part]);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

function validator(schema: object) {
  const ajv = new Ajv();
  addFormats.default(ajv);
  return ajv.compile(schema);
}

function without<Value extends object>(value: Value, key: keyof Value): Partial<Value> {
  const { [key]: _left, ...rest } = value;
  return rest as Partial<Value>;
}
