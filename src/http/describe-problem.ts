import type { Request, Response } from 'express';
import { ProblemError } from './problem-error.ts';
import { PROBLEMS } from './problems.ts';

/** GET of a problem's `type`: what it means and what to do, in plain text. */
export function describeProblem(req: Request<{ name: string }>, res: Response): void {
  const type = `/problems/${req.params.name}`;
  const problem = Object.entries(PROBLEMS).find(([known]) => known === type)?.[1];
  if (problem === undefined) throw new ProblemError('/problems/not-found', `There is no problem ${type}.`);
  const { status, title, meaning, action } = problem;
  res.type('text/plain').send(`${title} (${status})\n\n${meaning}\n\nWhat to do: ${action}\n`);
}
