import { rememberedCluster } from './shared-kafka.ts';

/** Jest's global teardown. */
export default async function stopSharedKafka(): Promise<void> {
  await rememberedCluster()?.stop();
}
