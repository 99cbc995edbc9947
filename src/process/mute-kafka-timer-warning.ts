/**
 * kafkajs 2.2.4 computes a negative timeout when it is not throttled; Node 22 and later warn of it once per process. The
 * timer fires at once, as meant. This one warning is dropped, every other is printed as usual.
 */
export function muteKafkaTimerWarning(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'TimeoutNegativeWarning') return;
    for (const print of printers) print(warning);
  });
}
