// Makes src/generated from the contracts; with --check only says whether it is what they make.
import { relative } from 'node:path';
import { driftOf, writeFiles } from './drift.ts';
import { contracts, generatedDirectory } from './paths.ts';
import { render } from './render.ts';

const [mode, ...others] = process.argv.slice(2);
if ((mode !== undefined && mode !== '--check') || others.length > 0) {
  console.error('usage: generate.ts [--check]');
  process.exit(2);
}

const files = await render(contracts);
const shown = relative(contracts.root, generatedDirectory);
if (mode === undefined) {
  const touched = writeFiles(generatedDirectory, files);
  console.log(touched.length === 0 ? `${shown} is up to date` : `wrote ${shown}: ${touched.join(', ')}`);
} else {
  const drift = driftOf(generatedDirectory, files);
  for (const { name, what } of drift) console.error(`${shown}/${name}: ${what}`);
  if (drift.length > 0) {
    console.error('The generated files are not what the contracts make: run npm run generate');
    process.exitCode = 1;
  }
}
