/** What the replay can do, and how it is asked to. */
export const USAGE = `Replays dead letters.

  npm run replay -- list [filters] [--all] [--json]
      The letters on KAFKA_DLQ_TOPIC that are not yet replayed; --all also those that are.

  npm run replay -- run [filters] [--dry-run] [--rate N] [--again]
      Sends them through KAFKA_RETRY_TOPIC to the workers, and marks them as replayed.
      --dry-run  only says which
      --rate     letters a second, 50 without it
      --again    also those that were replayed before

  npm run replay -- api FILE|- --url URL [--key KEY] [filters] [--dry-run] [--rate N]
      Sends what the API could not publish (its dead-letter lines, in a log or DEAD_LETTER_FILE) through the API again,
      as the principal's own request. The key is that of operators: ADMIN_API_KEY without --key.
      What is done is written to FILE.replayed and not sent again.

Filters; each that is given must fit, and those marked with * may be given several times:
  --reason WORD *            why it was set aside
  --order ID *               of this order
  --since TIME, --until TIME when it was set aside: 2026-01-31T12:00Z, or so long ago: 90s, 15m, 2h, 3d
  --type CE_TYPE *           of this type of event (list, run)
  --letter PARTITION/OFFSET * this one (list, run)

Ctrl-C ends after what is under way; the same command goes on.
Exit code: 0 all done, 1 something is not, 2 this was not understood.

Examples:
  npm run replay -- list --since 2h
  npm run replay -- run --reason handler_timeout --dry-run
  npm run replay -- run --letter 3/17
  npm run replay -- api dead-letters.jsonl --url http://127.0.0.1:8080
`;
