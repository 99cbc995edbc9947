// What `redocly lint` does not say of the contracts: the AsyncAPI document, the shared schemas, all examples.
import { checkAsyncapiDocument } from './asyncapi-document.ts';
import { checkAsyncapiExamples, checkDefinitionExamples, checkOpenapiExamples } from './examples.ts';
import { show } from './finding.ts';
import { contracts, sharedSchemas } from './paths.ts';
import { checkSharedKeywords } from './shared-keywords.ts';

const findings = [
  ...(await checkAsyncapiDocument(contracts.asyncapi)),
  ...checkSharedKeywords(sharedSchemas),
  ...checkDefinitionExamples(sharedSchemas),
  ...checkAsyncapiExamples(contracts.asyncapi),
  ...checkOpenapiExamples(contracts.openapi),
];
// One fault can be met on several ways.
for (const line of new Set(findings.map((finding) => show(finding, contracts.root)))) console.error(line);
if (findings.length > 0) process.exitCode = 1;
else console.log('event contract, shared schemas and examples are valid');
