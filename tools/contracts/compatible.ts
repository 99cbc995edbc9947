// Refuses a change of a contract that breaks the clients or readers of the released one, unless its version says so.
import { compareContracts } from './compatibility.ts';
import { contracts, releasedContracts } from './paths.ts';

for (const { contract, released, version, breaking, allowed } of compareContracts(releasedContracts, contracts)) {
  const versions = `${contract} ${version}, compared with the released ${released}`;
  if (breaking.length === 0) console.log(`${versions}: nothing breaks`);
  else if (allowed) console.log(`${versions}: what breaks is in a version that may\n${list(breaking)}`);
  else {
    process.exitCode = 1;
    console.error(`${versions}: this breaks, and needs a new ${released.startsWith('0.') ? 'minor' : 'major'} version`);
    console.error(list(breaking));
  }
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `  ${sentence}`).join('\n');
}
