// The requirements' load: an open-loop rate of orders, none of which may fail, 99% answered within 250 ms.
// k6 run load/smoke.js -e URL=http://127.0.0.1:8080 -e API_KEY=dev-key -e RPS=100 -e DURATION=60s
import { check } from 'k6';
import http from 'k6/http';

const url = __ENV.URL || 'http://127.0.0.1:8080';
const key = __ENV.API_KEY || 'dev-key';
const rate = Number(__ENV.RPS || 100);

export const options = {
  scenarios: {
    orders: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: __ENV.DURATION || '60s',
      preAllocatedVUs: Math.max(50, rate), // enough for a second's worth of requests under way
      maxVUs: Math.max(100, rate * 2),
    },
  },
  thresholds: {
    http_req_duration: ['p(99)<250'],
    http_req_failed: ['rate==0'],
    checks: ['rate==1'],
    dropped_iterations: ['count==0'],
  },
  summaryTrendStats: ['min', 'med', 'p(95)', 'p(99)', 'max'],
};

export default function () {
  const items = [1, 2, 3].map((n) => ({ sku: `sku-${n}`, quantity: n, unitPrice: 19.99, name: `Article number ${n}` }));
  const order = {
    customerId: `cust-${__VU}`,
    items,
    totalAmount: 119.94,
    currency: 'USD',
    tenantId: 'load',
    channel: 'demo',
  };
  const response = http.post(`${url}/orders`, JSON.stringify(order), {
    headers: { 'Content-Type': 'application/json', 'X-API-Key': key },
  });
  check(response, {
    'is accepted, with a place on the topic': (r) => r.status === 202 && r.json('offset') !== undefined,
  });
}
