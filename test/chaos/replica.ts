/**
 * One replica of the service, in a process of its own that dies or freezes where it is told to. It reads its settings from the
 * environment as `src/api.ts` does, says `ready` to the process that forked it, and ends with that process.
 */
import closeWithGrace from 'close-with-grace';
import { readConfig } from '../../src/config/api-config.ts';
import { muteKafkaTimerWarning } from '../../src/process/mute-kafka-timer-warning.ts';
import { startService } from '../../src/service.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { withEdges, type ArmMessage, type Edge, type ReplicaMessage } from './edges.ts';

let armed: ArmMessage | undefined;
process.on('message', (message) => {
  armed = message as ArmMessage; // the harness sends nothing else
});
process.on('disconnect', () => process.exit(1));

function tell(message: ReplicaMessage): void {
  process.send?.(message, undefined, undefined, () => undefined); // the harness may be gone
}

function reach(edge: Edge): void {
  if (edge !== armed?.edge) return;
  const { signal } = armed;
  armed = undefined;
  if (signal === 'SIGSTOP') tell('frozen'); // written at once, as a pipe takes it without waiting
  process.kill(process.pid, signal);
}

muteKafkaTimerWarning();
const config = readConfig(process.env);
const log = createLogger({ level: config.logLevel, service: 'orders-api', pretty: false });
const service = await startService(config, log, { wrapClaims: (claims) => withEdges(claims, reach) });
closeWithGrace({ delay: config.shutdownTimeoutMs, logger: false }, async ({ err }) => {
  if (err !== undefined) log.error('stopping after an error nobody caught', { error: err.stack });
  await service.stop();
});
tell('ready');
