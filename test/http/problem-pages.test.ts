import { beforeAll, expect, test } from '@jest/globals';
import { PROBLEMS } from '../../src/http/problems.ts';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

test.each(Object.entries(PROBLEMS))('%s says what it means and what to do', async (type, problem) => {
  const answer = await fixture.client.get(type, { headers: { 'X-API-Key': '' } });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; charset=utf-8$/);
  for (const part of [problem.title, String(problem.status), problem.meaning, problem.action]) {
    expect(answer.text).toContain(part);
  }
});
