import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** One direction of flow: what each folder may not import. */
const forbid = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: patterns.map(([group, message]) => ({ group, message })) }] },
});
const ADAPTERS = [
  '**/publishing/kafka/*',
  '**/publishing/memory/*',
  '**/reading/kafkajs/*',
  '**/reading/memory/*',
  '**/idempotency/redis/*',
  '**/idempotency/memory/*',
  '**/consuming/kafkajs/*',
  '**/kafka/*',
  '**/create-backend.ts',
  '**/front-door.ts',
  '**/service.ts',
  '**/worker-service.ts',
];

const REPLAY = [
  [
    ['**/http/**', '**/handlers/**', '**/orders/**', '**/front-door.ts', '**/service.ts', '**/api.ts'],
    'the replay is another process: it speaks to the API as a client does',
  ],
  [['**/config/**'], 'the process file reads the configuration'],
  [['**/consuming/**', '**/worker/**'], 'replay and worker meet on topics'],
];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', '**/venv', 'src/generated', 'test/fixtures', 'load'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Express and tests hand async functions to callers that await or catch them.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Takes the declared classes of Node streams for other ones than those of their subclasses.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  forbid(
    ['src/domain/**'],
    [[['../**', '!../generated', '!../generated/*'], 'domain is pure: it imports only generated types']],
  ),
  {
    // Without its own return type a handler may answer with properties the contract does not have.
    files: ['src/handlers/**'],
    rules: { '@typescript-eslint/explicit-function-return-type': ['error', { allowTypedFunctionExpressions: false }] },
  },
  forbid(
    ['src/handlers/**'],
    [
      [['**/http/**', 'express'], 'handlers return values; only the edge knows HTTP'],
      [ADAPTERS, 'handlers know ports, not adapters'],
    ],
  ),
  forbid(['src/http/**'], [[ADAPTERS, 'only the process files build adapters']]),
  forbid(
    ['src/orders/**'],
    [
      [['**/http/**', '**/handlers/**'], 'the view does not know who asks'],
      [ADAPTERS, 'only the process files build adapters'],
    ],
  ),
  forbid(
    ['src/publishing/**'],
    [[['**/http/**', '**/handlers/**', '**/orders/**', '**/idempotency/**'], 'publishing does not know who publishes']],
  ),
  forbid(
    ['src/reading/**'],
    [[['**/http/**', '**/handlers/**', '**/orders/**', '**/idempotency/**'], 'reading does not know who reads']],
  ),
  forbid(
    ['src/idempotency/**'],
    [[['**/http/**', '**/handlers/**', '**/orders/**'], 'one request, one outcome, whoever asks']],
  ),
  forbid(
    ['src/consuming/**'],
    [
      [
        ['**/http/**', '**/handlers/**', '**/orders/**', '**/idempotency/**', '**/worker/**'],
        'consuming does not know who handles',
      ],
    ],
  ),
  forbid(
    ['src/worker/**'],
    [
      [['**/orders/**', '**/idempotency/**', '**/publishing/**'], 'the worker knows the API by its events only'],
      [ADAPTERS, 'only the process files build adapters'],
    ],
  ),
  forbid(
    ['src/kafka/**'],
    [
      [
        [
          '**/http/**',
          '**/handlers/**',
          '**/orders/**',
          '**/idempotency/**',
          '**/reading/**',
          '**/consuming/**',
          '**/worker/**',
        ],
        'the client does not know what it is for',
      ],
    ],
  ),
  forbid(
    ['src/dead-letters/**'],
    [[['../**'], 'the form of a dead letter is its own: whoever writes and reads them imports it']],
  ),
  forbid(['src/replay/**'], REPLAY),
  forbid(
    ['src/replay/*.ts', 'src/replay/api/**'],
    [
      ...REPLAY,
      [
        ['**/reading/**', './kafkajs/*', '**/kafka/kafka-client.ts', '**/kafka/topic-link.ts', 'kafkajs'],
        'only its adapters speak to Kafka',
      ],
    ],
  ),
);
